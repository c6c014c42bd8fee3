// A lock is a mark of the folder (file-marks.ts): taken, taken over and given back by one rename each. So two who take over
// the same dead owner's lock are not both its next owner, and one who comes late renames nothing, least of all another's.
//
// The mark's time is the heartbeat. It is not compared with any clock: who waits watches whether it changes, for as long as
// the owner's lease, by their own clock and without the time that the machine slept.
import { stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../core/clock.js'
import { eventsIn } from './file-events.js'
import { marksMade, newId, swap } from './file-marks.js'
import { isDead, ownerOf, ownMark } from './file-owner.js'
import { codeOf, unlessCode } from './file-system.js'

export interface LockSettings {
  readonly leaseMs: number
  readonly clock: Clock
}

const shortestMs = 20
const longestMs = 500

/** Counts for how long an owner gave no sign of life. */
const silence = (clock: Clock) => {
  let [sign, at, ms] = ['', clock.now(), 0]
  return (current: string, atMostMs: number): number => {
    const now = clock.now()
    // What is longer than the sleep was the machine's own: the owner could not give a sign either.
    ms = current === sign ? ms + Math.min(Math.max(now - at, 0), atMostMs) : 0
    sign = current
    at = now
    return ms
  }
}

/** Waits for the lock. @returns the name of the mark that is ours now. */
const acquire = async (folder: string, { leaseMs, clock }: LockSettings, signal?: AbortSignal): Promise<string> => {
  let nap = new AbortController()
  const wake = () => nap.abort()
  signal?.addEventListener('abort', wake)
  let close: (() => void) | undefined
  const silenceOf = silence(clock)
  let sleepMs = shortestMs
  try {
    for (;;) {
      // Before anything is looked at: what happens from now on ends the next sleep.
      nap = new AbortController()
      signal?.throwIfAborted()
      const { lock } = await marksMade(folder)
      const owner = ownerOf(lock)
      let free = lock.startsWith('free-') || (!!owner && (await isDead(owner)))
      if (!free) {
        const sign = await unlessCode('ENOENT', stat(join(folder, lock)))
        const silentMs = silenceOf(`${lock} ${sign?.mtimeMs}`, sleepMs * 2)
        free = silentMs >= (owner?.leaseMs ?? leaseMs)
      }
      if (free) {
        const mine = await ownMark(leaseMs)
        if (await swap(folder, lock, mine)) return mine
        continue
      }
      if (!close) {
        close = eventsIn(
          folder,
          () => wake(),
          () => {},
        )
        // It may have been given back just before.
        if (close) continue
      }
      await clock.sleep(sleepMs * (0.5 + Math.random() / 2), nap.signal).catch(() => {})
      sleepMs = Math.min(sleepMs * 2, longestMs, Math.max(leaseMs / 3, 1))
    }
  } finally {
    signal?.removeEventListener('abort', wake)
    close?.()
  }
}

/** Gives signs of life until the signal is aborted, and calls `lose` when nobody may count on them any more. */
const beat = async (path: string, { leaseMs, clock }: LockSettings, done: AbortSignal, lose: () => void) => {
  let unheard = 0
  const touch = async () => {
    try {
      const now = new Date()
      await utimes(path, now, now)
      unheard = 0
    } catch (failure) {
      if (codeOf(failure) === 'ENOENT' && !done.aborted) lose()
    }
  }
  while (!done.aborted) {
    await clock.sleep(leaseMs / 3, done, true).catch(() => {})
    // Counted in beats, so that a machine that slept gets to try before it gives up.
    if (unheard === 2) lose()
    unheard += 1
    void touch()
  }
}

/** Does `work` with the lock of the folder. */
export const whileLocked = async <Result>(
  folder: string,
  settings: LockSettings,
  work: (lost: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> => {
  const mine = await acquire(folder, settings, signal)
  const [done, lost] = [new AbortController(), new AbortController()]
  void beat(join(folder, mine), settings, done.signal, () => lost.abort(new Error('the lock was lost')))
  try {
    return await work(lost.signal)
  } finally {
    done.abort()
    // Not there: it was taken over. Anything else: it is taken over when the lease has run out.
    await swap(folder, mine, `free-${newId()}`).catch(() => {})
  }
}
