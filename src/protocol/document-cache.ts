import type { Clock } from '../core/clock.js'
import { anew, OAuthError } from '../core/errors.js'
import { isolatesRequests } from '../core/host.js'
import { unlessAborted } from '../core/waiting.js'

/** What was found, and the moment (epoch milliseconds) until which it may be taken for true. */
export interface Found<Result> {
  readonly result: Result
  readonly until: number
}

interface Lookup<Result> {
  /** Everything that the result depends on, but for the `fetch` and the clock. */
  readonly key: string
  /** What is cached is not used. */
  readonly fresh: boolean
  readonly signal: AbortSignal | undefined
  readonly find: () => Promise<Found<Result>>
}

export interface DocumentCache<Result> {
  get(
    context: { readonly fetch: typeof globalThis.fetch; readonly clock: Clock; readonly timeoutMs: number },
    lookup: Lookup<Result>,
  ): Promise<Result>
}

interface Shelf<Result> {
  readonly found: Map<string, Found<Result>>
  readonly flights: Map<string, Promise<Found<Result>>>
}

/** So that a program whose users name the servers holds no more than this. */
const mostKept = 100

const defaultLifetimeMs = 3_600_000
const longestLifetimeMs = 86_400_000

/** Milliseconds for which an answer is fresh (RFC 9111 §4.2.1), a day at most; an hour where the server does not say. */
export const lifetimeMs = (headers: Headers): number => {
  const control = headers.get('cache-control') ?? ''
  if (/\bno-(store|cache)\b/i.test(control)) return 0
  const maxAge = control.match(/(?:^|[\s,])max-age="?(\d+)/i)?.[1]
  if (maxAge === undefined) return defaultLifetimeMs
  // An age that is no number of seconds is none (RFC 9111 §5.1): one below zero would make the document younger.
  const age = Number(/^\d+$/.exec(headers.get('age') ?? '')) || 0
  // A number of any length may come: of two without end there is no difference.
  const seconds = Math.min(Number(maxAge), Number.MAX_SAFE_INTEGER)
  return Math.min(Math.max(seconds - age, 0) * 1000, longestLifetimeMs)
}

/** Keeps what was found for as long as it is true; those who ask at the same time share one search. No failure is kept. */
export const documentCache = <Result>(): DocumentCache<Result> => {
  const byFetch = new WeakMap<typeof globalThis.fetch, WeakMap<Clock, Shelf<Result>>>()

  const shelfOf = (fetch: typeof globalThis.fetch, clock: Clock): Shelf<Result> => {
    const byClock = byFetch.get(fetch) ?? new WeakMap<Clock, Shelf<Result>>()
    const shelf = byClock.get(clock) ?? { found: new Map(), flights: new Map() }
    byFetch.set(fetch, byClock.set(clock, shelf))
    return shelf
  }

  return {
    get: async ({ fetch, clock, timeoutMs }, { key, fresh, signal, find }) => {
      signal?.throwIfAborted()
      if (typeof fetch !== 'function') throw new OAuthError('invalid_argument', 'fetch must be a function')
      const { found, flights } = shelfOf(fetch, clock)
      const kept = found.get(key)
      if (kept && !fresh && clock.now() < kept.until) return kept.result
      const search = async () => {
        const newer = await find()
        found.delete(key)
        found.set(key, newer)
        for (const oldest of found.keys()) if (found.size > mostKept) found.delete(oldest)
        return newer
      }
      // There a request must not wait for the promise of another.
      if (isolatesRequests()) return (await unlessAborted(search(), signal)).result
      // Who gives up early gives up for those alone who would too.
      const flightKey = `${timeoutMs} ${key}`
      const flight = flights.get(flightKey) ?? search().finally(() => flights.delete(flightKey))
      flights.set(flightKey, flight)
      try {
        return (await unlessAborted(flight, signal)).result
      } catch (failure) {
        signal?.throwIfAborted()
        throw anew(failure)
      }
    },
  }
}
