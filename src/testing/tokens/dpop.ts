import { readJws } from '../crypto/jws.js'
import { algorithms } from '../crypto/proof-algorithms.js'
import { sha256Text } from '../crypto/sha256.js'
import type { MockContext } from '../state.js'
import type { ReceivedRequest } from '../ways/received-request.js'
import { isGoodNonce, type Role, wantsNonce } from './dpop-nonce.js'
import { wallClock } from './wall-clock.js'

/** Thrown where a proof is refused. */
export class ProofRefused extends Error {
  readonly error: 'invalid_dpop_proof' | 'use_dpop_nonce'

  constructor(message: string, error: ProofRefused['error'] = 'invalid_dpop_proof') {
    super(message)
    this.error = error
  }
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

const hashOf = (text: string): string => sha256Text(new TextEncoder().encode(text))

/** Steps 2, 4, 5, 6 and 7 of RFC 9449 §4.3. @returns the claims, and the thumbprint of the key that signed them. */
const verified = async (proof: string) => {
  const jws = readJws(proof)
  if (!jws) throw new ProofRefused('the proof is no JWT')
  const { typ, alg, jwk } = jws.header
  if (typ !== 'dpop+jwt') throw new ProofRefused('typ is not dpop+jwt')
  const algorithm = algorithms.get(`${alg}`)
  if (!algorithm) throw new ProofRefused('alg is not one that is taken')
  const key = { ...(jwk as Readonly<Record<string, unknown>> | undefined) }
  if (privateMembers.some((name) => name in key)) throw new ProofRefused('jwk holds a private key')
  const { kty, members, web } = algorithm
  if (key['kty'] !== kty || members.some((name) => typeof key[name] !== 'string')) {
    throw new ProofRefused('jwk is no key of that algorithm')
  }
  const required = Object.fromEntries(members.map((name) => [name, key[name]]))
  const isGenuine = await crypto.subtle
    .importKey('jwk', required, web, true, ['verify'])
    .then((imported) => crypto.subtle.verify(web, imported, jws.signature, jws.signed))
    .catch(() => false)
  if (!isGenuine) throw new ProofRefused('the signature is not good')
  return { claims: jws.claims, thumbprint: hashOf(JSON.stringify(required)) }
}

const assertNonce = (nonce: unknown, context: MockContext, role: Role): void => {
  if (isGoodNonce(context, role, nonce)) return
  if (wantsNonce(context, role)) {
    const message = nonce === undefined ? 'a nonce is wanted' : 'the nonce is old, or of another server'
    throw new ProofRefused(message, 'use_dpop_nonce')
  }
  // A nonce of somebody else, or one that was made up.
  if (nonce !== undefined) throw new ProofRefused('a nonce came that this server did not give')
}

/** Seconds by which a proof may be older or newer than the server's clock says. */
const leeway = 60

/**
 * Checks the proof of a request as RFC 9449 §4.3 has it.
 * @returns the thumbprint of the key; `undefined` if there is no proof.
 */
export const checkProof = async (
  { method, url, headers }: ReceivedRequest,
  context: MockContext,
  accessToken?: string,
): Promise<string | undefined> => {
  const proof = headers.get('dpop')
  if (proof === null) return undefined
  const role: Role = accessToken === undefined ? 'authorization-server' : 'resource'
  const { claims, thumbprint } = await verified(proof)
  const { jti, htm, htu, iat, ath, nonce } = claims
  if (typeof jti !== 'string' || jti === '') throw new ProofRefused('jti is missing')
  if (htm !== method) throw new ProofRefused('htm is not the method of the request')
  if (htu !== url.origin + url.pathname) throw new ProofRefused('htu is not the URL of the request')
  if (typeof iat !== 'number' || !Number.isInteger(iat)) throw new ProofRefused('iat is no whole number')
  assertNonce(nonce, context, role)
  if (Math.abs(wallClock(context) / 1000 - iat) > leeway) throw new ProofRefused('iat is too far from now')
  if (accessToken === undefined && ath !== undefined) throw new ProofRefused('ath is for requests with an access token')
  if (accessToken !== undefined && ath === undefined) {
    throw new ProofRefused('ath is missing: the hash of the access token')
  }
  if (accessToken !== undefined && ath !== hashOf(accessToken)) {
    throw new ProofRefused('ath is not the hash of the access token')
  }
  if (context.state.proofs.has(jti)) throw new ProofRefused('the proof was used before')
  context.state.proofs.add(jti)
  return thumbprint
}
