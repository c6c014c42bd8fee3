import { jsonAnswer } from '../answers.js'
import { authenticateClient } from '../clients/client-authentication.js'
import { base64url, randomBytes } from '../crypto/base64url.js'
import type { MockClient } from '../options.js'
import { Refusal, refusal } from '../refusal.js'
import type { Endpoint, MockContext } from '../state.js'
import { isPast } from '../tokens/issuance.js'
import { formOf } from '../ways/received-request.js'
import { AuthorizationError, checkedRequest, redirectUriOf } from './authorization-request.js'

/** The pushed authorization request endpoint (RFC 9126 §2): all is judged here that the authorization endpoint would. */
export const pushedAuthorizationRequest: Endpoint = async (request, context) => {
  const { clock, profile, state } = context
  const form = formOf(request, profile)
  const client = await authenticateClient(request, form, context)
  // RFC 9126 §2.1.
  if (form.has('request_uri')) throw refusal(profile, 'request_uri_pushed')
  if (form.get('client_id') !== client.clientId) throw refusal(profile, 'missing_parameter')
  const parameters = new URLSearchParams(request.body)
  for (const name of ['client_secret', 'client_assertion', 'client_assertion_type']) parameters.delete(name)
  try {
    redirectUriOf(client, form)
    checkedRequest(context, client, parameters)
  } catch (refused) {
    // What the user would be told at the authorization endpoint, the client is told here.
    if (refused instanceof Refusal) throw refusal(profile, 'unfit_redirect_uri')
    if (!(refused instanceof AuthorizationError)) throw refused
    const { error, message } = refused
    throw new Refusal(message, jsonAnswer(400, { error, error_description: message }))
  }
  const requestUri = `urn:ietf:params:oauth:request_uri:${base64url(randomBytes(24))}`
  const lifetime = profile.pushedRequestLifetime
  const expiresAt = clock.now() + lifetime * 1000
  state.pushedRequests.set(requestUri, { clientId: client.clientId, parameters, expiresAt })
  return jsonAnswer(201, { request_uri: requestUri, expires_in: lifetime })
}

/** The parameters behind a reference: of this client, and in time (RFC 9126 §4). They are there until it has an answer. */
export const pushedParameters = (
  context: MockContext,
  client: MockClient,
  requestUri: string,
): URLSearchParams | undefined => {
  const pushed = context.state.pushedRequests.get(requestUri)
  const isTaken = pushed?.clientId === client.clientId && !isPast(context, pushed.expiresAt)
  return isTaken ? pushed.parameters : undefined
}
