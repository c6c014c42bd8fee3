import { jsonAnswer } from '../answers.js'
import { authenticateClient } from '../clients/client-authentication.js'
import { base64url, randomBytes } from '../crypto/base64url.js'
import type { MockClient } from '../options.js'
import { Refusal, refusal } from '../refusal.js'
import type { Endpoint, MockContext } from '../state.js'
import { isPast } from '../tokens/issuance.js'
import { provenKeyOf } from '../tokens/token-proof.js'
import { formOf } from '../ways/received-request.js'
import { AuthorizationError, checkedRequest, redirectUriOf, unredirected } from './authorization-request.js'

/** The pushed authorization request endpoint (RFC 9126 §2): all is judged here that the authorization endpoint would. */
export const pushedAuthorizationRequest: Endpoint = async (request, context) => {
  const { clock, profile, state } = context
  const form = formOf(request, context, 'pushedAuthorizationRequestEndpoint')
  const client = await authenticateClient(request, form, context)
  // RFC 9126 §2.1.
  if (form.has('request_uri')) throw refusal(profile, 'request_uri_pushed')
  if (form.get('client_id') !== client.clientId) throw refusal(profile, 'missing_parameter')
  const parameters = new URLSearchParams(request.body)
  for (const name of ['client_secret', 'client_assertion', 'client_assertion_type']) parameters.delete(name)
  const jkt = await provenKeyOf(request, context)
  // RFC 9449 §10.1.
  if (jkt !== undefined) {
    if ((form.get('dpop_jkt') ?? jkt) !== jkt) throw refusal(profile, 'thumbprint_mismatch')
    parameters.set('dpop_jkt', jkt)
  }
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
  state.pushedRequests.set(requestUri, { clientId: client.clientId, parameters, expiresAt, used: false })
  return jsonAnswer(201, { request_uri: requestUri, expires_in: lifetime })
}

/** Why a reference stands for nothing, or no more (RFC 9126 §4, §7.3); `undefined` where it stands for a request. */
const flawOf = (context: MockContext, client: MockClient, requestUri: string): string | undefined => {
  const pushed = context.state.pushedRequests.get(requestUri)
  if (!pushed) return 'request_uri was never given'
  if (pushed.clientId !== client.clientId) return 'request_uri is of another client'
  if (pushed.used) return 'request_uri was used before'
  return isPast(context, pushed.expiresAt) ? 'request_uri has expired' : undefined
}

/** The parameters behind a reference: of this client, and in time. They are there until it has an answer. */
export const pushedParameters = (context: MockContext, client: MockClient, requestUri: string): URLSearchParams => {
  const flaw = flawOf(context, client, requestUri)
  const pushed = context.state.pushedRequests.get(requestUri)
  if (!flaw && pushed) return pushed.parameters
  throw unredirected('request_uri is unknown, used, expired or of another client').because(`${flaw}`)
}

/** It has its answer. */
export const usePushed = ({ state }: MockContext, requestUri: string): void => {
  const pushed = state.pushedRequests.get(requestUri)
  if (pushed) pushed.used = true
}
