import type { Clock } from '../core/clock.js'
import type { LockOptions } from '../tokens/store.js'

/** A lock that runs out by itself. `owner` is whoever calls, and new each time. */
export interface Lease {
  /** Takes it if it is free. */
  take(owner: string): Promise<boolean>
  /** @returns whether it is still the owner's. */
  extend(owner: string): Promise<boolean>
  release(owner: string): Promise<unknown>
  /** Calls `wake` when it may have become free, where that can be told. @returns what ends it. */
  onRelease?: ((wake: () => void) => () => void) | undefined
}

const firstPauseMs = 20
const longestPauseMs = 500
/** A server that does not answer must not keep the result of the work back. */
const releaseMs = 1000

/** Waits for the lease. @returns when it runs out by the local clock, if nobody extends it. */
const taken = async (lease: Lease, owner: string, leaseMs: number, clock: Clock, signal: AbortSignal | undefined) => {
  let woken = false
  let wake = () => {}
  let stop: (() => void) | undefined
  const settled = new AbortController()
  let left = (_reason: unknown) => {}
  const leaving = new Promise<never>((_, reject) => {
    left = reject
  })
  leaving.catch(() => {})
  signal?.addEventListener(
    'abort',
    () => {
      left(signal.reason)
      wake()
    },
    { signal: settled.signal },
  )
  try {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      signal?.throwIfAborted()
      woken = false
      const sentAt = clock.now()
      const attempt = lease.take(owner)
      try {
        if (await Promise.race([attempt, leaving])) return sentAt + leaseMs
      } catch (failure) {
        // The answer may be lost, or still come: what was granted is given back.
        const giveBack = () => lease.release(owner)
        attempt.then(giveBack, giveBack).catch(() => {})
        throw failure
      }
      stop ??= lease.onRelease?.(() => {
        woken = true
        wake()
      })
      if (woken) continue
      const pause = new AbortController()
      wake = () => pause.abort()
      await clock.sleep(pauseMs * (0.5 + Math.random() / 2), pause.signal).catch(() => {})
    }
  } finally {
    settled.abort()
    stop?.()
  }
}

/** Does `work` under a lease that is extended as long as it takes. */
export const withLease = async <Result>(
  lease: Lease,
  leaseMs: number,
  clock: Clock,
  work: (lost: AbortSignal) => Promise<Result>,
  { signal }: LockOptions = {},
): Promise<Result> => {
  const owner = crypto.randomUUID()
  let until = await taken(lease, owner, leaseMs, clock, signal)
  const [lost, done] = [new AbortController(), new AbortController()]
  const lose = () => {
    if (!done.signal.aborted) lost.abort()
    done.abort()
  }
  const beat = async () => {
    for (;;) {
      await clock.sleep(Math.max(0, Math.min(leaseMs / 3, until - clock.now())), done.signal, true)
      const sentAt = clock.now()
      if (sentAt >= until) return lose()
      // Not awaited: an answer that does not come must not hide that the lease runs out.
      lease.extend(owner).then(
        (kept) => {
          if (!kept) lose()
          until = Math.max(until, sentAt + leaseMs)
        },
        () => {},
      )
    }
  }
  beat().catch(() => {})
  try {
    return await work(lost.signal)
  } finally {
    done.abort()
    const released = new AbortController()
    const late = clock.sleep(releaseMs, released.signal)
    await Promise.race([lease.release(owner), late]).catch(() => {})
    released.abort()
    late.catch(() => {})
  }
}
