/** The one source of time, for every expiry, deadline, backoff and retry. Inject one to move time by hand in a test. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /**
   * Resolves after `ms` milliseconds; rejects with the signal's reason once `signal` is aborted. An `idle` sleep keeps no
   * process alive.
   */
  sleep(ms: number, signal?: AbortSignal, idle?: boolean): Promise<void>
}

/** The longest delay that a timer takes; a longer one would fire at once. */
export const longestTimerMs: number = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal, idle) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const abort = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', abort)
          resolve()
        },
        Math.min(ms, longestTimerMs),
      )
      signal?.addEventListener('abort', abort, { once: true })
      // Node and its like have timers that can be told not to keep the process alive; a page has none.
      if (idle) (timer as { unref?(): void }).unref?.()
    }),
}
