import type { Clock } from '../core/clock.js'
import type { Verdict } from './verdict.js'

/** A token that was obtained because of a 401, and is refused in turn, is not replaced for that reason before this. */
export const refusalPauseMs: number = 30_000
/** Where a flight cannot be joined, how often to look for what it left, and when to give it up. */
export const pollMs: number = 50
export const longestFlightMs: number = 60_000

const configurationPauseMs = 30_000
const longestBackoffMs = 30_000
/** A server that asks for more may be well long before. */
const longestAskedMs = 3_600_000
const firstBackoffMs = 1000
/** To look whether a store is back, or somebody has logged in again, costs little, and nobody else is asked. */
const cheapBackoffMs = 1000

/** Milliseconds to wait after the n-th failure in a row: none after the first, unless the server asked for it: up to an hour. */
export const pauseAfter = (failure: unknown, verdict: Verdict, failures: number): number => {
  const { code, retryAfterMs: asked = 0 } = failure as { code?: string; retryAfterMs?: number }
  const longest = /^s(tore|ession)_/.test(`${code}`) ? cheapBackoffMs : longestBackoffMs
  const backoff = failures > 1 ? Math.random() * Math.min(firstBackoffMs * 2 ** (failures - 2), longest) : 0
  return Math.max(verdict === 'configuration' ? configurationPauseMs : backoff, Math.min(asked, longestAskedMs))
}

const longestWaitMs = 30_000
const mostWaits = 2

interface Failed {
  readonly delivery?: string
  readonly status?: number
  readonly retryAfterMs?: number
}

interface Heeding {
  readonly signal?: AbortSignal
  /** What is sent works once: it is sent again only if the server surely did nothing with it. */
  readonly singleUse: boolean
}

/** Does `work` again after a server has asked for patience. Between the two nothing is held: neither a lock nor a connection. */
export const heeding = async <Result>(
  clock: Clock,
  { signal, singleUse }: Heeding,
  work: () => Promise<Result>,
): Promise<Result> => {
  for (let waits = 0; ; waits++) {
    try {
      return await work()
    } catch (failure) {
      const { delivery, status = 0, retryAfterMs = Infinity } = failure as Failed
      const mayBeSentAgain = delivery === 'not_processed' || (!singleUse && status >= 500)
      if (waits === mostWaits || !mayBeSentAgain || retryAfterMs > longestWaitMs) throw failure
      await clock.sleep(retryAfterMs, signal)
    }
  }
}
