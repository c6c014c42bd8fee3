import { isSignedBy, type Jws, jwsAlgs, readJws, verifyingKey } from '../crypto/jws.js'
import type { MockClient, MockJwk } from '../options.js'
import type { MockContext } from '../state.js'
import { isPast } from '../tokens/issuance.js'
import { wallClock } from '../tokens/wall-clock.js'

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Seconds by which a client's clock may be ahead, and beyond which an assertion lives too long (RFC 7523 §3). */
const tolerance = 10
const longestLife = 600

/** Whom an assertion claims to be, before anything of it is believed. */
export const subjectOf = (assertion: string): string | undefined => {
  const subject = readJws(assertion)?.claims['sub']
  return typeof subject === 'string' ? subject : undefined
}

/** RFC 7523 §3: why the times of an assertion are not good. */
const timeFlaw = ({ iat, nbf, exp }: Jws['claims'], now: number): string | undefined => {
  if (typeof exp !== 'number') return 'exp is missing, or no number'
  if (exp <= now) return 'it has expired: exp is past'
  if (exp > now + longestLife) return `it lives longer than ${longestLife} seconds: exp is too far ahead`
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= now + tolerance)) return 'nbf is yet to come'
  return iat === undefined || (typeof iat === 'number' && iat <= now + tolerance) ? undefined : 'iat is yet to come'
}

/** RFC 7523 §3, and the `jti` of OpenID Connect Core §9: each assertion is taken once. */
const claimsFlaw = ({ claims }: Jws, client: MockClient, context: MockContext, url: URL): string | undefined => {
  const { server, state, clientAssertionAudience: wanted } = context
  const { iss, sub, aud, jti, exp } = claims
  const now = wallClock(context) / 1000
  const pushed = url.href === server.pushedAuthorizationRequestEndpoint
  const audiences = [
    wanted !== 'token_endpoint' && server.issuer,
    wanted !== 'issuer' && server.tokenEndpoint,
    // RFC 9126 §2.
    !wanted && pushed && url.href,
  ].filter((audience) => typeof audience === 'string')
  if (iss !== client.clientId || sub !== client.clientId) return 'iss and sub must both be the client_id'
  // One text, as the security update of RFC 7523 asks for: an array would let an assertion be used elsewhere, too.
  if (!audiences.some((audience) => audience === aud)) {
    return `aud must be ${audiences.join(' or ')}, as one text`
  }
  const flaw = timeFlaw(claims, now)
  if (flaw) return flaw
  if (typeof jti !== 'string' || jti === '') return 'jti is missing'
  for (const [used, end] of state.assertions) if (end <= now) state.assertions.delete(used)
  const used = JSON.stringify([iss, jti])
  if (state.assertions.has(used)) return 'it was used before: its jti is known'
  state.assertions.set(used, Number(exp))
  return undefined
}

/** With what an assertion by this algorithm is verified; in words, if with nothing. */
const keysOf = (
  { header }: Jws,
  client: MockClient,
  allowed: readonly string[],
  context: MockContext,
): readonly (MockJwk | string)[] | string => {
  const { clientSecret, clientSecretExpiresAt, jwks } = client
  const alg = `${header['alg']}`
  const isSymmetric = alg.startsWith('HS')
  const method = isSymmetric ? 'client_secret_jwt' : 'private_key_jwt'
  if (!allowed.includes(method)) return `its alg is for ${method}, which the client may not use`
  if (isSymmetric) {
    if (isPast(context, clientSecretExpiresAt)) return 'the client secret has expired'
    return clientSecret === undefined ? 'the client has no secret' : [clientSecret]
  }
  const { kid } = header
  const keys = (jwks?.keys ?? []).filter((key) => kid === undefined || kid === key.kid)
  return keys.length > 0 ? keys : 'no key with that kid is registered for the client'
}

/** Why an assertion does not prove the client; `undefined` if it does, which uses it up (RFC 7523 §2.2). */
export const assertionFlaw = async (
  assertion: string,
  client: MockClient,
  allowed: readonly string[],
  context: MockContext,
  /** Where it was sent. */
  url: URL,
): Promise<string | undefined> => {
  const jws = readJws(assertion)
  if (!jws) return 'it is no JWT'
  const alg = `${jws.header['alg']}`
  const algs = context.server.tokenEndpointAuthSigningAlgValuesSupported ?? jwsAlgs
  if (!algs.includes(alg) || !jwsAlgs.includes(alg)) return `its alg is not one of ${algs.join(', ')}`
  const keys = keysOf(jws, client, allowed, context)
  if (typeof keys === 'string') return keys
  for (const key of keys) {
    // A key of another kind does not fit the algorithm.
    const imported = await verifyingKey(alg, key).catch(() => undefined)
    if (imported && (await isSignedBy(jws, imported))) return claimsFlaw(jws, client, context, url)
  }
  return 'its signature is not of a key of the client for that alg'
}
