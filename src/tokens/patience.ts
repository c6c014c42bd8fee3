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

/** Milliseconds to wait after the n-th failure in a row: none after the first, unless the server asked for it. */
export const pauseAfter = (failure: unknown, verdict: Verdict, failures: number): number => {
  const backoff = failures > 1 ? Math.random() * Math.min(firstBackoffMs * 2 ** (failures - 2), longestBackoffMs) : 0
  const asked = (failure as { retryAfterMs?: number }).retryAfterMs ?? 0
  return Math.max(verdict === 'configuration' ? configurationPauseMs : backoff, asked)
}

/** The result of `work`, or that of `late` once it takes longer. Keeps no process alive. */
export const withinMs = async <Result>(
  ms: number,
  clock: Clock,
  work: Promise<Result>,
  late: () => Result,
): Promise<Result> => {
  const over = new AbortController()
  const tooLate = clock.sleep(ms, over.signal, true).then(late)
  try {
    return await Promise.race([work, tooLate])
  } finally {
    over.abort()
  }
}
