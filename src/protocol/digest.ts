import { urlSafe } from '../core/base64url.js'

/** 244 bits of randomness in 72 unreserved characters: a state, a nonce or a code verifier. */
export const randomText = (): string => crypto.randomUUID() + crypto.randomUUID()

/** The base64url text, without padding, of a SHA-256 digest: of a code verifier, its S256 challenge (RFC 7636 §4.2). */
export const sha256 = async (text: string): Promise<string> =>
  urlSafe(
    btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))),
  )
