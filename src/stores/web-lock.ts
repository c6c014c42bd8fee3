import type { LockOptions } from '../tokens/store.js'

/**
 * Does the work under a Web Lock, which the browser frees with its holder, however it dies. It can be stolen (`steal: true`): the
 * request then fails while the work goes on.
 *
 * A page may be frozen into the back/forward cache with its locks, and nobody gets on who is waiting already. So one that goes there
 * gives up its lock as if it died, and its place in the queue; it queues again when it comes back.
 */
export const underLock = async <Result>(
  name: string,
  work: (lost: AbortSignal) => Promise<Result>,
  { signal }: LockOptions = {},
): Promise<Result> => {
  const lost = new AbortController()
  let working: Promise<Result> | undefined

  const turn = async (): Promise<void> => {
    signal?.throwIfAborted()
    const wait = new AbortController()
    const leave = () => wait.abort()
    let rest = leave
    const hide = ({ persisted }: PageTransitionEvent) => {
      if (persisted) rest()
    }
    signal?.addEventListener('abort', leave)
    addEventListener('pagehide', hide)
    try {
      await navigator.locks.request(name, { signal: wait.signal }, async () => {
        // Whoever left while the lock was on its way is not there to work.
        if (wait.signal.aborted) return
        const resting = new Promise<void>((resolve) => {
          rest = () => {
            lost.abort()
            resolve()
          }
        })
        working = (async () => work(lost.signal))()
        await Promise.race([working.catch(() => {}), resting])
      })
    } catch (failure) {
      if (working) lost.abort()
      else if (!wait.signal.aborted) throw failure
    } finally {
      signal?.removeEventListener('abort', leave)
      removeEventListener('pagehide', hide)
    }
  }

  for (;;) {
    await turn()
    if (working) return working
    signal?.throwIfAborted()
    await new Promise((resolve) => addEventListener('pageshow', resolve, { once: true }))
  }
}
