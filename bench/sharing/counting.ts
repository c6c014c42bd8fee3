import type { TokenStore } from 'bearward'

export interface Counts {
  get: number
  /** Those of them that are over. */
  over: number
  /** Those that failed, or were answered when nobody waited any more. */
  inVain: number
  set: number
  delete: number
  withLock: number
  /** Calls of those who watch. */
  told: number
}

export const noCounts = (): Counts => ({ get: 0, over: 0, inVain: 0, set: 0, delete: 0, withLock: 0, told: 0 })

/** After which bearward waits for no store any more. */
const deadlineMs = 5000

/** A store that counts what it is asked for. */
export const counted = (store: TokenStore, counts: Counts): TokenStore => {
  const { watch } = store
  return {
    get: async (key) => {
      counts.get += 1
      const askedAt = performance.now()
      let isInVain = true
      try {
        const found = await store.get(key)
        isInVain = performance.now() - askedAt > deadlineMs
        return found
      } finally {
        counts.over += 1
        counts.inVain += +isInVain
      }
    },
    set: (...given) => {
      counts.set += 1
      return store.set(...given)
    },
    delete: (...given) => {
      counts.delete += 1
      return store.delete(...given)
    },
    withLock: (...given) => {
      counts.withLock += 1
      return store.withLock(...given)
    },
    ...(watch && {
      watch: (key: string, listener: () => void) =>
        watch(key, () => {
          counts.told += 1
          listener()
        }),
    }),
  }
}
