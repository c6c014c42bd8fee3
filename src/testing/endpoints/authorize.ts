import { redirectAnswer } from '../answers.js'
import type { MockAuthorizeOptions, MockClient } from '../options.js'
import { methodNotAllowed, Refusal } from '../refusal.js'
import type { Login, MockContext, RedirectableRequest } from '../state.js'
import { issueCode } from '../tokens/issuance.js'
import { isForm, presentOf, type ReceivedRequest } from '../ways/received-request.js'
import {
  AuthorizationError,
  type CheckedRequest,
  checkedRequest,
  redirectUriOf,
  unredirected,
} from './authorization-request.js'
import { pushedParameters, usePushed } from './pushed-authorization-request.js'

/** RFC 6749 §3.1, OpenID Connect Core §3.1.2.1. */
export const parametersOf = ({ method, url, headers, body }: ReceivedRequest): URLSearchParams => {
  if (method === 'GET') return url.searchParams
  if (method !== 'POST') throw methodNotAllowed('GET, POST')
  if (isForm(headers.get('content-type'))) return new URLSearchParams(body)
  throw unredirected('the body must be an application/x-www-form-urlencoded form')
}

/** Whether the login that there is will do (OpenID Connect Core §3.1.2.1, RFC 9470 §5). */
export const suffices = ({ clock }: MockContext, { parameters, maxAge }: CheckedRequest, login: Login): boolean => {
  const isFresh = maxAge === undefined || clock.now() - login.loggedInAt <= maxAge * 1000
  const acrValues = parameters.get('acr_values')?.split(' ')
  return isFresh && (!acrValues || acrValues.includes(`${login.acr}`))
}

/** Whether a refresh token is asked for as the service wants it. */
const isOffline = (
  { profile, state }: MockContext,
  { parameters, prompts, scope }: CheckedRequest,
  consent: string,
): boolean => {
  const isAsked = !state.consents.has(consent) || prompts.includes('consent')
  state.consents.add(consent)
  if (profile.refreshTokenNeeds === 'offline_access') return scope !== 'all' && scope.includes('offline_access')
  return profile.refreshTokenNeeds !== 'access_type' || (isAsked && parameters.get('access_type') === 'offline')
}

/** What the user says to a request that is good: a code. */
export const approve = (
  context: MockContext,
  { client, parameters: all }: RedirectableRequest,
  { user, deny = false, session, acr }: MockAuthorizeOptions,
  login: Login,
): string => {
  const checked = checkedRequest(context, client, all)
  const { parameters, prompts, challenge, scope, reduced, target } = checked
  const isLoggedIn = (session ?? login.user !== undefined) && suffices(context, checked, login)
  if (prompts.includes('none') && !isLoggedIn) throw new AuthorizationError('login_required', 'nobody is logged in')
  if (deny) throw new AuthorizationError(deny === true ? 'access_denied' : deny, 'the user did not approve')
  const subject = user ?? login.user ?? 'user'
  if (!isLoggedIn || subject !== login.user || prompts.includes('login')) {
    login.loggedInAt = context.clock.now()
    login.acr = (acr ?? parameters.get('acr_values')?.split(' ')[0]) || undefined
  }
  login.user = subject
  const offline = isOffline(context, checked, `${client.clientId} ${subject}`)
  // RFC 9449 §10.
  const jkt = context.server.dpopSigningAlgValuesSupported && parameters.get('dpop_jkt')
  const nonce = parameters.get('nonce')
  const requestedRedirectUri = parameters.get('redirect_uri')
  return issueCode(context, {
    grant: {
      ...{ clientId: client.clientId, subject, scope, target, authenticatedAt: login.loggedInAt, revoked: false },
      ...(nonce !== undefined && { nonce }),
      ...(login.acr !== undefined && { acr: login.acr }),
    },
    reduced,
    offline,
    ...(challenge && { challenge }),
    ...(jkt && { jkt }),
    ...(requestedRedirectUri !== undefined && { requestedRedirectUri }),
  })
}

/** The parameters that a `request_uri` stands for: then nothing beside it counts (RFC 9101 §6.3). */
const pushedBy = (context: MockContext, client: MockClient, requestUris: readonly string[]): URLSearchParams => {
  const [requestUri = '', another] = requestUris
  if (another !== undefined) throw unredirected('request_uri is repeated')
  return pushedParameters(context, client, requestUri)
}

/** The client and the redirect URI of an authorization request: without them the user is told, and sent nowhere. */
export const redirectableRequest = (request: ReceivedRequest, context: MockContext): RedirectableRequest => {
  const sent = parametersOf(request)
  const [clientId = '', secondId] = sent.getAll('client_id')
  const client = context.clients.get(clientId)
  if (!client || secondId !== undefined) throw unredirected('client_id is missing, unknown or repeated')
  const requestUris = context.server.pushedAuthorizationRequestEndpoint ? sent.getAll('request_uri') : []
  const [requestUri] = requestUris
  const parameters = requestUri === undefined ? sent : pushedBy(context, client, requestUris)
  if (parameters.getAll('redirect_uri').length > 1) throw unredirected('redirect_uri is repeated')
  const redirectUri = redirectUriOf(client, presentOf(parameters))
  return { client, parameters, redirectUri, ...(requestUri !== undefined && { requestUri }) }
}

/** Sends the user back to the client, with a code or an error, unless there is a page to be shown first. */
export const sentBack = (
  context: MockContext,
  { parameters, redirectUri, requestUri }: RedirectableRequest,
  decide: () => string | Promise<Response>,
  status = 302,
): Response | Promise<Response> => {
  const response = new URLSearchParams()
  let refusal: AuthorizationError | undefined
  try {
    if (context.server.requirePushedAuthorizationRequests && requestUri === undefined) {
      throw new AuthorizationError('invalid_request', 'authorization requests must be pushed')
    }
    const decided = decide()
    if (typeof decided !== 'string') return decided
    response.set('code', decided)
  } catch (refused) {
    if (!(refused instanceof AuthorizationError)) throw refused
    refusal = refused
    response.set('error', refused.error)
    if (context.profile.errorDescriptions) response.set('error_description', refused.message)
  }
  // RFC 9126 §7.3: one answer is the use of it, and a page that is loaded again is not.
  if (requestUri !== undefined) usePushed(context, requestUri)
  const state = parameters.get('state')
  if (state) response.set('state', state)
  const { issuer, authorizationResponseIssParameterSupported } = context.server
  // RFC 9207 §2: errors carry it too.
  if (issuer && authorizationResponseIssParameterSupported) response.set('iss', issuer)
  // Added to the text, because a parsed and written query is not always the same one.
  const answer = redirectAnswer(`${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${response}`, status)
  if (refusal) throw new Refusal(refusal.message, answer)
  return answer
}

/** The authorization endpoint (RFC 6749 §3.1, §4.1.1), and the user before it. */
export const authorize = (
  request: ReceivedRequest,
  context: MockContext,
  user: MockAuthorizeOptions = {},
): Response | Promise<Response> => {
  const asked = redirectableRequest(request, context)
  return sentBack(context, asked, () => approve(context, asked, user, context.state))
}
