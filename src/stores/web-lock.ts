import type { LockOptions } from '../tokens/store.js'

/**
 * Does the work under a Web Lock, which the browser frees with its holder, however it dies. It can be stolen (`steal: true`), and
 * the request then fails while the work goes on.
 */
export const underLock = async <Result>(
  name: string,
  work: (lost: AbortSignal) => Promise<Result>,
  { signal }: LockOptions = {},
): Promise<Result> => {
  const lost = new AbortController()
  let working: Promise<Result> | undefined
  const request = navigator.locks.request(name, signal ? { signal } : {}, async () => {
    // Whoever left while the lock was on its way is not there to work.
    if (signal?.aborted) return
    working = (async () => work(lost.signal))()
    await working.catch(() => {})
  })
  await request.catch((failure) => {
    if (working) lost.abort(failure)
    // Some browsers fail with an error of their own.
    else throw signal?.aborted ? signal.reason : failure
  })
  if (!working) throw signal?.reason
  return working
}
