/** What could move the cursor, rename the window, or turn the reading direction: terminals obey it, wherever it comes from. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** A text as it may be printed to a terminal, on one line. Whole: half a URL looks like one, and leads nowhere. */
export const masked = (text: string): string => text.replace(unprintable, '\u{fffd}')

const longest = 2000

/** A message of a server, which must not fill the screen either. */
export const printable = (text: string): string => masked(text).slice(0, longest)
