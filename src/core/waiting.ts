import type { Clock } from './clock.js'

/** Follows `work`, which goes on, until `signal` is aborted: then it fails with the signal's reason. */
export const unlessAborted = <Result>(work: Promise<Result>, signal: AbortSignal | null | undefined): Promise<Result> =>
  new Promise((resolve, reject) => {
    const leave = () => reject(signal?.reason)
    if (signal?.aborted) leave()
    signal?.addEventListener('abort', leave)
    work.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave))
  })

/** The result of `work`, or that of `late` once it takes longer. Unless it is told to, it keeps no process alive. */
export const withinMs = async <Result>(
  ms: number,
  clock: Clock,
  work: Promise<Result>,
  late: () => Result,
  idle = true,
): Promise<Result> => {
  const over = new AbortController()
  const tooLate = clock.sleep(ms, over.signal, idle).then(late)
  try {
    return await Promise.race([work, tooLate])
  } finally {
    over.abort()
  }
}
