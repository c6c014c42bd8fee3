import { type Listen, listenersOf } from './listeners.js'

/** Tells all who use a database, in this page and in others, which address has changed. */
export interface Changes {
  tell(address: IDBValidKey): void
  readonly listen: Listen
  /** Something may have changed that nobody told of. */
  miss(): void
}

/** `keyOf` gives the key whose value lies under an address, if it is one of ours. */
export const changesOf = (name: string, keyOf: (address: IDBValidKey) => string | undefined): Changes => {
  let channel: BroadcastChannel | undefined

  const open = (): void => {
    channel ??= new BroadcastChannel(name)
    channel.onmessage = ({ data }) => {
      const key = keyOf(data)
      if (key !== undefined) tell(key)
    }
  }
  const close = (): void => {
    channel?.close()
    channel = undefined
  }
  // A page that rests in the back/forward cache is thrown away when it would hear something. It may have missed that instead.
  const wake = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted) return
    open()
    tellAll()
  }
  const begin = (): void => {
    open()
    addEventListener('pagehide', close)
    addEventListener('pageshow', wake)
  }
  const end = (): void => {
    close()
    removeEventListener('pagehide', close)
    removeEventListener('pageshow', wake)
  }
  const { listen, tell, tellAll } = listenersOf(begin, end)

  return {
    // A channel does not hear itself: with one of its own, what is told comes back to this page's listeners too.
    tell: (address) => {
      const mine = new BroadcastChannel(name)
      mine.postMessage(address)
      mine.close()
    },
    listen,
    miss: tellAll,
  }
}
