import type { Clock } from '../core/clock.js'
import type { Verdict } from './verdict.js'

/** A token that was obtained because of a 401, and is refused in turn, is not replaced for that reason before this. */
export const refusalPauseMs: number = 30_000
/** Where a flight cannot be joined, how often to look for what it left, and when to give it up. */
export const pollMs: number = 50
export const longestFlightMs: number = 60_000

const configurationPauseMs = 30_000
const longestBackoffMs = 30_000
const firstBackoffMs = 1000
/** To look whether a store is back costs little, and nobody else is asked. */
const storeBackoffMs = 1000

/** Milliseconds to wait after the n-th failure in a row: none after the first, unless the server asked for it. */
export const pauseAfter = (failure: unknown, verdict: Verdict, failures: number): number => {
  const { code, retryAfterMs: asked = 0 } = failure as { code?: string; retryAfterMs?: number }
  const longest = code === 'store_failed' ? storeBackoffMs : longestBackoffMs
  const backoff = failures > 1 ? Math.random() * Math.min(firstBackoffMs * 2 ** (failures - 2), longest) : 0
  return Math.max(verdict === 'configuration' ? configurationPauseMs : backoff, asked)
}

const longestWaitMs = 30_000
const mostWaits = 2

/**
 * Does `work` again after a server has asked for patience; if it is `singleUse`, only after one that surely did nothing. Between the
 * two nothing is held: neither a lock nor a connection.
 */
export const heeding = async <Result>(
  clock: Clock,
  { singleUse, signal }: { readonly singleUse: boolean; readonly signal?: AbortSignal },
  work: () => Promise<Result>,
): Promise<Result> => {
  for (let waits = 0; ; waits++) {
    try {
      return await work()
    } catch (failure) {
      const { delivery, retryAfterMs = Infinity } = failure as { delivery?: string; retryAfterMs?: number }
      const mayGoAgain = !singleUse || delivery === 'not_processed'
      if (waits === mostWaits || !mayGoAgain || retryAfterMs > longestWaitMs) throw failure
      await clock.sleep(retryAfterMs, signal)
    }
  }
}
