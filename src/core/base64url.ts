/** The base64url text of bytes, without padding (RFC 4648 §5). */
export const base64url = (bytes: Uint8Array): string =>
  // Not as arguments of one call: a megabyte of them overflows the stack.
  btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/**
 * The bytes of a base64 or base64url text, padded or not. It forgives white space and stray bits at the end.
 * @throws {Error} if it is no such text.
 */
export const base64urlBytes = (text: string): Uint8Array<ArrayBuffer> => {
  const letters = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return new Uint8Array(letters.length).map((_, at) => letters.charCodeAt(at))
}
