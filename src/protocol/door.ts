import ky from 'ky'
import { OAuthError } from '../core/errors.js'
import { isOffline } from '../core/host.js'
import type { ClientContext, DoorContext } from './context.js'
import type { Answer, Message, SendOptions } from './message.js'
import { networkFailure } from './network-failure.js'
import { retryAfterMs } from './retry-after.js'

export type { Answer, Message, SendOptions }

const mostTries = 3
const backoffMs = 500
/** A server that asks for more patience than this is told of in the error, not waited for. */
const longestWaitMs = 30_000
const largestBody = 2 ** 20

/**
 * Sends a message and reads the whole answer: the one door through which every request to the server goes.
 * @throws {OAuthError} `timeout`, `connection_lost`, `unreachable`, `redirect_refused`, or `invalid_response` for an
 * answer over 1 MiB; the signal's reason once it is aborted.
 */
export const send = async (
  context: DoorContext & Pick<ClientContext, 'longestWaitMs' | 'tries'>,
  write: () => Promise<Message>,
  { signal, singleUse }: SendOptions,
): Promise<Answer> => {
  for (let tried = 1; ; tried++) {
    signal?.throwIfAborted()
    const outcome = await attempt(context, write, signal)
    const askedMs = isAnswer(outcome) ? (retryAfterMs(outcome.headers, context.clock.now()) ?? 0) : 0
    if (
      tried === (context.tries ?? mostTries) ||
      askedMs > (context.longestWaitMs ?? longestWaitMs) ||
      !mayBeSentAgain(outcome, singleUse)
    ) {
      if (isAnswer(outcome)) return outcome
      throw outcome
    }
    await context.clock.sleep(Math.max(askedMs, Math.random() * backoffMs * 2 ** tried), signal)
  }
}

const isAnswer = (outcome: Answer | OAuthError): outcome is Answer => 'sentAt' in outcome

const mayBeSentAgain = (outcome: Answer | OAuthError, singleUse: boolean): boolean =>
  isAnswer(outcome)
    ? outcome.status === 429 || (!singleUse && [502, 503, 504].includes(outcome.status))
    : outcome.code === 'unreachable' ||
      (!singleUse && (outcome.code === 'timeout' || outcome.code === 'connection_lost'))

/** One try under one deadline, which covers a client authentication or a proof that takes its time, and the body. */
const attempt = async (
  context: DoorContext,
  write: () => Promise<Message>,
  signal?: AbortSignal,
): Promise<Answer | OAuthError> => {
  const over = new AbortController()
  const abort = () => over.abort(signal?.reason)
  signal?.addEventListener('abort', abort)
  let isSent = false
  const deadline = context.clock.sleep(context.timeoutMs, over.signal).then(() => {
    const within = `within ${context.timeoutMs} ms`
    return isSent
      ? new OAuthError('timeout', `no whole answer ${within}`, { delivery: 'ambiguous' })
      : new OAuthError('timeout', `what signs the request was not done ${within}: nothing was sent`, {
          delivery: 'not_processed',
        })
  })
  try {
    const exchanged = write().then((message) => {
      // What was written too late is not sent.
      over.signal.throwIfAborted()
      isSent = true
      return exchange(context, message, over.signal)
    })
    const outcome = await Promise.race([deadline, exchanged])
    signal?.throwIfAborted()
    return outcome
  } finally {
    signal?.removeEventListener('abort', abort)
    over.abort()
  }
}

const exchange = async (
  { fetch, clock }: DoorContext,
  { url, headers, form, seesRedirects }: Message,
  signal: AbortSignal,
): Promise<Answer | OAuthError> => {
  const sentAt = clock.now()
  const wasOffline = isOffline()
  const init: RequestInit = {
    headers,
    signal,
    redirect: 'manual',
    ...(form && { method: 'POST', body: `${form}` }),
  }
  try {
    const response = await ky(url, {
      ...init,
      retry: 0,
      timeout: false,
      throwHttpErrors: false,
      // ky would hand over a Request of this realm, which a fetch from another one cannot read.
      fetch: () => fetch(url, init),
    })
    const { status, type, redirected } = response
    // A fetch that knows no `manual` (React Native's) has followed it already.
    if (redirected || /^opaque/.test(type) || (!seesRedirects && status >= 300 && status < 400)) {
      return new OAuthError('redirect_refused', 'the endpoint answered a redirect: configure its final URL', { status })
    }
    const text = await read(response.body)
    // The response is held on to until here: Deno does not abort a body whose response was collected.
    const answered = response.headers
    return text === undefined
      ? new OAuthError('invalid_response', 'the answer is over 1 MiB', { status, delivery: 'ambiguous' })
      : { status, headers: answered, body: text, sentAt }
  } catch (error) {
    // One that went offline on the way, or came back, may have sent it.
    return networkFailure(error, wasOffline && isOffline())
  }
}

/** `undefined` for a body that is too large: the rest of it is not read. */
const read = async (body: ReadableStream<Uint8Array> | null): Promise<string | undefined> => {
  const decoder = new TextDecoder()
  const reader = body?.getReader()
  let text = ''
  let size = 0
  for (;;) {
    const { value } = (await reader?.read()) ?? {}
    if (!value) return text + decoder.decode()
    size += value.byteLength
    if (size > largestBody) {
      await reader?.cancel()
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
}
