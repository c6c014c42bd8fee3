import type { Clock } from '../core/clock.js'
import { unlessAborted, withinMs } from '../core/waiting.js'

/** A lock that its holder must extend in time, as one who wants it sees it. */
export interface Lease {
  /** @returns 0 if it is held now, also if it was before; else the milliseconds for which it is another's, as far as is known. */
  acquire(): Promise<number>
  /** @returns whether it is still held. */
  extend(): Promise<boolean>
  release(): Promise<unknown>
  /** Calls `listener` soon after the lock was freed, where that can be told. @returns what ends it. */
  readonly listen?: ((listener: () => void) => () => void) | undefined
}

export interface LeaseOptions {
  readonly leaseMs: number
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
}

const shortestPollMs = 20
const longestPollMs = 500
/** Where the end of a lock is told: now and then a message is lost. */
const fallbackPollMs = 1000
/** An engine that does not answer must not keep back what the work gave. */
const longestReleaseMs = 1000

const ignore = () => {}

/** @returns when the lease began, by the local clock, at the latest. */
const acquire = async (lease: Lease, { leaseMs, clock, signal }: LeaseOptions): Promise<number> => {
  let bell = new AbortController()
  const ring = () => bell.abort()
  signal?.addEventListener('abort', ring)
  let stopListening: (() => void) | undefined
  let wasSlow = false
  try {
    signal?.throwIfAborted()
    for (let polls = 0; ; ) {
      bell = new AbortController()
      const askedAt = clock.now()
      const answer = lease.acquire()
      const othersMs = await unlessAborted(answer, signal).catch((failure) => {
        // It may be held all the same, and be so only when the answer comes.
        const release = () => lease.release()
        answer.then(release, release).catch(ignore)
        throw failure
      })
      if (!othersMs) {
        // A request that was held up may have used up most of the lease; asked again, it starts anew.
        if (wasSlow || clock.now() - askedAt < leaseMs / 3) return askedAt
        wasSlow = true
      } else if (lease.listen && !stopListening) {
        // Once more before the first wait: it may have been freed while nobody listened.
        stopListening = lease.listen(ring)
      } else {
        const pollMs = lease.listen ? fallbackPollMs : Math.min(shortestPollMs * 2 ** polls++, longestPollMs)
        const ms = Math.min(pollMs * (0.5 + Math.random() / 2), othersMs + Math.random() * shortestPollMs)
        await clock.sleep(ms, bell.signal).catch(ignore)
        signal?.throwIfAborted()
      }
    }
  } finally {
    signal?.removeEventListener('abort', ring)
    stopListening?.()
  }
}

/** Extends the lease until `done`; calls `lose` if that did not work out. */
const keep = async (
  lease: Lease,
  heldSince: number,
  { leaseMs, clock }: LeaseOptions,
  done: AbortSignal,
  lose: (why: string) => void,
): Promise<void> => {
  let extendedAt = heldSince
  let isAsking = false
  const extend = async () => {
    const askedAt = clock.now()
    isAsking = true
    try {
      if (await lease.extend()) extendedAt = askedAt
      else lose('it is gone, or somebody else has it')
    } finally {
      isAsking = false
    }
  }
  for (;;) {
    const leftMs = extendedAt + leaseMs - clock.now()
    await clock.sleep(Math.max(0, Math.min(leaseMs / 3, leftMs)), done, true)
    if (clock.now() - extendedAt >= leaseMs) return lose('it could not be extended in time')
    if (!isAsking) extend().catch(ignore)
  }
}

/**
 * Does `work` while the lease is held; its result or failure waits for the release, but not for long. `options.signal` ends the wait for
 * the lease. If the engine fails meanwhile, so does the wait: whoever called knows best whether to try again.
 */
export const underLease = async <Result>(
  lease: Lease,
  work: (lost: AbortSignal) => Promise<Result>,
  options: LeaseOptions,
): Promise<Result> => {
  const { clock } = options
  const heldSince = await acquire(lease, options)
  const [lost, done] = [new AbortController(), new AbortController()]
  const lose = (why: string) => {
    if (done.signal.aborted) return
    done.abort()
    lost.abort(new Error(`the lock was lost: ${why}`))
  }
  keep(lease, heldSince, options, done.signal, lose).catch(ignore)
  try {
    return await work(lost.signal)
  } finally {
    done.abort()
    await withinMs(longestReleaseMs, clock, lease.release(), ignore, false).catch(ignore)
  }
}
