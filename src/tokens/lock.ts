import type { Clock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import { storeFailed } from './record.js'
import { type TokenStore, watching } from './store.js'

interface Wait<Result> {
  readonly signal?: AbortSignal | undefined
  /** What makes the wait needless, asked for whenever the record has changed. */
  readonly news: () => Promise<Result | undefined>
  /** @default 30_000: twice the lease that stores grant by default; by then a lock whose holder has died is free */
  readonly patienceMs?: number
}

const releaseMs = 5000

/**
 * Does `work` under the lock of a key, unless the wait for it brings the news that it was to bring.
 * @throws {OAuthError} `store_failed` if the lock cannot be had; what `work` and `news` throw; the signal's reason.
 */
export const underLock = async <Result>(
  store: TokenStore,
  key: string,
  clock: Clock,
  { signal, news, patienceMs = 30_000 }: Wait<Result>,
  work: (lost: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const leave = new AbortController()
  const over = new AbortController()
  let working: Promise<Result> | undefined
  let found: Result | undefined
  let stopWaiting: (reason: unknown) => void = () => {}
  const left = new Promise<never>((_, reject) => {
    stopWaiting = reject
  })
  const depart = (reason: unknown) => {
    if (working) return
    leave.abort(reason)
    // Also where the store does not hear of it.
    stopWaiting(reason)
  }
  const hear = async () => {
    // Whoever works needs no news, least of all of what it writes itself.
    if (working) return
    found ??= await news()
    if (found !== undefined) depart(found)
  }
  const later = (ms: number, then: () => void) => void clock.sleep(ms, over.signal, true).then(then, () => {})
  const abort = () => depart(signal?.reason)
  const unwatch = watching(store, key, () => void hear().catch(depart))
  signal?.addEventListener('abort', abort, { signal: over.signal })
  if (signal?.aborted) abort()
  later(patienceMs, () => depart(storeFailed('the lock of the store could not be had')))
  const locked = async (lost: AbortSignal) => {
    leave.signal.throwIfAborted()
    working = work(lost)
    // A release that hangs must not keep what the work gave.
    const done = () => later(releaseMs, () => stopWaiting(undefined))
    working.then(done, done)
    return working
  }
  try {
    return await Promise.race([store.withLock(key, locked, { signal: leave.signal }), left])
  } catch (error) {
    if (working) return await working
    if (found !== undefined) return found
    signal?.throwIfAborted()
    throw error instanceof OAuthError ? error : storeFailed()
  } finally {
    unwatch()
    over.abort()
  }
}
