import { isPublic } from '../options.js'
import { refusal } from '../refusal.js'
import type { MockContext, RefreshToken } from '../state.js'
import { isPast, issueRefreshToken } from '../tokens/issuance.js'
import { narrowScope } from '../tokens/scope.js'
import { isRotatedAway, refreshTokenFlaw, successorOf } from '../tokens/token-flaw.js'
import type { GrantHandler } from './grant.js'

const rotate = (token: RefreshToken, context: MockContext): string => {
  const { value } = issueRefreshToken(context, token.grant, { replaced: token, cnf: token.cnf })
  token.used = true
  token.replaced = { by: value, graceUntil: context.clock.now() + context.profile.refreshTokenGracePeriod * 1000 }
  return value
}

/** What came in the place of a refresh token. */
const strangeRefreshToken = ({ state }: MockContext, value: string): string =>
  state.accessTokens.has(value) ? 'this is an access token, no refresh token' : 'the refresh token is unknown here'

/** RFC 6749 §6, and the reuse detection of RFC 9700 §4.14.2. */
export const refreshTokenGrant: GrantHandler = (form, client, context, { cnf }) => {
  const { profile, state } = context
  const value = form.get('refresh_token')
  if (value === undefined) throw refusal(profile, 'missing_parameter')
  const token = state.refreshTokens.get(value)
  if (!token) throw refusal(profile, 'unknown_refresh_token').because(strangeRefreshToken(context, value))
  if (token.grant.clientId !== client.clientId) {
    throw refusal(profile, 'unknown_refresh_token').because('the refresh token is of another client')
  }
  const { grant } = token
  // Before anything is held against the session: whoever sends it has stolen no more than a text.
  if (token.cnf?.jkt !== undefined && token.cnf.jkt !== cnf?.jkt) throw refusal(profile, 'refresh_token_of_another_key')
  const certificate = token.cnf?.['x5t#S256']
  if (certificate !== undefined && certificate !== cnf?.['x5t#S256']) {
    throw refusal(profile, 'refresh_token_of_another_certificate')
  }
  if (isRotatedAway(context, token)) {
    Object.assign(grant, { revoked: true, why: 'a refresh token that was rotated away was used again' })
    throw refusal(profile, 'used_refresh_token')
  }
  if (grant.revoked) {
    throw refusal(profile, 'unknown_refresh_token').because(`${refreshTokenFlaw(context, token)}`)
  }
  if (isPast(context, token.expiresAt)) throw refusal(profile, 'expired_refresh_token')
  // Before the token is used up: a request that is refused gives nothing in its place.
  const scope = narrowScope(context, grant.scope, form.get('scope'))
  const { rotateRefreshTokens: rotates, repeatsRefreshToken } = profile
  if (rotates === 'public' ? !isPublic(client) : !rotates) {
    return { grant, scope, reduced: false, ...(repeatsRefreshToken && { refreshToken: value }) }
  }
  const successor = profile.keepsUsedRefreshTokens ? undefined : successorOf(context, token)
  return { grant, scope, reduced: false, refreshToken: successor ?? rotate(token, context) }
}
