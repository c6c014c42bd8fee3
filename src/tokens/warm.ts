import { type Clock, longestTimerMs } from '../core/clock.js'
import type { Keeper } from './keeper.js'

/** Renews a token when it is due though nobody asks. */
export interface Warmth {
  /** Another token has come, which is due at another time; perhaps of a session that had ended. */
  anew(): void
  stop(): Promise<void>
}

/** However short a token lives, it is not renewed more often than this for nobody. */
const shortestPauseMs = 1000

const cold: Warmth = { anew: () => {}, stop: async () => {} }

/** Keeps a token warm where that is `wanted`, until it is told to stop. Keeps no process alive. */
export const keepWarm = (keeper: Keeper, clock: Clock, wanted = false): Warmth => {
  // Nothing is made for it then: on workerd a module may not even make a controller at its top.
  if (!wanted) return cold
  const renewing = async (signal: AbortSignal, hasCome: boolean) => {
    // Not in the middle of what its caller is about.
    await undefined
    for (let rests = hasCome; ; rests = true) {
      if (rests) {
        const pause = Math.max(keeper.dueAt() - clock.now(), shortestPauseMs)
        await clock.sleep(Math.min(pause, longestTimerMs), signal, true)
      }
      if (signal.aborted || keeper.ended()) return
      await keeper.token({ signal }).catch(() => {})
    }
  }
  const begin = (hasCome: boolean) => {
    const round = new AbortController()
    return { round, done: renewing(round.signal, hasCome).catch(() => {}) }
  }
  let current = begin(false)
  return {
    anew: () => {
      if (current.round.signal.aborted) return
      current.round.abort()
      current = begin(true)
    },
    stop: async () => {
      current.round.abort()
      await current.done
    },
  }
}
