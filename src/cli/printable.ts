/** What could move the cursor, rename the window, or turn the reading direction: terminals obey it, wherever it comes from. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

const longest = 2000

/** A text of a server as it may be printed to a terminal, on one line. */
export const printable = (text: string): string => text.replace(unprintable, '\u{fffd}').slice(0, longest)
