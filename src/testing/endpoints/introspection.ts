import { jsonAnswer } from '../answers.js'
import { authenticateClient } from '../clients/client-authentication.js'
import { isPublic } from '../options.js'
import { Refusal, refusal } from '../refusal.js'
import type { Confirmation, Endpoint, Grant, GrantedScope, MockContext } from '../state.js'
import { textOf } from '../tokens/scope.js'
import { liveAccessToken, refreshTokenFlaw } from '../tokens/token-flaw.js'
import { formOf } from '../ways/received-request.js'

interface Live {
  readonly grant: Grant
  readonly scope: GrantedScope
  readonly expiresAt?: number
  readonly tokenType?: string
  readonly cnf?: Confirmation | undefined
}

/** A token of either kind that can be used now, otherwise why it cannot. */
const liveToken = (context: MockContext, value: string): Live | string => {
  const { profile, state } = context
  const refreshToken = state.refreshTokens.get(value)
  if (refreshToken)
    return refreshTokenFlaw(context, refreshToken) ?? { ...refreshToken, scope: refreshToken.grant.scope }
  const accessToken = liveAccessToken(context, value)
  if (typeof accessToken === 'string') return accessToken
  const { grant, scope, expiresAt, cnf } = accessToken
  return { grant, scope, expiresAt, tokenType: cnf?.jkt === undefined ? profile.tokenType : 'DPoP', cnf }
}

/**
 * The introspection endpoint (RFC 7662 §2), for clients that prove who they are alone: whoever may ask can try tokens
 * (§2.1). `token_type_hint` has nothing to add, since both kinds are searched.
 */
export const introspection: Endpoint = async (request, context) => {
  const { profile, server } = context
  const form = formOf(request, profile)
  const client = await authenticateClient(request, form, context)
  if (isPublic(client)) throw refusal(profile, 'public_introspection')
  const value = form.get('token')
  if (value === undefined) throw refusal(profile, 'missing_parameter')
  const live = liveToken(context, value)
  // RFC 7662 §2.2: why it is not active is nobody's business.
  if (typeof live === 'string') throw new Refusal(live, jsonAnswer(200, { active: false }))
  const { grant, scope, expiresAt, tokenType, cnf } = live
  return jsonAnswer(200, {
    active: true,
    client_id: grant.clientId,
    sub: grant.subject ?? grant.clientId,
    ...(grant.actor !== undefined && { act: { sub: grant.actor } }),
    iss: server.issuer,
    token_type: tokenType,
    exp: expiresAt === undefined ? undefined : Math.floor((expiresAt + context.skewMs) / 1000),
    scope: textOf(scope) || undefined,
    // RFC 9449 §6.2, RFC 8705 §3.2.
    cnf,
  })
}
