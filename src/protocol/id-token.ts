import { base64urlBytes } from '../core/base64url.js'
import { OAuthError } from '../core/errors.js'
import { secureUrl } from '../core/server.js'
import type { Token } from '../core/token.js'
import { unlessAborted } from '../core/waiting.js'
import type { ClientContext } from './context.js'
import { readDocument } from './document.js'
import { failedAnswer } from './failed-answer.js'
import type { IdTokenKeys } from './id-token-validator.js'

/** What a request for a token knows of the ID token that may come with it. */
export interface ExpectedIdToken {
  readonly nonce?: string | undefined
  readonly maxAge?: number | undefined
  /** It was asked for, though no nonce tells. */
  readonly idTokenAsked?: boolean
  /** The token that is renewed. */
  readonly previous?: Partial<Token> | undefined
  readonly signal?: AbortSignal | undefined
}

type Judged = Pick<Token, 'idToken' | 'idTokenClaims'>

const keysOf = (context: ClientContext): IdTokenKeys => ({
  server: context.server,
  now: context.clock.now(),
  readJson: async (url) => {
    const { href } = secureUrl(url, 'jwksUri', context.allowInsecureRequests)
    const answer = await readDocument(context, href, undefined)
    try {
      if (answer.status === 200) return JSON.parse(answer.body)
    } catch {
      // Told of below.
    }
    throw failedAnswer(answer, [], context.clock.now(), 'it is no JSON document')
  },
})

/** The user that an ID token names, before anything of it is believed. */
const subjectOf = (idToken: string | undefined): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(base64urlBytes(`${idToken}`.split('.')[1] ?? ''))).sub
  } catch {
    return undefined
  }
}

/** An answer that is another user's is no answer to this refresh, whatever else holds of it (OpenID Connect Core §12.2). */
const assertSameUser = (idToken: string, previous: string | undefined): void => {
  const [now, before] = [subjectOf(idToken), subjectOf(previous)]
  if (typeof now !== 'string' || typeof before !== 'string' || now === before) return
  throw new OAuthError('invalid_id_token', 'the refresh was answered with the tokens of another user', { claim: 'sub' })
}

/** A refresh has an answer in hand that is good without an ID token: its keys are asked for once. */
const contextFor = (context: ClientContext, { previous }: ExpectedIdToken): ClientContext =>
  previous ? { ...context, tries: 1, longestWaitMs: 0 } : context

/** Reads what an ID token will be judged by, before what works once is sent. */
export const prepareIdToken = async (context: ClientContext, expected: ExpectedIdToken): Promise<void> => {
  const { previous, nonce, idTokenAsked, signal } = expected
  if (!context.idToken?.prepare || !(nonce || idTokenAsked || previous?.idToken)) return
  try {
    await unlessAborted(context.idToken.prepare(keysOf(contextFor(context, expected))), signal)
  } catch (error) {
    if (!previous) throw error
  }
}

/**
 * What becomes of the ID token of an answer. Without a validator it is handed on as it came. On a refresh nothing is lost for
 * one that cannot be used: the tokens are kept, and with them the ID token of before.
 * @throws {OAuthError} `invalid_id_token`
 */
export const judgeIdToken = async (
  context: ClientContext,
  idToken: string | undefined,
  accessToken: string,
  expected: ExpectedIdToken,
): Promise<Judged> => {
  const { idToken: validator, clientId, clientSecret } = context
  const { nonce, maxAge, previous, signal } = expected
  const kept = { idToken: previous?.idToken, idTokenClaims: previous?.idTokenClaims } as Judged
  if (!idToken) {
    if (!validator || !nonce) return kept
    throw new OAuthError('invalid_id_token', 'openid was asked for, and the answer has no ID token')
  }
  if (!validator) return { idToken }
  assertSameUser(idToken, previous?.idToken)
  const received = { idToken, accessToken, clientId, clientSecret, nonce, maxAge, previous: previous?.idToken }
  const judging = validator.validate({ ...keysOf(contextFor(context, expected)), ...received })
  try {
    return { idToken, idTokenClaims: await (previous ? judging : unlessAborted(judging, signal)) }
  } catch (error) {
    if (!previous) throw error
    context.onIdTokenRefused?.(error)
    return kept
  }
}
