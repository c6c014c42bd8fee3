import { isSignedBy, type Jws, jwsAlgs, readJws, verifyingKey } from '../crypto/jws.js'
import type { MockClient } from '../options.js'
import type { MockContext } from '../state.js'
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

/** RFC 7523 §3, and the `jti` of OpenID Connect Core §9: each assertion is taken once. */
const hasGoodClaims = ({ claims }: Jws, client: MockClient, context: MockContext): boolean => {
  const { server, state, clientAssertionAudience: wanted } = context
  const { iss, sub, aud, jti, iat, exp } = claims
  const now = wallClock(context) / 1000
  const audiences = [wanted !== 'token_endpoint' && server.issuer, wanted !== 'issuer' && server.tokenEndpoint]
  // One text, as the security update of RFC 7523 asks for: an array would let an assertion be used elsewhere, too.
  if (iss !== client.clientId || sub !== client.clientId || !audiences.some((audience) => audience === aud)) {
    return false
  }
  if (typeof exp !== 'number' || exp <= now || exp > now + longestLife) return false
  if (iat !== undefined && !(typeof iat === 'number' && iat <= now + tolerance)) return false
  if (typeof jti !== 'string' || jti === '') return false
  for (const [used, end] of state.assertions) if (end <= now) state.assertions.delete(used)
  const used = JSON.stringify([iss, jti])
  if (state.assertions.has(used)) return false
  state.assertions.set(used, exp)
  return true
}

const keysOf = ({ header }: Jws, { clientSecret, jwks }: MockClient, allowed: readonly string[]) => {
  const isSymmetric = `${header['alg']}`.startsWith('HS')
  if (!allowed.includes(isSymmetric ? 'client_secret_jwt' : 'private_key_jwt')) return []
  if (isSymmetric) return clientSecret === undefined ? [] : [clientSecret]
  const { kid } = header
  return (jwks?.keys ?? []).filter((key) => kid === undefined || kid === key.kid)
}

/** Whether an assertion proves the client, which uses it up (RFC 7523 §2.2). */
export const isTakenAssertion = async (
  assertion: string,
  client: MockClient,
  allowed: readonly string[],
  context: MockContext,
): Promise<boolean> => {
  const jws = readJws(assertion)
  const alg = `${jws?.header['alg']}`
  if (!jws || !jwsAlgs.includes(alg)) return false
  for (const key of keysOf(jws, client, allowed)) {
    // A key of another kind does not fit the algorithm.
    const imported = await verifyingKey(alg, key).catch(() => undefined)
    if (imported && (await isSignedBy(jws, imported))) return hasGoodClaims(jws, client, context)
  }
  return false
}
