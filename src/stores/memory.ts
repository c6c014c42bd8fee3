import type { Stored, TokenStore } from '../tokens/store.js'

/** Waits until the one before is done, or leaves the queue. */
const turn = (before: Promise<void>, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const leave = () => reject(signal?.reason)
    if (signal?.aborted) leave()
    signal?.addEventListener('abort', leave)
    before.then(resolve).finally(() => signal?.removeEventListener('abort', leave))
  })

/** A store in the memory of this process: for tests, and for several clients of one process. */
export const memoryStore = (): TokenStore => {
  const entries = new Map<string, Stored>()
  /** Under each key, the end of those who hold its lock or wait for it. */
  const queues = new Map<string, Promise<void>>()
  const listeners = new Map<string, Set<() => void>>()
  let writes = 0
  const write = (key: string, value: string | undefined, expectedVersion: string | undefined): boolean => {
    if (entries.get(key)?.version !== expectedVersion) return false
    writes += 1
    if (value === undefined) entries.delete(key)
    else entries.set(key, { value, version: `${writes}` })
    for (const listener of listeners.get(key) ?? []) queueMicrotask(listener)
    return true
  }
  return {
    get: async (key) => entries.get(key),
    set: async (key, value, expectedVersion) => write(key, value, expectedVersion),
    delete: async (key, expectedVersion) => write(key, undefined, expectedVersion),
    withLock: async (key, work, { signal } = {}) => {
      const before = queues.get(key) ?? Promise.resolve()
      let done = () => {}
      const mine = new Promise<void>((resolve) => {
        done = resolve
      })
      const queue = before.then(() => mine)
      queues.set(key, queue)
      try {
        await turn(before, signal)
        return await work(new AbortController().signal)
      } finally {
        done()
        if (queues.get(key) === queue) queues.delete(key)
      }
    },
    watch: (key, listener) => {
      const heard = listeners.get(key) ?? new Set()
      // A function of its own, so that two who hand in the same one are two.
      const mine = () => listener()
      listeners.set(key, heard.add(mine))
      return () => {
        heard.delete(mine)
        if (!heard.size && listeners.get(key) === heard) listeners.delete(key)
      }
    },
  }
}
