import { type Listen, listenersOf } from './listeners.js'
import type { Tune } from './redis-client.js'

/**
 * Lets many listen for what is told on one channel, which is subscribed to when the first one does. Whenever a subscription was made,
 * all are called: what went by before was not heard.
 */
export const listenOn = (channel: string, tune: Tune): Listen => {
  const listeners = listenersOf()
  let request: (() => Promise<unknown>) | undefined
  let isSubscribed = false
  const subscribe = async () => {
    isSubscribed = true
    try {
      await request?.()
      listeners.tellAll()
    } catch {
      // The next one who listens, or the next connection, tries again.
      isSubscribed = false
    }
  }
  return (name, listener) => {
    const stop = listeners.listen(name, listener)
    request ??= tune(channel, listeners.tell, subscribe)
    if (!isSubscribed) subscribe()
    return stop
  }
}
