import { type Json, jsonAnswer } from '../answers.js'
import { base64url } from '../crypto/base64url.js'
import { isSignedBy, readJws, signJwt, verifyingKey } from '../crypto/jws.js'
import { type KeyRing, newKey } from '../crypto/key-ring.js'
import type { MockFault } from '../faults/fault.js'
import { methodNotAllowed } from '../refusal.js'
import type { Endpoint, Grant, GrantedScope, MockContext } from '../state.js'
import { wallClock } from './wall-clock.js'

/** The key set (RFC 7517 §5). */
export const jwks: Endpoint = async ({ method }, { keyRing: ring }) => {
  if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed('GET, HEAD')
  const keys = await ring.keys()
  return jsonAnswer(200, { keys: keys.map(({ publicJwk }) => publicJwk) })
}

/** OpenID Connect Core §3.1.3.6. */
const accessTokenHash = async (accessToken: string, alg: string): Promise<string> => {
  const bits = alg === 'EdDSA' ? '512' : alg.slice(2)
  const digest = await crypto.subtle.digest(`SHA-${bits}`, new TextEncoder().encode(accessToken))
  return base64url(new Uint8Array(digest, 0, digest.byteLength / 2))
}

const lifetime = 3600

/** The ID token of a grant with `openid` (OpenID Connect Core §2, §3.1.3.3, §12.2); `undefined` for another one. */
export const issueIdToken = async (
  { server, clock, skewMs, keyRing: ring }: MockContext,
  { clientId, subject, nonce, acr, authenticatedAt }: Grant,
  scope: GrantedScope,
  accessToken: string,
  isRefresh: boolean,
): Promise<string | undefined> => {
  if (!server.jwksUri || subject === undefined || scope === 'all' || !scope.includes('openid')) return undefined
  const { alg } = ring
  const [key] = await ring.keys()
  const now = Math.floor(wallClock({ clock, skewMs }) / 1000)
  const claims = {
    iss: server.issuer,
    sub: subject,
    aud: clientId,
    iat: now,
    exp: now + lifetime,
    at_hash: await accessTokenHash(accessToken, alg),
    ...(authenticatedAt !== undefined && { auth_time: Math.floor((authenticatedAt + skewMs) / 1000) }),
    ...(acr !== undefined && { acr }),
    ...(nonce !== undefined && !isRefresh && { nonce }),
  }
  return signJwt({ alg, kid: key?.kid, typ: 'JWT' }, claims, key?.privateKey)
}

/** What an ID token of this server says, however old it is; in words, where a text is none. */
export const ownIdToken = async (text: string, { server, keyRing: ring }: MockContext): Promise<Json | string> => {
  const jws = readJws(text)
  if (!jws) return 'the ID token is no JWT'
  const { kid, alg } = jws.header
  const key = (await ring.keys()).find(({ publicJwk }) => publicJwk.kid === kid && publicJwk.alg === alg)
  const isGenuine = key && (await isSignedBy(jws, await verifyingKey(ring.alg, key.publicJwk)))
  if (!isGenuine) return 'the ID token is signed by none of the keys of this server'
  if (jws.claims['iss'] !== server.issuer) return 'the ID token is of another issuer'
  // What no access token has.
  return 'at_hash' in jws.claims ? jws.claims : 'this is an access token, no ID token'
}

/** An ID token that is wrong: other claims, or another signature. */
export const forgedIdToken = async (
  idToken: string,
  { claims = {}, header = {}, signedBy = 'issuer' }: Extract<MockFault, { readonly type: 'id_token' }>,
  ring: KeyRing,
): Promise<string> => {
  const jws = readJws(idToken)
  const [issuerKey] = await ring.keys()
  const other = await newKey(ring.alg)
  const key = { issuer: issuerKey, stranger: other, retired: other, nobody: undefined }[signedBy]
  const alg = signedBy === 'nobody' ? 'none' : ring.alg
  const changed: Json = { ...jws?.claims, ...claims }
  const kid = signedBy === 'retired' && { kid: other.kid }
  return signJwt({ ...jws?.header, alg, ...kid, ...header }, changed, key?.privateKey)
}
