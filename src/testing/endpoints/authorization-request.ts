import { pageAnswer } from '../answers.js'
import { isPublic, type MockClient } from '../options.js'
import { Refusal } from '../refusal.js'
import type { Challenge, GrantedScope, MockContext, Target } from '../state.js'
import { mayUse } from '../tokens/issuance.js'
import { isSpent } from '../tokens/made-anew.js'
import { isChallenge } from '../tokens/pkce.js'
import { decideScope, type ScopeDecision } from '../tokens/scope.js'
import { TargetRefused, targetOf } from '../tokens/target.js'
import { hasRepeated, type Parameters, presentOf } from '../ways/received-request.js'

/** RFC 6749 §4.1.2.1: without a client and a redirect URI that are known, the user is told and sent nowhere. */
export const unredirected = (message: string): Refusal => new Refusal(message, pageAnswer(400, message))

/** An error that goes back to the client by way of the user. */
export class AuthorizationError extends Error {
  readonly error: string

  constructor(error: string, description: string) {
    super(description)
    this.error = error
  }
}

/** RFC 8252 §7.3: as a text, because what a parsed URL has lost would go into the redirect. */
const withoutPort = (uri: string): string => uri.replace(/^(http:\/\/(?:127\.0\.0\.1|\[::1\])):\d{1,5}(?=[/?]|$)/, '$1')

/** RFC 6749 §3.1.2.3. */
export const isRegistered = (registered: string, uri: string): boolean => withoutPort(registered) === withoutPort(uri)

export const redirectUriOf = (client: MockClient, parameters: Parameters): string => {
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
    const wanted = `code_challenge_method must be ${methods.join(' or ')}`
    const meant = method === undefined ? `${wanted}: left out, it is plain` : wanted
    throw new AuthorizationError('invalid_request', `transform algorithm not supported: ${meant}`)
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

const targetOfRequest = (context: MockContext, all: URLSearchParams): Target => {
  try {
    return targetOf(all, context)
  } catch (refused) {
    if (!(refused instanceof TargetRefused)) throw refused
    const error = refused.reason === 'unfit_resource' ? 'invalid_target' : 'invalid_authorization_details'
    throw new AuthorizationError(error, refused.message)
  }
}

const isGranted = (scope: GrantedScope, name: string): boolean => scope !== 'all' && scope.includes(name)

/** RFC 9700 §2.1, §4.7: a callback that its own client cannot tell from a forged one is not given. */
const assertGuarded = ({ profile }: MockContext, parameters: Parameters, scope: GrantedScope): void => {
  if (parameters.has('state')) return
  if (profile.requireState) throw new AuthorizationError('invalid_request', 'state is missing')
  const hasNonce = parameters.has('nonce') && isGranted(scope, 'openid')
  if (profile.unguardedRequests === 'taken' || parameters.has('code_challenge') || hasNonce) return
  throw new AuthorizationError(
    'invalid_request',
    'nothing protects this request from forgery: it has neither state nor code_challenge nor an OpenID Connect nonce',
  )
}

/** RFC 9700 §2.1.1, OpenID Connect Core §15.5.2: what comes again protects no login. */
const assertMadeAnew = (context: MockContext, { clientId }: MockClient, parameters: Parameters): void => {
  for (const name of ['code_challenge', 'nonce']) {
    const value = parameters.get(name)
    if (value === undefined || !isSpent(context, clientId, name, value)) continue
    throw new AuthorizationError('invalid_request', `${name} was that of a login before: each needs one of its own`)
  }
}

/** What a server that sends codes in the query alone says to who wants more of it (OpenID Connect Core §3.1.2.6). */
const assertPlain = (parameters: Parameters): void => {
  if (parameters.has('request')) throw new AuthorizationError('request_not_supported', 'request objects are not read')
  if (parameters.has('request_uri')) {
    throw new AuthorizationError('request_uri_not_supported', 'request_uri is for pushed authorization requests alone')
  }
  if (parameters.has('registration')) {
    throw new AuthorizationError('registration_not_supported', 'clients are registered before they ask')
  }
  const mode = parameters.get('response_mode')
  if (mode !== undefined && mode !== 'query') {
    throw new AuthorizationError('invalid_request', 'the only response_mode is query')
  }
}

/** What is sent to the token endpoint, and by way of a browser to anybody (RFC 6749 §10.3, §10.4, RFC 9700 §4.2). */
const confidential = ['client_secret', 'client_assertion', 'code_verifier', 'access_token', 'refresh_token']

const assertNothingTold = (parameters: Parameters): void => {
  const told = confidential.find((name) => parameters.has(name))
  if (told) throw new AuthorizationError('invalid_request', `${told} does not belong in an authorization request`)
}

/** RFC 9470 §5, OpenID Connect Core §3.1.2.1: seconds. */
const maxAgeOf = (parameters: Parameters): number | undefined => {
  const value = parameters.get('max_age')
  if (value !== undefined && !/^\d+$/.test(value))
    throw new AuthorizationError('invalid_request', 'max_age is no number')
  return value === undefined ? undefined : Number(value)
}

/** OpenID Connect Core §3.1.2.1, and `create` of Initiating User Registration. */
const knownPrompts = ['none', 'login', 'consent', 'select_account', 'create']

/** What the request says of how the user is to be asked. */
const promptsOf = ({ profile }: MockContext, parameters: Parameters): readonly string[] => {
  const prompts = parameters.get('prompt')?.split(' ') ?? []
  if (prompts.includes('none') && prompts.length > 1) {
    throw new AuthorizationError('invalid_request', 'prompt=none goes with no other prompt')
  }
  if (profile.carelessRequests === 'refused' && !prompts.every((prompt) => knownPrompts.includes(prompt))) {
    throw new AuthorizationError('invalid_request', `prompt has a value that is none of ${knownPrompts.join(', ')}`)
  }
  return prompts
}

/** RFC 9449 §10. */
const assertThumbprint = ({ server }: MockContext, parameters: Parameters): void => {
  const jkt = server.dpopSigningAlgValuesSupported && parameters.get('dpop_jkt')
  if (jkt === undefined || /^[\w-]{43}$/.test(jkt)) return
  throw new AuthorizationError('invalid_request', 'dpop_jkt is no SHA-256 thumbprint of a key')
}

/** What an authorization request asks for, found good. */
export interface CheckedRequest extends ScopeDecision {
  readonly parameters: Parameters
  readonly prompts: readonly string[]
  readonly challenge: Challenge | undefined
  readonly target: Target
  readonly maxAge: number | undefined
}

/** Judges all that can be judged before the user has come (RFC 6749 §4.1.1). */
export const checkedRequest = (context: MockContext, client: MockClient, all: URLSearchParams): CheckedRequest => {
  const parameters = presentOf(all)
  if (hasRepeated(all)) throw new AuthorizationError('invalid_request', 'a parameter is repeated')
  const responseType = parameters.get('response_type')
  if (responseType === undefined) throw new AuthorizationError('invalid_request', 'response_type is missing')
  if (responseType !== 'code') throw new AuthorizationError('unsupported_response_type', 'only code is supported')
  if (!mayUse(context, client, 'authorization_code')) {
    throw new AuthorizationError('unauthorized_client', 'the client may not use this grant')
  }
  assertPlain(parameters)
  assertNothingTold(parameters)
  const challenge = challengeOf(context, client, parameters)
  const decision = scopeOf(context, client, parameters)
  assertGuarded(context, parameters, decision.scope)
  assertThumbprint(context, parameters)
  if (context.profile.carelessRequests === 'refused') {
    assertMadeAnew(context, client, parameters)
    // OpenID Connect Core §3.1.2.1.
    if (!parameters.has('redirect_uri') && isGranted(decision.scope, 'openid')) {
      throw new AuthorizationError('invalid_request', 'redirect_uri is missing, which OpenID Connect wants')
    }
  }
  return {
    parameters,
    challenge,
    ...decision,
    prompts: promptsOf(context, parameters),
    target: targetOfRequest(context, all),
    maxAge: maxAgeOf(parameters),
  }
}
