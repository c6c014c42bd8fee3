import { pageAnswer } from '../answers.js'
import { loadPages } from '../browser/interaction.js'
import { issuedBy, type MockEndpoint, type MockRequest } from '../journal.js'
import type { MockAuthorizeOptions, MockLogin } from '../options.js'
import { Refusal } from '../refusal.js'
import type { Endpoint, MockContext } from '../state.js'
import { jwks } from '../tokens/id-token.js'
import type { ReceivedRequest } from '../ways/received-request.js'
import { authorize } from './authorize.js'
import { assertCareful } from './careless.js'
import { deviceAuthorization } from './device-authorization.js'
import { discovery } from './discovery.js'
import { endSession, leave } from './end-session.js'
import { introspection } from './introspection.js'
import { logIn } from './login.js'
import { pushedAuthorizationRequest } from './pushed-authorization-request.js'
import { registration } from './registration.js'
import { resource } from './resource.js'
import { resourceMetadata } from './resource-metadata.js'
import { revocation } from './revocation.js'
import { token } from './token.js'
import { userinfo } from './userinfo.js'
import { verification } from './verification.js'

const endpoints: Record<Exclude<MockEndpoint, 'authorize' | 'verification' | 'unknown'>, Endpoint> = {
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

/** How somebody decides, where somebody has to. */
export interface Deciding {
  readonly login: MockLogin
  /** Who decides at the authorization endpoint, where the request was not made by a browser. */
  readonly user?: MockAuthorizeOptions | undefined
}

const answerOf = async (
  endpoint: Exclude<MockEndpoint, 'unknown'>,
  request: ReceivedRequest,
  context: MockContext,
  { login, user }: Deciding,
): Promise<Response> => {
  if (endpoint === 'verification') return verification(request, context, await loadPages())
  if (endpoint === 'authorize') {
    return user || login === 'automatic'
      ? authorize(request, context, user)
      : logIn(request, context, await loadPages())
  }
  const work = () => endpoints[endpoint](request, context)
  return endpoint === 'end_session' && login === 'page' ? leave(work, await loadPages()) : work()
}

export const outcomeOf = async (
  endpoint: MockEndpoint,
  request: ReceivedRequest,
  context: MockContext,
  deciding: Deciding,
): Promise<Outcome> => {
  if (endpoint === 'unknown') {
    return { answer: pageAnswer(404, 'nothing is here'), refused: 'no endpoint is at this path' }
  }
  try {
    assertCareful(request, endpoint, context)
    const answer = await answerOf(endpoint, request, context, deciding)
    return { answer, ...(await issuedBy(endpoint, answer)) }
  } catch (refused) {
    if (refused instanceof Refusal) return { answer: refused.answer, refused: refused.message }
    throw refused
  }
}
