/** Calls `listener` whenever something is told under the name. @returns what ends it, for good. */
export type Listen = (name: string, listener: () => void) => () => void

export interface Listeners {
  readonly listen: Listen
  tell(name: string): void
  /** Something may have gone by that nobody heard. */
  tellAll(): void
}

const nothing = () => {}

/** Those who listen under names. `first` is called when one comes where nobody was, `last` when nobody is left. */
export const listenersOf = (first: () => void = nothing, last: () => void = nothing): Listeners => {
  const listeners = new Map<string, Set<() => void>>()
  const tell = (name: string) => {
    const heard = listeners.get(name)
    for (const listener of heard ?? []) {
      // On its own: one that throws keeps no other one from hearing, nor disturbs whoever tells.
      queueMicrotask(() => {
        if (heard?.has(listener)) listener()
      })
    }
  }
  return {
    listen: (name, listener) => {
      const wasEmpty = !listeners.size
      const heard = listeners.get(name) ?? new Set()
      // A function of its own, so that two who hand in the same one are two.
      const mine = () => listener()
      listeners.set(name, heard.add(mine))
      if (wasEmpty) first()
      return () => {
        if (!heard.delete(mine) || heard.size) return
        listeners.delete(name)
        if (!listeners.size) last()
      }
    },
    tell,
    tellAll: () => {
      for (const name of listeners.keys()) tell(name)
    },
  }
}
