import { pageAnswer, redirectAnswer } from './answers.js'
import { issueCode, mayUse } from './issuance.js'
import { isPublic, type MockAuthorizeOptions, type MockClient } from './options.js'
import { isChallenge } from './pkce.js'
import { hasRepeated, type Parameters, presentOf, type ReceivedRequest } from './received-request.js'
import { methodNotAllowed, Refusal } from './refusal.js'
import { decideScope, type ScopeDecision } from './scope.js'
import type { Challenge, GrantedScope, MockContext } from './state.js'

/** RFC 6749 §4.1.2.1: without a client and a redirect URI that are known, the user is told and sent nowhere. */
const unredirected = (message: string): Refusal => new Refusal(message, pageAnswer(400, message))

/** An error that goes back to the client by way of the user. */
class AuthorizationError extends Error {
  readonly error: string

  constructor(error: string, description: string) {
    super(description)
    this.error = error
  }
}

const isLoopback = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && (hostname === '127.0.0.1' || hostname === '[::1]')

const withoutPort = (uri: string): string => {
  const url = new URL(uri)
  url.port = ''
  return url.href
}

/** RFC 6749 §3.1.2.3, and RFC 8252 §7.3 for the port of a loopback address. */
const isRegistered = (registered: string, uri: string): boolean => {
  if (registered === uri) return true
  const url = URL.parse(uri)
  return !!url && isLoopback(url) && withoutPort(registered) === withoutPort(uri)
}

const redirectUriOf = (client: MockClient, parameters: Parameters): string => {
  const registered = client.redirectUris ?? []
  const requested = parameters.get('redirect_uri')
  if (requested === undefined) {
    const [only, ...others] = registered
    if (only === undefined || others.length > 0) throw unredirected('redirect_uri is missing')
    return only
  }
  if (!registered.some((uri) => isRegistered(uri, requested))) throw unredirected('redirect_uri is not registered')
  return requested
}

const parametersOf = ({ method, url, body }: ReceivedRequest): URLSearchParams => {
  if (method === 'GET') return url.searchParams
  if (method === 'POST') return new URLSearchParams(body)
  throw methodNotAllowed('GET, POST')
}

/** RFC 7636 §4.3, §4.4.1. */
const challengeOf = (context: MockContext, client: MockClient, parameters: Parameters): Challenge | undefined => {
  const methods = context.server.codeChallengeMethodsSupported
  // A server without PKCE does not know the parameters, and RFC 6749 §3.1 has it ignore them.
  if (!methods) return undefined
  const value = parameters.get('code_challenge')
  const method = parameters.get('code_challenge_method')
  if (value === undefined) {
    if (method !== undefined) throw new AuthorizationError('invalid_request', 'code_challenge is missing')
    if (isPublic(client)) {
      throw new AuthorizationError('invalid_request', 'a public client must send a code_challenge')
    }
    return undefined
  }
  const challenge = { value, method: method ?? 'plain' }
  if (!methods.includes(challenge.method)) {
    throw new AuthorizationError('invalid_request', 'transform algorithm not supported')
  }
  if (!isChallenge(challenge)) throw new AuthorizationError('invalid_request', 'code_challenge is malformed')
  return challenge
}

const scopeOf = (context: MockContext, client: MockClient, parameters: Parameters): ScopeDecision => {
  try {
    return decideScope(context, client, 'authorization_code', parameters.get('scope'))
  } catch (refused) {
    if (refused instanceof Refusal) throw new AuthorizationError('invalid_scope', refused.message)
    throw refused
  }
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
  { user, deny = false, session }: MockAuthorizeOptions,
): string => {
  const { state } = context
  const parameters = presentOf(all)
  if (hasRepeated(all)) throw new AuthorizationError('invalid_request', 'a parameter is repeated')
  const responseType = parameters.get('response_type')
  if (responseType === undefined) throw new AuthorizationError('invalid_request', 'response_type is missing')
  if (responseType !== 'code') throw new AuthorizationError('unsupported_response_type', 'only code is supported')
  if (!mayUse(context, client, 'authorization_code')) {
    throw new AuthorizationError('unauthorized_client', 'the client may not use this grant')
  }
  const challenge = challengeOf(context, client, parameters)
  const { scope, reduced } = scopeOf(context, client, parameters)
  assertUser(parameters, session ?? state.user !== undefined, deny)
  const subject = user ?? state.user ?? 'user'
  state.user = subject
  const offline = isOffline(context, parameters, scope, `${client.clientId} ${subject}`)
  // RFC 9449 §10.
  const jkt = context.server.dpopSigningAlgValuesSupported && parameters.get('dpop_jkt')
  const requestedRedirectUri = parameters.get('redirect_uri')
  return issueCode(context, {
    grant: { clientId: client.clientId, subject, scope, revoked: false },
    reduced,
    offline,
    ...(challenge && { challenge }),
    ...(jkt && { jkt }),
    ...(requestedRedirectUri !== undefined && { requestedRedirectUri }),
  })
}

/** The authorization endpoint (RFC 6749 §3.1, §4.1.1), and the user before it. */
export const authorize = (
  request: ReceivedRequest,
  context: MockContext,
  user: MockAuthorizeOptions = {},
): Response => {
  const all = parametersOf(request)
  const [clientId = '', secondId] = all.getAll('client_id')
  const client = context.clients.get(clientId)
  if (!client || secondId !== undefined) throw unredirected('client_id is missing, unknown or repeated')
  if (all.getAll('redirect_uri').length > 1) throw unredirected('redirect_uri is repeated')
  const redirectUri = redirectUriOf(client, presentOf(all))
  const response = new URLSearchParams()
  try {
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
