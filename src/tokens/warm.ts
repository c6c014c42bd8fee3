import { type Clock, longestTimerMs } from '../core/clock.js'
import type { Keeper } from './keeper.js'

/** However short a token lives, it is not renewed more often than this for nobody. */
const shortestPauseMs = 1000

/** Renews a token when it is due though nobody asks, until it is told to stop. Keeps no process alive. */
export const keepWarm = (keeper: Keeper, clock: Clock): (() => Promise<void>) => {
  const stop = new AbortController()
  const loop = async () => {
    // Not in the middle of what its caller is about.
    await undefined
    while (!stop.signal.aborted && !keeper.ended()) {
      await keeper.token({ signal: stop.signal }).catch(() => {})
      const pause = Math.max(keeper.dueAt() - clock.now(), shortestPauseMs)
      await clock.sleep(Math.min(pause, longestTimerMs), stop.signal, true)
    }
  }
  const done = loop().catch(() => {})
  return async () => {
    stop.abort()
    await done
  }
}
