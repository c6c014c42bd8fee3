import { anew } from './errors.js'
import { unlessAborted } from './waiting.js'

/** One piece of work that many wait for. */
export interface Flight<Result> {
  /** Waits for the result. A failure comes to each waiter as an error with a stack of its own. */
  join(signal: AbortSignal | undefined): Promise<Result>
}

/** Shares work among all who wait for it. `deserted` is called when the last of them has left before it was done. */
export const takeOff = <Result>(work: Promise<Result>, deserted: () => void): Flight<Result> => {
  let waiting = 0
  return {
    join: async (signal) => {
      waiting += 1
      try {
        return await (signal ? unlessAborted(work, signal) : work)
      } catch (failure) {
        signal?.throwIfAborted()
        throw anew(failure)
      } finally {
        waiting -= 1
        if (signal?.aborted && !waiting) deserted()
      }
    },
  }
}
