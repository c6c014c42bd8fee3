import { unlessAborted } from '../core/waiting.js'
import type { Stored, TokenStore, WriteOptions } from '../tokens/store.js'
import { listenersOf } from './listeners.js'

/** A store in the memory of this process: for tests, and for several clients of one process. */
export const memoryStore = (): TokenStore => {
  const entries = new Map<string, Stored>()
  /** Under each key, the end of those who hold its lock or wait for it. */
  const queues = new Map<string, Promise<void>>()
  const { listen, tell } = listenersOf()
  let writes = 0
  const write = (
    key: string,
    value: string | undefined,
    expectedVersion: string | undefined,
    { quiet }: WriteOptions = {},
  ): boolean => {
    if (entries.get(key)?.version !== expectedVersion) return false
    writes += 1
    if (value === undefined) entries.delete(key)
    else entries.set(key, { value, version: `${writes}` })
    if (!quiet) tell(key)
    return true
  }
  return {
    get: async (key) => entries.get(key),
    set: async (key, value, expectedVersion, options) => write(key, value, expectedVersion, options),
    delete: async (key, expectedVersion) => write(key, undefined, expectedVersion),
    withLock: async (key, work, { signal } = {}) => {
      const before = queues.get(key) ?? Promise.resolve()
      let done = () => {}
      const mine = new Promise<void>((resolve) => {
        done = resolve
      })
      const queue = before.then(() => mine)
      queues.set(key, queue)
      // Not when this one leaves: those before it may still be there.
      queue.then(() => {
        if (queues.get(key) === queue) queues.delete(key)
      })
      try {
        await unlessAborted(before, signal)
        return await work(new AbortController().signal)
      } finally {
        done()
      }
    },
    watch: listen,
  }
}
