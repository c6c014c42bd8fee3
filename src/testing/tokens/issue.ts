import { conceal } from '../../core/conceal.js'
import { OAuthError } from '../../core/errors.js'
import { scopeParameter } from '../../core/scope.js'
import type { Token } from '../../core/token.js'
import type { MockIssueOptions } from '../options.js'
import type { Grant, MockContext } from '../state.js'
import { isEndless, issueRefreshToken, mayRefresh, mintAccessToken } from './issuance.js'
import { listOf, textOf } from './scope.js'

/** Mints the token that a test starts from, as if a user had approved. */
export const issue = (
  context: MockContext,
  { clientId, scope, subject, refreshToken, keyThumbprint, certificateThumbprint, expiresIn }: MockIssueOptions,
): Token => {
  const client = context.clients.get(clientId)
  if (!client) throw new OAuthError('invalid_argument', `the mock has no client ${clientId}`)
  const wanted = scopeParameter(scope) ?? client.scope
  const grant: Grant = {
    clientId,
    subject: subject ?? context.state.user ?? 'user',
    scope: wanted === undefined ? (context.profile.defaultScope === 'all' ? 'all' : []) : listOf(wanted),
    revoked: false,
  }
  const lifetime = isEndless(context, client) ? Number.POSITIVE_INFINITY : undefined
  const bound = {
    ...(keyThumbprint !== undefined && { jkt: keyThumbprint }),
    ...(certificateThumbprint !== undefined && { 'x5t#S256': certificateThumbprint }),
  }
  const cnf = Object.keys(bound).length > 0 ? bound : undefined
  const access = mintAccessToken(context, { grant, lifetime: expiresIn ?? lifetime, cnf })
  const hasRefreshToken = refreshToken ?? mayRefresh(context, client)
  const refresh = hasRefreshToken ? issueRefreshToken(context, grant, { cnf }) : undefined
  const named = textOf(grant.scope)
  const shown = {
    tokenType: keyThumbprint === undefined ? 'Bearer' : 'DPoP',
    ...(keyThumbprint !== undefined && { keyThumbprint }),
    ...(Number.isFinite(access.expiresAt) && { expiresAt: access.expiresAt }),
    ...(refresh?.expiresAt !== undefined && { refreshTokenExpiresAt: refresh.expiresAt }),
    ...(named && { scope: named }),
  }
  return conceal<Token>(
    { accessToken: access.value, ...(refresh && { refreshToken: refresh.value }), ...shown, raw: {} },
    shown,
  )
}
