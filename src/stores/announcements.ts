/** Who listens for what is told under a name. */
export interface Announcements {
  /** @returns what ends it. */
  listen(name: string, listener: () => void): () => void
}

/**
 * Hands what is told on one channel to those who listen for it. `tune` is called with the first of them, and gives what subscribes.
 * Whenever a subscription was made, all are told: what went by before was not heard.
 */
export const announcements = (
  tune: (hear: (name: string) => void, renewed: () => void) => () => Promise<unknown>,
): Announcements => {
  const listeners = new Map<string, Set<() => void>>()
  const tell = (heard: Set<() => void> | undefined) => {
    for (const listener of heard ?? []) {
      // One that throws must not keep the others from hearing, nor disturb the driver.
      queueMicrotask(() => {
        if (heard?.has(listener)) listener()
      })
    }
  }
  let isSubscribed = false
  const subscribe = async () => {
    isSubscribed = true
    try {
      await request?.()
      for (const heard of listeners.values()) tell(heard)
    } catch {
      // The next one who listens, or the next connection, tries again.
      isSubscribed = false
    }
  }
  let request: (() => Promise<unknown>) | undefined
  return {
    listen: (name, listener) => {
      const heard = listeners.get(name) ?? new Set()
      // A function of its own, so that two who hand in the same one are two.
      const mine = () => listener()
      listeners.set(name, heard.add(mine))
      request ??= tune((told) => tell(listeners.get(told)), subscribe)
      if (!isSubscribed) subscribe()
      return () => {
        heard.delete(mine)
        if (!heard.size && listeners.get(name) === heard) listeners.delete(name)
      }
    },
  }
}
