import type { Clock } from '../core/clock.js'
import { anew, OAuthError } from '../core/errors.js'
import { type Flight, takeOff } from '../core/flight.js'
import { isolatesRequests, stopsBetweenRequests } from '../core/host.js'
import { asToken, type Token } from '../core/token.js'
import type { Onlookers } from './events.js'
import { everlasting, type FreshnessOptions, freshnessOf, jitter } from './freshness.js'
import type { Granted } from './granted.js'
import { longestFlightMs, pauseAfter, pollMs, refusalPauseMs } from './patience.js'
import type { SessionToken, TokenOptions, WaitUntil } from './source.js'
import { isEnd, verdictOn } from './verdict.js'

export interface KeeperOptions extends FreshnessOptions, Onlookers {
  readonly clock: Clock
  /** Asks for the next token; `refused` if a server has refused the one held. The signal is aborted when nobody waits any more. */
  readonly renew: (held: SessionToken | undefined, signal: AbortSignal, refused: boolean) => Promise<Granted>
  /** Siblings share the token: what was lost, and what has ended, is in the record that they share. */
  readonly shared?: boolean
  /** What a renewal sends works once: it is not aborted on its way, and not sent again when its answer was lost. */
  readonly singleUse: boolean
  /** A server that is known not to punish a refresh token that it sees twice. */
  readonly reuseIsForgiven?: boolean
  /** Whether the client's own credentials were good before. Shared by all keepers of a client. */
  readonly credentials: { readonly proven: boolean }
  /** What events call it. */
  readonly name: string
  /** Hears of each token that is held from now on. */
  readonly onHeld?: (token: SessionToken) => void
  /** How often the refresh token that it starts from was sent, and its answer lost. @default 0 */
  readonly lost?: number
}

interface KeeperTokenOptions extends TokenOptions {
  readonly waitUntil?: WaitUntil | undefined
}

/** Keeps one token fresh: the heart of every source. */
export interface Keeper {
  token(options?: KeeperTokenOptions): Promise<Token>
  current(waitUntil?: WaitUntil): Token | undefined
  adopt(token: SessionToken, askedAt?: number): void
  finish(reason: OAuthError): OAuthError
  /** What the next renewal would start from, once the one that is under way is over. */
  settled(): Promise<SessionToken | undefined>
  /** Whether a renewal is under way. */
  busy(): boolean
  /** Epoch milliseconds at which the next renewal is due. */
  dueAt(): number
  ended(): boolean
  /** How often the refresh token that is held was sent, and its answer lost. */
  lost(): number
}

export const keep = (options: KeeperOptions, seed?: SessionToken): Keeper => {
  const { clock, renew, singleUse, shared = false, credentials, announce, around, name } = options
  const stops = stopsBetweenRequests()
  let held: SessionToken | undefined
  let token: Token | undefined
  let answer: Promise<Token> | undefined
  let fresh = everlasting
  let renewAt = -Infinity
  /** The latest reading of the clock. */
  let latest = -Infinity
  let flight: Flight<Token> | undefined
  let coming: Promise<Granted> | undefined
  let flightFrom = 0
  let tookMs = 0
  let failures = 0
  let failure: unknown
  let retryAt = -Infinity
  let pausedUntil = -Infinity
  let lost = 0
  /** Milliseconds by which the clock was set back, in all. */
  let setBack = 0
  let forgiving = options.reuseIsForgiven
  let over: OAuthError | undefined

  const bringForward = (ms: number): void => {
    fresh = { ...fresh, waitAt: fresh.waitAt - ms, expiresAt: fresh.expiresAt - ms }
    renewAt -= ms
  }

  const read = (): number => {
    const now = clock.now()
    if (now < latest) {
      // The clock was set back: what was left of each span before is left now.
      const back = latest - now
      bringForward(back)
      setBack += back
      retryAt -= back
      pausedUntil -= back
      flightFrom -= back
    }
    latest = now
    return now
  }

  const take = (next: SessionToken, from: number): void => {
    held = next
    options.onHeld?.(next)
    token = next.accessToken ? (next as Token) : undefined
    answer = token && Promise.resolve(token)
    fresh = freshnessOf(next.expiresAt, from, tookMs, jitter(shared), options)
    renewAt = token ? fresh.renewAt : -Infinity
    failures = 0
    retryAt = -Infinity
    lost = 0
  }

  const finish = (reason: OAuthError): OAuthError => {
    over = reason
    token = answer = undefined
    announce({ type: 'session_ended', source: name, error: reason })
    return reason
  }

  const fail = (error: unknown): unknown => {
    if (shared && isEnd(error)) return over?.code === error.code ? error : finish(error)
    const verdict = verdictOn(error, { singleUse, proven: credentials.proven })
    failure = error
    failures += 1
    retryAt = read() + pauseAfter(error, verdict, failures)
    const isProcessed = (error as { delivery?: string }).delivery !== 'not_processed'
    if (!shared && (verdict === 'ambiguous' || (lost && isProcessed))) lost += 1
    const { error: word, errorDescription } = error as { error?: string; errorDescription?: string }
    const end =
      verdict === 'definitive' && !over
        ? new OAuthError('session_ended', 'the session is over: authorize again', {
            ...(word && { error: word, errorDescription }),
          })
        : undefined
    // A listener may call back, and must not find the way open to send the refused token again.
    over ??= end
    announce({ type: 'renewal_failed', source: name, error, verdict })
    // Unless the listener has brought the token of a new login.
    if (end && over === end) finish(end)
    return end ?? error
  }

  const start = (refused: boolean): Flight<Token> => {
    const from = read()
    const before = setBack
    const basis = held
    const ended = over
    const controller = new AbortController()
    coming = around(() => renew(held, controller.signal, refused), name)
    const work = coming.then(
      ({ token: next, askedAt = from, adopted = false }) => {
        // The user has logged in again meanwhile: what came home is another login's.
        if (held !== basis) return slow()
        if (flight && flight !== mine) return token ?? next
        flight = undefined
        // An end for want of this very answer does not stand.
        if (over && over !== ended && over.code !== 'session_uncertain') {
          held = next
          throw over
        }
        over = undefined
        const now = read()
        const back = setBack - before
        if (!adopted) tookMs = now - askedAt + back
        pausedUntil = refused ? latest + refusalPauseMs : -Infinity
        if (held?.refreshToken) forgiving ||= next.refreshToken === held.refreshToken
        take(next, askedAt)
        bringForward(back)
        const told = { source: name, ...(next.expiresAt && { expiresAt: next.expiresAt }) }
        announce(adopted ? { type: 'adopted', ...told } : { type: 'renewed', tookMs, ...told })
        return next
      },
      (error: unknown) => {
        if (held !== basis) return slow()
        if (flight !== mine) throw error
        flight = undefined
        throw fail(error)
      },
    )
    const mine = takeOff(work, () => {
      if (flight !== mine || singleUse) return
      flight = undefined
      controller.abort()
    })
    flight = mine
    flightFrom = from
    // Told of last: a listener that asks for the token waits for this flight.
    announce({ type: 'requested', source: name })
    return mine
  }

  /** A single-use token is not entrusted to a background that may be cut off. */
  const mayGoOn = (waitUntil?: WaitUntil): boolean => !stops || (!!waitUntil && !singleUse)

  const canRenew = (): boolean => !singleUse || shared || !!held?.refreshToken

  const renewInBackground = (now: number, waitUntil?: WaitUntil): void => {
    if (flight || lost || now < retryAt || !canRenew()) return
    const work = start(false)
      .join(undefined)
      .catch(() => {})
    try {
      waitUntil?.(work)
    } catch {
      // A runtime that does not take it any more: the token at hand is good all the same.
    }
  }

  /** What is left for a caller when no renewal can be had: a token that is not dead yet, or the reason. */
  const fallBack = (reason: unknown): Token => {
    const left = token
    if (over || !left || read() >= fresh.expiresAt) throw anew(over ?? reason)
    announce({ type: 'served_stale', source: name })
    return left
  }

  const slow = async (wanted: KeeperTokenOptions = {}): Promise<Token> => {
    const { signal, rejected, waitUntil } = wanted
    signal?.throwIfAborted()
    const now = read()
    // One who shares it may have logged in again.
    if (over && !shared) throw anew(over)
    // A token that is due anyway costs no renewal of its own for being refused.
    const paused = now < Math.min(pausedUntil, renewAt)
    const had = token
    const refused = !!token && rejected?.accessToken === token.accessToken && !paused
    if (token && !refused && now < (mayGoOn(waitUntil) ? fresh.waitAt : renewAt)) {
      if (now >= renewAt) renewInBackground(now, waitUntil)
      return token
    }
    if (flight && isolatesRequests()) {
      // Another request's promise must not be awaited here, but what it leaves behind can be seen.
      await clock.sleep(pollMs, signal)
      if (read() - flightFrom > longestFlightMs) {
        flight = undefined
        lost += +(singleUse && !shared)
      }
      return slow(wanted)
    }
    if (!flight && !canRenew()) {
      return fallBack(new OAuthError('session_ended', 'there is no refresh token to live from: authorize'))
    }
    if (!flight && now < retryAt) return fallBack(failure)
    if (!flight && lost) {
      const uncertain = new OAuthError('session_uncertain', 'a refresh was lost on its way: authorize again')
      if (token && !refused && now < fresh.expiresAt) return fallBack(uncertain)
      if (!forgiving || lost > 1) throw anew(finish(uncertain))
    }
    try {
      const found = await (flight ?? start(refused)).join(signal)
      // A process that held none has found the very token that was refused.
      return !had && found.accessToken === rejected?.accessToken ? slow(wanted) : found
    } catch (error) {
      signal?.throwIfAborted()
      return fallBack(error)
    }
  }

  if (seed) take(asToken(seed), read())
  lost = options.lost ?? 0

  return {
    token: (wanted) => {
      if (answer && !wanted?.signal && !wanted?.rejected) {
        const now = clock.now()
        if (now < renewAt && now >= latest) {
          latest = now
          return answer
        }
      }
      return slow(wanted)
    },
    current: (waitUntil) => {
      const reading = clock.now()
      if (reading < renewAt && reading >= latest) {
        latest = reading
        return token
      }
      const now = read()
      if (!token || now < renewAt) return token
      if (!mayGoOn(waitUntil) || now >= fresh.waitAt) return undefined
      renewInBackground(now, waitUntil)
      return token
    },
    adopt: (next, askedAt = read()) => {
      over = flight = undefined
      pausedUntil = -Infinity
      take(asToken(next), askedAt)
    },
    finish,
    settled: async () => {
      // Not what is held by the end of the wait: that may be of a new login.
      const last = held
      const next = await (flight && coming?.catch(() => undefined))
      return next?.token ?? last
    },
    busy: () => !!flight,
    dueAt: () => Math.max(renewAt, retryAt),
    ended: () => !!over,
    lost: () => lost,
  }
}
