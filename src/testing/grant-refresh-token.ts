import type { GrantHandler } from './grant.js'
import { isPast } from './issuance.js'
import { refusal } from './refusal.js'
import { narrowScope } from './scope.js'

/** RFC 6749 §6, and the reuse detection of RFC 9700 §4.14.2. */
export const refreshTokenGrant: GrantHandler = (form, client, context) => {
  const { profile, state } = context
  const value = form.get('refresh_token')
  if (value === undefined) throw refusal(profile, 'missing_parameter')
  const token = state.refreshTokens.get(value)
  if (token?.grant.clientId !== client.clientId) throw refusal(profile, 'unknown_refresh_token')
  const { grant } = token
  if (token.used) {
    grant.revoked = true
    throw refusal(profile, 'used_refresh_token')
  }
  if (grant.revoked) throw refusal(profile, 'unknown_refresh_token')
  if (isPast(context, token.expiresAt)) throw refusal(profile, 'expired_refresh_token')
  // Before the token is used up: a request that is refused gives nothing in its place.
  const scope = narrowScope(context, grant.scope, form.get('scope'))
  token.used = profile.rotateRefreshTokens
  return { grant, scope, reduced: false, withRefreshToken: profile.rotateRefreshTokens }
}
