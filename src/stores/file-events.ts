// Hearing that something happened in a folder. What happened is then read: an event is a hint, and one may be missed.
import { readdirSync, watch } from 'node:fs'
import type { Clock } from '../core/clock.js'
import { marksIn, marksMade, marksOf, type RecordMark } from './file-marks.js'

/** @returns what ends it; undefined where the system offers none: no watches left, no such folder. */
export const eventsIn = (folder: string, heard: () => void, broken: () => void): (() => void) | undefined => {
  try {
    const watcher = watch(folder, { persistent: false }, heard)
    watcher.on('error', broken)
    // Deno does not heed `persistent`.
    watcher.unref()
    return () => watcher.close()
  } catch {
    return undefined
  }
}

/** A watch may be on a folder that was removed and made anew: it is renewed now and then. */
const renewMs = 10_000
/** How often to look where there are no events. */
const pollMs = 1_000

const versionOf = (record: RecordMark | undefined): string | undefined => (record?.exists ? record.version : undefined)

const versionNow = (folder: string): string | undefined => {
  try {
    return versionOf(marksOf(readdirSync(folder))?.record)
  } catch {
    return undefined
  }
}

/** Calls `tell` after each change of the record, until the signal is aborted. Keeps no process alive. */
export const follow = (folder: string, tell: () => void, signal: AbortSignal, clock: Clock): void => {
  // Read at once, so that a change between this call and the first event is seen.
  let known = versionNow(folder)
  let looking = false
  let again = false
  const look = async (): Promise<void> => {
    again = true
    if (looking) return
    looking = true
    while (again && !signal.aborted) {
      again = false
      try {
        const version = versionOf((await marksIn(folder))?.record)
        if (version !== known && !signal.aborted) tell()
        known = version
      } catch {
        // What is wrong is said to those who read.
      }
    }
    looking = false
  }
  const nap = (ms: number, until: AbortSignal) => clock.sleep(ms, until, true).catch(() => {})
  const listen = async (): Promise<void> => {
    while (!signal.aborted) {
      const round = new AbortController()
      const end = () => round.abort()
      signal.addEventListener('abort', end)
      await marksMade(folder).catch(() => {})
      const close = eventsIn(folder, look, end)
      await look()
      await nap(close ? renewMs : pollMs, round.signal)
      // After an error, which may be there to stay.
      if (round.signal.aborted) await nap(pollMs, signal)
      signal.removeEventListener('abort', end)
      close?.()
    }
  }
  void listen()
}
