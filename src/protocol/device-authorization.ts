import type { Clock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import { type Flight, takeOff } from '../core/flight.js'
import { present } from '../core/present.js'
import { type Scope, scopeParameter } from '../core/scope.js'
import type { Token } from '../core/token.js'
import type { ClientContext, GrantOptions, RequestOptions } from './context.js'
import { isPassing } from './passing.js'
import { post, requestToken, targeted } from './requests.js'
import { readDeviceAuthorization } from './wire-endpoints.js'

/** What the device asks to be authorized for (RFC 8628 §3.1). */
export interface DeviceAuthorizationOptions extends GrantOptions {
  /** @default the server's own default */
  readonly scope?: Scope
}

/**
 * What to show the user, who goes on in a browser elsewhere (RFC 8628 §3.2, §3.3), and how to wait for them. The device code
 * is in none of its fields: neither JSON nor inspecting it shows one.
 */
export interface DeviceAuthorization {
  /** What the user types in there. */
  readonly userCode: string
  /** Where the user goes, as the server sent it. Look at it before you open it: it should be https. */
  readonly verificationUri: string
  /** The same with the user code in it, for a link or a QR code; absent if the server sent none. */
  readonly verificationUriComplete?: string
  /** Seconds that the user has, from the moment the request was sent; 900 where the server does not say. */
  readonly expiresIn: number
  /** Seconds between two requests for the token; 5 where the server does not say. */
  readonly interval: number
  /**
   * Waits until the user has decided (RFC 8628 §3.4, §3.5). However often it is called, one request at a time is sent, and
   * none once the token, or the refusal, is there. Aborting stops it for this caller, and the requests with the last one; a
   * later call goes on.
   * @throws {OAuthError} `error_response` with `access_denied` if the user said no, or with `expired_token` if they took too
   * long (`status` is 0 where it is this client's clock that says so); `invalid_response`. A lost connection, a 429 and a 5xx
   * are waited out, unless `Retry-After` names a time when the codes have expired.
   */
  token(options?: RequestOptions): Promise<Token>
}

const grantType = 'urn:ietf:params:oauth:grant-type:device_code'

/** RFC 8628 §3.2. */
const defaultInterval = 5
/** What GitHub and Microsoft give. */
const defaultExpiresIn = 900
/** RFC 8628 §3.5: what `slow_down` adds, for good. */
const slowDownMs = 5000
/** How far a backoff goes: a user who has approved waits no longer than that. */
const longestBackoffMs = 60_000

const positive = (seconds: number | undefined, otherwise: number): number =>
  seconds && seconds > 0 && seconds < Infinity ? seconds : otherwise

const expired = (): OAuthError =>
  new OAuthError('error_response', 'the user has not approved in time: ask for a new device authorization', {
    error: 'expired_token',
    status: 0,
  })

interface Pending {
  /** Seconds. */
  readonly interval: number
  /** Epoch milliseconds. */
  readonly deadline: number
}

/**
 * Asks, and waits before each time, until there is an answer to stay with (RFC 8628 §3.5). What the server has said of the
 * waiting holds for who goes on later, too.
 */
const poller = ({ interval, deadline }: Pending, clock: Clock, ask: (signal: AbortSignal) => Promise<Token>) => {
  let intervalMs = interval * 1000
  /** Epoch milliseconds before which nothing is asked, however short the interval. */
  let readyAt = 0
  let failures = 0
  let slowDowns = 0
  return async (signal: AbortSignal): Promise<Token> => {
    for (;;) {
      const leftMs = deadline - clock.now()
      const waitMs = Math.max(intervalMs, readyAt - clock.now())
      await clock.sleep(Math.min(waitMs, leftMs), signal)
      // After the sleep too, because a machine may have slept with it.
      if (waitMs >= leftMs || clock.now() >= deadline) throw expired()
      try {
        return await ask(signal)
      } catch (failure) {
        signal.throwIfAborted()
        if (!(failure instanceof OAuthError)) throw failure
        const error = failure.code === 'error_response' ? failure.error : ''
        const isSlowDown = error === 'slow_down'
        const isAnswered = isSlowDown || error === 'authorization_pending'
        const askedMs = ('retryAfterMs' in failure && failure.retryAfterMs) || 0
        // Who is sent away until the codes are dead has nothing to wait for.
        const isSentAway = askedMs > 0 && clock.now() + askedMs >= deadline
        if (!isAnswered && (isSentAway || !isPassing(failure))) throw failure
        slowDowns = isSlowDown ? slowDowns + 1 : 0
        failures = isAnswered ? 0 : failures + 1
        if (isSlowDown) intervalMs += slowDownMs
        // A server that counts from a longer interval, or with a slower clock, stays ahead of 5 seconds at a time (Nextcloud's did).
        const catchUpMs = Math.max(slowDowns - 1, 0) * slowDownMs
        const backoffMs = failures && Math.min(intervalMs * 2 ** failures, longestBackoffMs)
        readyAt = clock.now() + Math.max(intervalMs + catchUpMs, backoffMs, askedMs)
      }
    }
  }
}

/** Work that is done once for all who ask, stopped when nobody waits, and begun again when somebody does. */
const sharedWork = <Result>(work: (signal: AbortSignal) => Promise<Result>) => {
  let flight: Flight<Result> | undefined
  return (signal: AbortSignal | undefined): Promise<Result> => {
    if (!flight) {
      const over = new AbortController()
      let isDone = false
      const done = () => {
        isDone = true
      }
      const working = work(over.signal)
      working.then(done, done)
      flight = takeOff(working, () => {
        // What is there stays: the code has worked, and works once.
        if (isDone) return
        flight = undefined
        over.abort()
      })
    }
    return flight.join(signal)
  }
}

/** Asks for a device authorization (RFC 8628 §3.1). */
export const deviceAuthorization = async (
  context: ClientContext,
  { scope: scopes, ...options }: DeviceAuthorizationOptions = {},
): Promise<DeviceAuthorization> => {
  const { clock, server } = context
  const scope = scopeParameter(scopes)
  const { answer, failed } = await post(context, {
    ...options,
    endpoint: 'deviceAuthorizationEndpoint',
    form: targeted({ ...options, form: { scope } }, server.scopeSeparator),
  })
  const { data, problem } = readDeviceAuthorization(answer.body)
  if (!data || answer.status >= 300) throw failed(data ? 'a device authorization is answered with 200' : problem)
  const expiresIn = positive(data.expires_in, defaultExpiresIn)
  const interval = positive(data.interval, defaultInterval)
  const form = { grant_type: grantType, device_code: data.device_code }
  const polled = { form, singleUse: true, requestedScope: scope, idTokenAsked: !!scope?.split(' ').includes('openid') }
  const token = sharedWork(
    poller({ interval, deadline: answer.sentAt + expiresIn * 1000 }, clock, (over) =>
      // The door would ask again before the interval is over.
      requestToken({ ...context, tries: 1 }, { ...polled, signal: over }),
    ),
  )
  return present({
    userCode: data.user_code,
    verificationUri: data.verification_uri,
    verificationUriComplete: data.verification_uri_complete,
    expiresIn,
    interval,
    token: async ({ signal: leave }: RequestOptions = {}) => {
      leave?.throwIfAborted()
      return token(leave)
    },
  }) as DeviceAuthorization
}
