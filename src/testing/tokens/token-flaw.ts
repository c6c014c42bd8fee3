import { readJws } from '../crypto/jws.js'
import type { AccessToken, MockContext, RefreshToken } from '../state.js'
import { isPast } from './issuance.js'

/** What a text is that is no access token of this server. */
const strange = ({ state, server }: MockContext, value: string): string => {
  if (state.refreshTokens.has(value)) return 'this is a refresh token: it is for the token endpoint alone'
  if (state.codes.has(value)) return 'this is an authorization code: it is for the token endpoint alone'
  const claims = readJws(value)?.claims
  if (claims && 'at_hash' in claims && claims['iss'] === server.issuer) {
    return 'this is an ID token: it is for the client alone'
  }
  return 'the access token is unknown here'
}

/** The access token, if it is one that can be used now; otherwise why not. */
export const liveAccessToken = (context: MockContext, value: string): AccessToken | string => {
  const token = context.state.accessTokens.get(value)
  if (!token) return strange(context, value)
  const { grant } = token
  if (token.revoked) return 'the access token was revoked'
  if (grant.revoked) return `the access token was revoked with its family${grant.why ? `: ${grant.why}` : ''}`
  if (grant.opensNothing) return 'this was issued as no access token: it opens nothing'
  return isPast(context, token.expiresAt) ? 'the access token has expired' : token
}

/** The token that a used one was exchanged for, if it may still be exchanged for that again. */
export const successorOf = (context: MockContext, { replaced }: RefreshToken): string | undefined => {
  if (!replaced || isPast(context, replaced.graceUntil)) return undefined
  return context.state.refreshTokens.get(replaced.by)?.used ? undefined : replaced.by
}

/** It was used, and is good no more. */
export const isRotatedAway = (context: MockContext, token: RefreshToken): boolean =>
  token.used && !context.profile.keepsUsedRefreshTokens && successorOf(context, token) === undefined

/** Why a refresh token cannot be used now; `undefined` where it can. */
export const refreshTokenFlaw = (context: MockContext, token: RefreshToken): string | undefined => {
  const { grant, expiresAt } = token
  if (grant.revoked) return `the refresh token was revoked with its family${grant.why ? `: ${grant.why}` : ''}`
  if (isRotatedAway(context, token)) return 'the refresh token was rotated away'
  return isPast(context, expiresAt) ? 'the refresh token has expired' : undefined
}

/** What a request shows beside its token, and where it shows it. */
interface Presented {
  /** The thumbprint of the key that it has proved to hold; `undefined` for a bearer token. */
  readonly jkt: string | undefined
  readonly resource: string
}

/** The access token of a request to a resource, if it opens that; otherwise why not (RFC 6750 §3.1). */
export const flawOf = (context: MockContext, value: string, { jkt, resource }: Presented): AccessToken | string => {
  const token = liveAccessToken(context, value)
  if (typeof token === 'string') return token
  // RFC 9449 §7.2: a token that is bound is no bearer token.
  const bound = token.cnf?.jkt
  if (jkt === undefined && bound !== undefined) return 'the access token is bound to a key: its scheme is DPoP'
  if (jkt !== undefined && bound === undefined) return 'the access token is bound to no key: its scheme is Bearer'
  if (jkt !== bound) return 'the access token is bound to another key than that of the proof'
  // RFC 8707 §3: a token for others is none for this one.
  const { resources } = token.target
  if (resources && !resources.includes(resource)) return 'the access token is for another audience'
  return token
}
