import { type Json, jsonAnswer } from '../answers.js'
import { authenticateClient } from '../clients/client-authentication.js'
import { isPublic } from '../options.js'
import { Refusal, refusal } from '../refusal.js'
import type { Endpoint, MockContext } from '../state.js'
import { claimsOf } from '../tokens/jwt-access-token.js'
import { textOf } from '../tokens/scope.js'
import { liveAccessToken, refreshTokenFlaw } from '../tokens/token-flaw.js'
import { formOf } from '../ways/received-request.js'

/** What is said of a token of either kind that can be used now, otherwise why it cannot. */
const saidOf = (context: MockContext, value: string): Json | string => {
  const { profile, server, skewMs, state } = context
  const accessToken = liveAccessToken(context, value)
  if (typeof accessToken !== 'string') {
    const tokenType = accessToken.cnf?.jkt === undefined ? profile.tokenType : 'DPoP'
    return { ...claimsOf(context, accessToken), token_type: tokenType }
  }
  const refreshToken = state.refreshTokens.get(value)
  if (!refreshToken) return accessToken
  const { grant, expiresAt, cnf } = refreshToken
  return (
    refreshTokenFlaw(context, refreshToken) ?? {
      client_id: grant.clientId,
      sub: grant.subject ?? grant.clientId,
      iss: server.issuer,
      exp: expiresAt === undefined ? undefined : Math.floor((expiresAt + skewMs) / 1000),
      scope: textOf(grant.scope) || undefined,
      cnf,
    }
  )
}

/**
 * The introspection endpoint (RFC 7662 §2), for clients that prove who they are alone: whoever may ask can try tokens
 * (§2.1). `token_type_hint` has nothing to add, since both kinds are searched.
 */
export const introspection: Endpoint = async (request, context) => {
  const { profile } = context
  const form = formOf(request, context, 'introspectionEndpoint')
  const client = await authenticateClient(request, form, context)
  if (isPublic(client)) throw refusal(profile, 'public_introspection')
  const value = form.get('token')
  if (value === undefined) throw refusal(profile, 'missing_parameter')
  const said = saidOf(context, value)
  // RFC 7662 §2.2: why it is not active is nobody's business.
  if (typeof said === 'string') throw new Refusal(said, jsonAnswer(200, { active: false }))
  return jsonAnswer(200, { active: true, ...said })
}
