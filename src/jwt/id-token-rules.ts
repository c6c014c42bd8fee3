import { decodeJwt } from 'jose'
import { base64url } from '../core/base64url.js'
import { OAuthError } from '../core/errors.js'
import type { IdTokenClaims } from '../core/id-token-claims.js'
import type { ReceivedIdToken } from '../protocol/id-token-validator.js'

export interface ClaimRules {
  /** Seconds. */
  readonly clockTolerance: number
  readonly otherAudiences: readonly string[] | undefined
}

export const invalidIdToken = (why: string, claim?: string): OAuthError => {
  const message = `the ID token is not valid: ${why}${claim ? ` (${claim})` : ''}`
  return new OAuthError('invalid_id_token', message, claim === undefined ? {} : { claim })
}

/** OpenID Connect Core §3.1.3.7, 3 to 5: that this client is in `aud` has been seen. */
const assertAudience = ({ aud, azp }: IdTokenClaims, clientId: string, trusted: readonly string[] | undefined) => {
  const others = [aud].flat().filter((one) => one !== clientId)
  if (azp !== undefined && azp !== clientId) throw invalidIdToken('it was issued to another client', 'azp')
  if (others.length > 0 && azp === undefined) throw invalidIdToken('it is for several, and says not for whom', 'azp')
  if (trusted && !others.every((one) => trusted.includes(one))) {
    throw invalidIdToken('it is for somebody else too', 'aud')
  }
}

/** OpenID Connect Core §3.1.3.6: the left half of a digest, by the hash of the algorithm. Ed25519 hashes with SHA-512. */
const halfDigest = async (text: string, alg: string): Promise<string> => {
  const bits = /(256|384|512)$/.exec(alg)?.[1] ?? '512'
  const digest = new Uint8Array(await crypto.subtle.digest(`SHA-${bits}`, new TextEncoder().encode(text)))
  return base64url(digest.subarray(0, digest.length / 2))
}

const previousClaims = (previous: string | undefined): Partial<IdTokenClaims> | undefined => {
  try {
    return previous === undefined ? undefined : decodeJwt(previous)
  } catch {
    return undefined
  }
}

/** OpenID Connect Core §12.2: that the user is the same has been seen. */
const assertContinuity = (claims: IdTokenClaims, previous: Partial<IdTokenClaims> | undefined): void => {
  if (!previous) return
  for (const claim of ['iss', 'sub', 'azp']) {
    if (claims[claim] !== previous[claim]) throw invalidIdToken('it is not that of the same login', claim)
  }
  for (const claim of ['auth_time', 'nonce']) {
    const isSaid = claims[claim] !== undefined && (claim === 'nonce' || previous[claim] !== undefined)
    if (isSaid && claims[claim] !== previous[claim]) throw invalidIdToken('it is not that of the same login', claim)
  }
}

/** What is left to be seen of an ID token whose signature, `iss`, `aud` and `exp` are good. */
export const assertClaims = async (
  claims: IdTokenClaims,
  alg: string,
  { accessToken, clientId, nonce, maxAge, previous, now }: ReceivedIdToken,
  { clockTolerance, otherAudiences }: ClaimRules,
): Promise<void> => {
  const { sub, iat, at_hash: hash, auth_time: loggedIn } = claims
  const latest = now / 1000 + clockTolerance
  if (typeof sub !== 'string' || sub === '') throw invalidIdToken('it names no user', 'sub')
  if (!(iat <= latest)) throw invalidIdToken('it comes from the future', 'iat')
  assertAudience(claims, clientId, otherAudiences)
  if (nonce && claims.nonce !== nonce) throw invalidIdToken('it belongs to another authorization request', 'nonce')
  if (hash !== undefined && hash !== (await halfDigest(accessToken, alg))) {
    throw invalidIdToken('it belongs to another access token', 'at_hash')
  }
  if (maxAge !== undefined && !(typeof loggedIn === 'number' && loggedIn + maxAge >= now / 1000 - clockTolerance)) {
    throw invalidIdToken('the login is longer ago than max_age allows, or not told', 'auth_time')
  }
  assertContinuity(claims, previousClaims(previous))
}
