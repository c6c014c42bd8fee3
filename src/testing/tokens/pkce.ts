import { sha256Text } from '../crypto/sha256.js'
import type { Challenge } from '../state.js'

/** RFC 7636 §4.1: what a verifier is made of, and so a plain challenge. */
const unreserved = /^[A-Za-z0-9\-._~]{43,128}$/
/** 32 bytes in base64url. */
const digest = /^[A-Za-z0-9_-]{43}$/

export const isChallenge = ({ value, method }: Challenge): boolean =>
  (method === 'S256' ? digest : unreserved).test(value)

/** RFC 7636 §4.6: what is wrong with a verifier; `undefined` where it fits. */
export const verifierFlaw = (verifier: string | undefined, { value, method }: Challenge): string | undefined => {
  if (verifier === undefined) return 'code_verifier is missing, and the authorization request had a code_challenge'
  if (!unreserved.test(verifier)) return 'code_verifier must be 43 to 128 unreserved characters'
  const made = method === 'S256' ? sha256Text(new TextEncoder().encode(verifier)) : verifier
  return made === value ? undefined : 'code_verifier does not fit the code_challenge'
}
