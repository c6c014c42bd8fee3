/** A text of a server, on one line and without the control characters that a terminal obeys. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, ' ')

/** JSON says the same where they are escaped, and does that by itself below U+0020. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(/[\u{7f}-\u{9f}]/gu, (one) => `\\u00${one.charCodeAt(0).toString(16)}`)
