import { emptyAnswer } from '../answers.js'
import { authenticateClient } from '../clients/client-authentication.js'
import { methodNotAllowed, refusal } from '../refusal.js'
import type { Endpoint, Grant, MockContext, State } from '../state.js'
import { formOf, type Parameters, presentOf, type ReceivedRequest } from '../ways/received-request.js'

interface Issued {
  readonly grant: Grant
  end(): void
}

/** A token of either kind, and what its end is: of an access token its own, of a refresh token that of the family. */
export const issuedToken = (state: State, value: string): Issued | undefined => {
  const accessToken = state.accessTokens.get(value)
  const grant = (accessToken ?? state.refreshTokens.get(value))?.grant
  if (!grant) return undefined
  const ending = accessToken ?? grant
  return {
    grant,
    end: () => {
      ending.revoked = true
      if (!accessToken) grant.why = 'its refresh token was revoked'
    },
  }
}

const parametersOf = (request: ReceivedRequest, context: MockContext): Parameters => {
  const { method, url } = request
  if (!context.profile.revocationInQuery || !url.search) return formOf(request, context, 'revocationEndpoint')
  if (method !== 'POST') throw methodNotAllowed('POST')
  return presentOf(url.searchParams)
}

/** The revocation endpoint (RFC 7009 §2). Both kinds are searched, so `token_type_hint` has nothing to add (§2.1). */
export const revocation: Endpoint = async (request, context) => {
  const { profile, state } = context
  const form = parametersOf(request, context)
  const client = profile.openRevocation ? undefined : await authenticateClient(request, form, context)
  const value = form.get('token')
  if (value === undefined) throw refusal(profile, 'missing_parameter')
  const issued = issuedToken(state, value)
  if (!issued && profile.strictRevocation) throw refusal(profile, 'unknown_token')
  if (issued && client && issued.grant.clientId !== client.clientId) throw refusal(profile, 'foreign_token')
  issued?.end()
  if (issued && profile.revocationEndsGrant) issued.grant.revoked = true
  // RFC 7009 §2.2: what is unknown is as good as revoked.
  return emptyAnswer(200)
}
