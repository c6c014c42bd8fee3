import type { Json } from '../answers.js'
import { base64url } from '../crypto/base64url.js'
import { signedText, signJwt } from '../crypto/jws.js'
import { hmacSha256 } from '../crypto/sha256.js'
import { resourceOf } from '../endpoints/resource-metadata.js'
import type { AccessToken, MockContext } from '../state.js'
import { textOf } from './scope.js'

/** Who it is for (RFC 9068 §2.2, §3): the resources that were asked for, else that of the mock. Services say otherwise. */
const audienceOf = ({ profile, server }: MockContext, { target: { resources } }: AccessToken): Json => {
  const audience = resources ?? (profile.accessTokenProfile === 'rfc9068' ? [resourceOf(server)] : [])
  return audience.length === 0 ? {} : { aud: audience.length === 1 ? audience[0] : audience }
}

/** What an access token says of itself (RFC 9068 §2.2), and what introspection says of it (RFC 7662 §2.2). */
export const claimsOf = (context: MockContext, token: AccessToken): Json => {
  const { server, skewMs } = context
  const { grant, scope, target, issuedAt, expiresAt, jti, cnf } = token
  const named = textOf(scope)
  return {
    iss: server.issuer ?? new URL(server.tokenEndpoint).origin,
    sub: grant.subject ?? grant.clientId,
    client_id: grant.clientId,
    ...audienceOf(context, token),
    ...(named && { scope: named }),
    iat: Math.floor((issuedAt + skewMs) / 1000),
    ...(Number.isFinite(expiresAt) && { exp: Math.floor((expiresAt + skewMs) / 1000) }),
    jti,
    ...(grant.authenticatedAt !== undefined && { auth_time: Math.floor((grant.authenticatedAt + skewMs) / 1000) }),
    ...(grant.acr !== undefined && { acr: grant.acr }),
    // RFC 8693 §4.1, RFC 9396 §9.1, RFC 7800 §3.1.
    ...(grant.actor !== undefined && { act: { sub: grant.actor } }),
    ...(target.details && { authorization_details: target.details }),
    ...(cnf && { cnf }),
  }
}

const signedClaimsOf = (context: MockContext, token: AccessToken): Json => ({
  ...claimsOf(context, token),
  ...(context.profile.accessTokenProfile !== 'rfc9068' && { token_use: 'access' }),
})

/** RFC 9068 §2.1. */
const typOf = ({ profile }: MockContext): string => (profile.accessTokenProfile === 'rfc9068' ? 'at+jwt' : 'JWT')

/** A JWT that nobody can verify: its key never leaves the mock. To a client it is as opaque as any other token. */
const sealedAccessToken = (context: MockContext, claims: Json): string => {
  const signed = signedText({ alg: 'HS256', typ: typOf(context) }, claims)
  return `${signed}.${base64url(hmacSha256(context.signingKey, new TextEncoder().encode(signed)))}`
}

/** A JWT that resources verify with the key set of the server, where that is published. */
export const signedAccessToken = async (context: MockContext, token: AccessToken): Promise<string> => {
  const { keyRing: ring } = context
  // Before the key is made, which may take its time.
  const claims = signedClaimsOf(context, token)
  const [key] = await ring.keys()
  return signJwt({ alg: ring.alg, kid: key?.kid, typ: typOf(context) }, claims, key?.privateKey)
}

/** The same at once; where the runtime signs in promises alone, one that nobody can verify. */
export const accessTokenAtOnce = (context: MockContext, token: AccessToken): string => {
  const claims = signedClaimsOf(context, token)
  return context.keyRing.signAtOnce({ typ: typOf(context) }, claims) ?? sealedAccessToken(context, claims)
}
