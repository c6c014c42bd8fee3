import { redirectAnswer } from '../answers.js'
import type { MockAuthorizeOptions, MockClient } from '../options.js'
import { methodNotAllowed } from '../refusal.js'
import type { GrantedScope, MockContext } from '../state.js'
import { issueCode } from '../tokens/issuance.js'
import { type Parameters, presentOf, type ReceivedRequest } from '../ways/received-request.js'
import { AuthorizationError, checkedRequest, redirectUriOf, unredirected } from './authorization-request.js'
import { takePushed } from './pushed-authorization-request.js'

const parametersOf = ({ method, url, body }: ReceivedRequest): URLSearchParams => {
  if (method === 'GET') return url.searchParams
  if (method === 'POST') return new URLSearchParams(body)
  throw methodNotAllowed('GET, POST')
}

const assertUser = (parameters: Parameters, loggedIn: boolean, deny: boolean | string): void => {
  const prompts = parameters.get('prompt')?.split(' ') ?? []
  if (prompts.includes('none')) {
    // OpenID Connect Core §3.1.2.1.
    if (prompts.length > 1) throw new AuthorizationError('invalid_request', 'prompt=none goes with no other prompt')
    if (!loggedIn) throw new AuthorizationError('login_required', 'nobody is logged in')
  }
  if (deny) throw new AuthorizationError(deny === true ? 'access_denied' : deny, 'the user did not approve')
}

/** Whether a refresh token is asked for as the service wants it. */
const isOffline = (
  { profile, state }: MockContext,
  parameters: Parameters,
  scope: GrantedScope,
  consent: string,
): boolean => {
  const isAsked = !state.consents.has(consent) || parameters.get('prompt') === 'consent'
  state.consents.add(consent)
  if (profile.refreshTokenNeeds === 'offline_access') return scope !== 'all' && scope.includes('offline_access')
  return profile.refreshTokenNeeds !== 'access_type' || (isAsked && parameters.get('access_type') === 'offline')
}

const approve = (
  context: MockContext,
  client: MockClient,
  all: URLSearchParams,
  { user, deny = false, session, acr }: MockAuthorizeOptions,
): string => {
  const { clock, state } = context
  const { parameters, challenge, scope, reduced, target, maxAge } = checkedRequest(context, client, all)
  const loggedIn = session ?? state.user !== undefined
  const acrValues = parameters.get('acr_values')?.split(' ')
  const isFresh = maxAge === undefined || clock.now() - state.loggedInAt <= maxAge * 1000
  const suffices = loggedIn && isFresh && (!acrValues || acrValues.includes(`${state.acr}`))
  assertUser(parameters, suffices, deny)
  const subject = user ?? state.user ?? 'user'
  if (!suffices || subject !== state.user || parameters.get('prompt') === 'login') {
    state.loggedInAt = clock.now()
    state.acr = acr ?? acrValues?.[0]
  }
  state.user = subject
  const offline = isOffline(context, parameters, scope, `${client.clientId} ${subject}`)
  // RFC 9449 §10.
  const jkt = context.server.dpopSigningAlgValuesSupported && parameters.get('dpop_jkt')
  const nonce = parameters.get('nonce')
  const requestedRedirectUri = parameters.get('redirect_uri')
  return issueCode(context, {
    grant: {
      ...{ clientId: client.clientId, subject, scope, target, authenticatedAt: state.loggedInAt, revoked: false },
      ...(nonce !== undefined && { nonce }),
      ...(state.acr !== undefined && { acr: state.acr }),
    },
    reduced,
    offline,
    ...(challenge && { challenge }),
    ...(jkt && { jkt }),
    ...(requestedRedirectUri !== undefined && { requestedRedirectUri }),
  })
}

/** The parameters of a request, or those that its `request_uri` stands for: then nothing beside it counts (RFC 9101 §6.3). */
const requestedBy = (context: MockContext, client: MockClient, sent: URLSearchParams): URLSearchParams => {
  const [requestUri, another] = sent.getAll('request_uri')
  if (requestUri === undefined || !context.server.pushedAuthorizationRequestEndpoint) return sent
  const pushed = another === undefined ? takePushed(context, client, requestUri) : undefined
  if (!pushed) throw unredirected('request_uri is unknown, used, expired or of another client')
  return pushed
}

/** The authorization endpoint (RFC 6749 §3.1, §4.1.1), and the user before it. */
export const authorize = (
  request: ReceivedRequest,
  context: MockContext,
  user: MockAuthorizeOptions = {},
): Response => {
  const sent = parametersOf(request)
  const [clientId = '', secondId] = sent.getAll('client_id')
  const client = context.clients.get(clientId)
  if (!client || secondId !== undefined) throw unredirected('client_id is missing, unknown or repeated')
  const all = requestedBy(context, client, sent)
  if (all.getAll('redirect_uri').length > 1) throw unredirected('redirect_uri is repeated')
  const redirectUri = redirectUriOf(client, presentOf(all))
  const response = new URLSearchParams()
  try {
    if (context.server.requirePushedAuthorizationRequests && all === sent) {
      throw new AuthorizationError('invalid_request', 'authorization requests must be pushed')
    }
    response.set('code', approve(context, client, all, user))
  } catch (refused) {
    if (!(refused instanceof AuthorizationError)) throw refused
    response.set('error', refused.error)
    if (context.profile.errorDescriptions) response.set('error_description', refused.message)
  }
  const state = all.get('state')
  if (state) response.set('state', state)
  const { issuer, authorizationResponseIssParameterSupported } = context.server
  // RFC 9207 §2: errors carry it too.
  if (issuer && authorizationResponseIssParameterSupported) response.set('iss', issuer)
  // Added to the text, because a parsed and written query is not always the same one.
  return redirectAnswer(`${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${response}`)
}
