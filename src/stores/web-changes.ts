/** Tells all who use a database, in this page and in others, which address has changed. */
export interface Changes {
  tell(address: IDBValidKey): void
  /** @returns what ends it. */
  hear(isMine: (address: IDBValidKey) => boolean, listener: () => void): () => void
  /** Something may have changed that nobody told of. */
  miss(): void
}

interface Hearer {
  readonly isMine: (address: IDBValidKey) => boolean
  readonly listener: () => void
}

export const changesOf = (name: string): Changes => {
  const hearers = new Set<Hearer>()
  let channel: BroadcastChannel | undefined

  const call = (address?: IDBValidKey): void => {
    for (const { isMine, listener } of hearers) {
      // On its own, so that one that throws takes no other along.
      if (address === undefined || isMine(address)) queueMicrotask(listener)
    }
  }
  const miss = () => call()

  const open = (): void => {
    channel ??= new BroadcastChannel(name)
    channel.onmessage = ({ data }) => call(data)
  }
  const close = (): void => {
    channel?.close()
    channel = undefined
  }
  // A page that rests in the back/forward cache is thrown away when it would hear something. It may have missed that instead.
  const wake = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted) return
    open()
    miss()
  }

  return {
    // A channel does not hear itself: with one of its own, what is told comes back to this page's listeners too.
    tell: (address) => {
      const mine = new BroadcastChannel(name)
      mine.postMessage(address)
      mine.close()
    },
    hear: (isMine, listener) => {
      const hearer = { isMine, listener: () => hearers.has(hearer) && listener() }
      if (!hearers.size) {
        open()
        addEventListener('pagehide', close)
        addEventListener('pageshow', wake)
      }
      hearers.add(hearer)
      return () => {
        if (!hearers.delete(hearer) || hearers.size) return
        close()
        removeEventListener('pagehide', close)
        removeEventListener('pageshow', wake)
      }
    },
    miss,
  }
}
