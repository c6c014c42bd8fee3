import { isSignedBy, type Jws, jwsAlgs, readJws, verifyingKey } from '../crypto/jws.js'
import { refusal } from '../refusal.js'
import type { MockContext } from '../state.js'
import { decideScope } from '../tokens/scope.js'
import { wallClock } from '../tokens/wall-clock.js'
import type { GrantHandler } from './grant.js'
import { jwtBearerGrantType } from './grant-type.js'

/** Seconds beyond which an assertion lives too long. */
const longestLife = 3600

/** RFC 7523 §3: what the claims must be, in a word where they are not. */
const faultOf = ({ claims }: Jws, context: MockContext): string | undefined => {
  const { server, state } = context
  const { iss, sub, aud, exp, nbf, jti } = claims
  const now = wallClock(context) / 1000
  if (typeof sub !== 'string' || !sub) return 'sub is missing'
  const own = [server.issuer, server.tokenEndpoint].filter((name) => name !== undefined)
  if (!own.some((name) => [aud].flat().includes(name))) return 'aud is not this server'
  if (typeof exp !== 'number' || exp <= now || exp > now + longestLife) return 'exp is missing, past or too far ahead'
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= now)) return 'nbf is yet to come'
  if (jti === undefined) return undefined
  const used = JSON.stringify([jwtBearerGrantType, iss, jti])
  if (state.assertions.has(used)) return 'it was used before'
  state.assertions.set(used, exp)
  return undefined
}

/** RFC 7523 §2.1, for the assertions of issuers whose keys are known. */
export const jwtBearerGrant: GrantHandler = async (form, client, context) => {
  const { profile, assertionIssuers } = context
  const assertion = form.get('assertion')
  if (assertion === undefined) throw refusal(profile, 'missing_parameter')
  const refused = (detail: string) =>
    refusal(profile, 'grant_assertion_refused', {}, `the assertion is refused: ${detail}`)
  const jws = readJws(assertion)
  const alg = `${jws?.header['alg']}`
  const issuer = `${jws?.claims['iss']}`
  const keys = Object.hasOwn(assertionIssuers, issuer) ? assertionIssuers[issuer]?.keys : undefined
  if (!jws || !keys || !jwsAlgs.includes(alg) || alg.startsWith('HS')) throw refused('its issuer is not known here')
  const isSigned = await Promise.all(
    keys.map(async (key) => {
      // A key of another kind does not fit the algorithm.
      const imported = await verifyingKey(alg, key).catch(() => undefined)
      return imported && isSignedBy(jws, imported)
    }),
  )
  if (!isSigned.some(Boolean)) throw refused('its signature is not of a known key')
  const fault = faultOf(jws, context)
  if (fault) throw refused(fault)
  const { scope, reduced } = decideScope(context, client, jwtBearerGrantType, form.get('scope'))
  const grant = { clientId: client.clientId, subject: `${jws.claims['sub']}`, scope, revoked: false }
  return { grant, scope, reduced }
}
