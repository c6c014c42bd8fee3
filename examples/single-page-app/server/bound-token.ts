import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, type JWTVerifyGetKey, jwtVerify } from 'jose'

export interface BoundTokenOptions {
  readonly issuer: string
  /** Who the token must be for: this API. */
  readonly audience: string
  /** The keys of the authorization server. */
  readonly keys: JWTVerifyGetKey
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** What a token says of who is calling. */
export interface Caller {
  readonly user: string
  readonly scope: readonly string[]
}

/** Seconds that a proof is good for, and by which the clock of the page may differ from this one. */
const proofLifetime = 60
const clockTolerance = 30

/**
 * Judges requests that carry an access token bound to a key (RFC 9449 §7.1): the token must be good, and the proof beside it made
 * for this very request, by the key that the token is bound to.
 */
export const boundTokenVerifier = ({ issuer, audience, keys, now }: BoundTokenOptions) => {
  /** The proofs that were seen, and until when they must be remembered. */
  const seen = new Map<string, number>()

  const isNew = (jti: string): boolean => {
    for (const [old, end] of seen) if (end < now()) seen.delete(old)
    if (seen.has(jti)) return false
    // One that was dated ahead is good for longest, to the end of its last second.
    seen.set(jti, now() + (proofLifetime + 2 * clockTolerance + 1) * 1000)
    return true
  }

  return async (request: Request): Promise<Caller | undefined> => {
    const [scheme, token = ''] = (request.headers.get('authorization') ?? '').split(' ')
    const proof = request.headers.get('dpop')
    if (scheme?.toLowerCase() !== 'dpop' || !proof) return undefined
    try {
      const currentDate = new Date(now())
      const { payload: claims } = await jwtVerify<{ scope?: string; cnf?: { jkt?: string } }>(token, keys, {
        ...{ issuer, audience, typ: 'at+jwt', requiredClaims: ['sub', 'exp'], currentDate },
      })
      const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
        ...{ typ: 'dpop+jwt', algorithms: ['ES256'], requiredClaims: ['jti'], currentDate },
        ...{ maxTokenAge: proofLifetime, clockTolerance },
      })
      const { origin, pathname } = new URL(request.url)
      const isForThis =
        payload['htm'] === request.method &&
        payload['htu'] === origin + pathname &&
        payload['ath'] === createHash('sha256').update(token).digest('base64url')
      const thumbprint = await calculateJwkThumbprint(protectedHeader.jwk ?? {})
      if (!isForThis || thumbprint !== claims.cnf?.jkt || !isNew(`${payload.jti}`)) return undefined
      return { user: `${claims.sub}`, scope: claims.scope?.split(' ') ?? [] }
    } catch {
      return undefined
    }
  }
}
