import type { Bytes } from './bytes.js'

/** A base64 text in the letters of base64url, without padding (RFC 4648 §5). */
export const urlSafe = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

/** The base64url text of bytes, without padding. */
export const base64url = (bytes: Uint8Array): string =>
  // Not as arguments of one call: a megabyte of them overflows the stack.
  urlSafe(btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), '')))

/**
 * The bytes of a base64 or base64url text, padded or not. It forgives white space and stray bits at the end.
 * @throws {Error} if it is no such text.
 */
export const base64urlBytes = (text: string): Bytes => {
  const letters = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return new Uint8Array(letters.length).map((_, at) => letters.charCodeAt(at))
}
