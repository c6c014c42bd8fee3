import { OAuthError } from '../core/errors.js'
import { present } from '../core/present.js'
import type { AuthorizationRequest } from './authorization-request.js'
import type { ClientContext, RequestOptions } from './context.js'
import { type Form, moment, post } from './requests.js'
import { readPushedResponse } from './wire-pushed.js'

/** Not of an authorization request: the client authentication, and what would name a request pushed before (RFC 9126 §2.1). */
const foreign = ['request_uri', 'client_secret', 'client_assertion', 'client_assertion_type']

/**
 * Pushes an authorization request (RFC 9126 §2): its parameters go straight to the server, and the URL that the user is
 * sent to holds but a reference to them.
 */
export const pushAuthorizationRequest = async (
  context: ClientContext,
  request: AuthorizationRequest,
  options: RequestOptions = {},
): Promise<AuthorizationRequest> => {
  const { searchParams } = new URL(request.url)
  const url = new URL(context.server.authorizationEndpoint as string)
  const form: Record<string, readonly string[]> = {}
  for (const name of searchParams.keys()) {
    if (foreign.includes(name)) throw new OAuthError('invalid_argument', `a pushed request must not hold ${name}`)
    const values = searchParams.getAll(name)
    // What the endpoint has in its own query belongs to its URL.
    if (`${values}` !== `${url.searchParams.getAll(name)}`) form[name] = values
  }
  const asked = { ...options, endpoint: 'pushedAuthorizationRequestEndpoint', form: form as Form } as const
  const { answer, failed } = await post(context, asked)
  const { data, problem } = readPushedResponse(answer.body)
  if (!data || answer.status !== 201) throw failed(data ? 'a pushed request is answered with 201' : problem)
  url.searchParams.set('client_id', context.clientId)
  url.searchParams.set('request_uri', data.request_uri)
  const maxAge = searchParams.get('max_age')
  const asWanted = { ...request, ...(maxAge && { maxAge: Number(maxAge) }) }
  return present({ ...asWanted, url: url.href, expiresAt: moment(answer.sentAt, data.expires_in) })
}
