import { emptyAnswer } from './answers.js'
import { authenticateClient } from './client-authentication.js'
import { formOf } from './received-request.js'
import { refusal } from './refusal.js'
import type { Endpoint } from './state.js'

/** The revocation endpoint (RFC 7009 §2). Both kinds are searched, so `token_type_hint` has nothing to add (§2.1). */
export const revocation: Endpoint = (request, context) => {
  const { profile, state } = context
  const form = formOf(request, profile)
  const client = authenticateClient(request, form, context)
  const value = form.get('token')
  if (value === undefined) throw refusal(profile, 'missing_parameter')
  const accessToken = state.accessTokens.get(value)
  const grant = (accessToken ?? state.refreshTokens.get(value))?.grant
  if (grant && grant.clientId !== client.clientId) throw refusal(profile, 'foreign_token')
  if (accessToken) accessToken.revoked = true
  else if (grant) grant.revoked = true
  // RFC 7009 §2.2: what is unknown is as good as revoked.
  return emptyAnswer(200)
}
