import type { TokenStore } from 'bearward'
import type { TokenRecord } from './token-record.ts'

/**
 * A token store of Durable Objects. Its lock needs no lease: the object waits for the work of whoever holds it, and hears when
 * they die, as they hear when the object does.
 */
export const durableStore = (records: DurableObjectNamespace<TokenRecord>): TokenStore => ({
  get: (key) => records.getByName(key).read(),
  set: (key, value, expectedVersion) => records.getByName(key).write(value, expectedVersion),
  delete: (key, expectedVersion) => records.getByName(key).write(undefined, expectedVersion),

  withLock: (key, work, { signal } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const lost = new AbortController()
      const leave = () => reject(signal?.reason)
      signal?.addEventListener('abort', leave)
      let hasBegun = false

      const held = records.getByName(key).hold(async () => {
        // Whoever has left the queue lets the next one in.
        if (signal?.aborted) return
        signal?.removeEventListener('abort', leave)
        hasBegun = true
        await work(lost.signal).then(resolve, reject)
      })
      held.catch((failure) => {
        if (hasBegun) lost.abort(failure)
        else reject(failure)
      })
    }),
})
