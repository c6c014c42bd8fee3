import { base64urlBytes } from '../core/base64url.js'
import { OAuthError } from '../core/errors.js'
import { unlessAborted } from '../core/waiting.js'
import type { ClientContext, ExpectIdToken, JudgedIdToken } from './context.js'
import { readDocument } from './document.js'
import type { IdTokenKeys, IdTokenValidator } from './id-token-validator.js'
import { isPassing } from './passing.js'
import { failedAnswer, fetchableUrl } from './requests.js'

const readJson = async (context: ClientContext, url: string): Promise<unknown> => {
  const { href } = fetchableUrl(url, 'jwksUri', context.allowInsecureRequests)
  const answer = await readDocument(context, href, undefined)
  try {
    if (answer.status === 200) return JSON.parse(answer.body)
  } catch {
    // Told of below.
  }
  throw failedAnswer(answer, [], context.clock.now(), 'it is no JSON document')
}

const keysOf = (context: ClientContext): IdTokenKeys => ({
  server: context.server,
  now: context.clock.now(),
  readJson: (url) => readJson(context, url),
})

/** A device goes on asking while the keys cannot be had for the moment: then it is that trouble that is told, in its own words. */
const prepare = async (validator: IdTokenValidator, context: ClientContext, mayPass: boolean): Promise<void> => {
  const keys = keysOf(context)
  let trouble: unknown
  const reading = async (url: string): Promise<unknown> => {
    try {
      return await keys.readJson(url)
    } catch (failure) {
      trouble = failure
      throw failure
    }
  }
  try {
    await validator.prepare?.({ ...keys, readJson: reading })
  } catch (failure) {
    throw mayPass && trouble instanceof OAuthError && isPassing(trouble) ? trouble : failure
  }
}

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
const hasty = (context: ClientContext): ClientContext => ({ ...context, tries: 1, longestWaitMs: 0 })

/**
 * Reads what an ID token will be judged by, before what works once is sent, and gives back the judge of the answer. On a refresh
 * nothing is lost for one that cannot be used: the tokens are kept, and with them the ID token of before.
 */
export const expectIdToken =
  (validator: IdTokenValidator, refused: (error: unknown) => void): ExpectIdToken =>
  async (patient, { nonce, maxAge, idTokenAsked, previous, signal }) => {
    const context = previous ? hasty(patient) : patient
    const kept = { idToken: previous?.idToken, idTokenClaims: previous?.idTokenClaims } as JudgedIdToken
    if (nonce || idTokenAsked || previous?.idToken) {
      const prepared = unlessAborted(prepare(validator, context, !!idTokenAsked), signal)
      await (previous ? prepared.catch(() => {}) : prepared)
    }
    return async (idToken, accessToken) => {
      if (!idToken) {
        if (!nonce) return kept
        throw new OAuthError('invalid_id_token', 'openid was asked for, and the answer has no ID token')
      }
      const { clientId, clientSecret } = context
      assertSameUser(idToken, previous?.idToken)
      const received = { idToken, accessToken, clientId, clientSecret, nonce, maxAge, previous: previous?.idToken }
      // One that throws at once is as one that rejects: a refresh loses nothing for either.
      const judge = async () => validator.validate({ ...keysOf(context), ...received })
      const judging = judge()
      try {
        return { idToken, idTokenClaims: await (previous ? judging : unlessAborted(judging, signal)) }
      } catch (error) {
        if (!previous) throw error
        refused(error)
        return kept
      }
    }
  }
