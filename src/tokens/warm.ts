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

/** Keeps a token warm where that is `wanted`, until it is told to stop. Keeps no process alive. */
export const keepWarm = (keeper: Keeper, clock: Clock, wanted = false): Warmth => {
  const renewing = async (signal: AbortSignal, hasCome: boolean) => {
    // Not in the middle of what its caller is about.
    await undefined
    for (let rests = hasCome; ; rests = true) {
      const pause = Math.max(keeper.dueAt() - clock.now(), shortestPauseMs)
      if (rests) await clock.sleep(Math.min(pause, longestTimerMs), signal, true)
      if (signal.aborted || keeper.ended()) return
      await keeper.token({ signal }).catch(() => {})
    }
  }
  /** Absent where it is not wanted: on workerd a module may not even make one at its top. */
  let round: AbortController | undefined
  let done: Promise<void> | undefined
  const begin = (hasCome: boolean) => {
    round = new AbortController()
    done = renewing(round.signal, hasCome).catch(() => {})
  }
  if (wanted) begin(false)
  return {
    anew: () => {
      if (!round || round.signal.aborted) return
      round.abort()
      begin(true)
    },
    stop: async () => {
      round?.abort()
      await done
    },
  }
}
