import { pageAnswer } from '../answers.js'
import { issuedBy, type MockEndpoint, type MockRequest } from '../journal.js'
import type { MockAuthorizeOptions } from '../options.js'
import { Refusal } from '../refusal.js'
import type { Endpoint, MockContext } from '../state.js'
import { jwks } from '../tokens/id-token.js'
import type { ReceivedRequest } from '../ways/received-request.js'
import { authorize } from './authorize.js'
import { deviceAuthorization } from './device-authorization.js'
import { discovery } from './discovery.js'
import { endSession } from './end-session.js'
import { introspection } from './introspection.js'
import { pushedAuthorizationRequest } from './pushed-authorization-request.js'
import { registration } from './registration.js'
import { resource } from './resource.js'
import { resourceMetadata } from './resource-metadata.js'
import { revocation } from './revocation.js'
import { token } from './token.js'
import { userinfo } from './userinfo.js'

const endpoints: Record<Exclude<MockEndpoint, 'authorize' | 'unknown'>, Endpoint> = {
  token,
  device_authorization: deviceAuthorization,
  pushed_authorization_request: pushedAuthorizationRequest,
  revocation,
  registration,
  introspection,
  userinfo,
  end_session: endSession,
  resource,
  resource_metadata: resourceMetadata,
  discovery,
  jwks,
}

/** What an endpoint made of a request. */
export type Result = Pick<MockRequest, 'refused' | 'issued'>

export interface Outcome extends Result {
  readonly answer: Response
}

/** The reason that an answer carries beside its body (RFC 6749 §4.1.2.1, RFC 6750 §3). */
const reasonIn = ({ headers }: Response): string | undefined => {
  const query = URL.parse(headers.get('location') ?? '')?.searchParams
  const challenge = headers.get('www-authenticate') ?? ''
  const said = (name: string) => query?.get(name) ?? challenge.match(`\\b${name}="([^"]*)"`)?.[1]
  return said('error_description') ?? said('error')
}

const answerOf = async (
  endpoint: Exclude<MockEndpoint, 'unknown'>,
  request: ReceivedRequest,
  context: MockContext,
  user: MockAuthorizeOptions | undefined,
): Promise<Response> =>
  endpoint === 'authorize' ? authorize(request, context, user) : endpoints[endpoint](request, context)

/** @param user Who decides at the authorization endpoint, where the request was not made by a browser. */
export const outcomeOf = async (
  endpoint: MockEndpoint,
  request: ReceivedRequest,
  context: MockContext,
  user: MockAuthorizeOptions | undefined,
): Promise<Outcome> => {
  if (endpoint === 'unknown') return { answer: pageAnswer(404, 'nothing is here') }
  try {
    const answer = await answerOf(endpoint, request, context, user)
    const refused = reasonIn(answer)
    return { answer, ...(await issuedBy(endpoint, answer)), ...(refused !== undefined && { refused }) }
  } catch (refused) {
    if (refused instanceof Refusal) return { answer: refused.answer, refused: refused.message }
    throw refused
  }
}
