import type { Clock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import { type Listen, type Listeners, listenersOf } from './listeners.js'
import { channel } from './postgres-statements.js'

/** What is needed of a connected `Client` of `pg` to listen. */
export interface PgConnection {
  query(text: string): Promise<unknown>
  on(event: 'notification', listener: (message: { readonly payload?: string | undefined }) => void): unknown
  on(event: 'error' | 'end', listener: () => void): unknown
  end(): Promise<void>
  unref?(): void
}

/** What is needed of postgres.js to listen: its `sql`, which connects anew by itself. */
export interface PostgresJsListener {
  listen(channel: string, onNotification: (payload: string) => void, onListening: () => void): Promise<unknown>
}

/** A connection that hears of what other processes do (`LISTEN`). */
export type PostgresListener = (() => Promise<PgConnection>) | PostgresJsListener

const firstPauseMs = 250
const longestPauseMs = 30_000
/** A connection that died without a word is found out by asking; asking also keeps what is between from forgetting it. */
const askMs = 30_000
const answerMs = 10_000
/** A connection is kept for the next one who waits. */
const lingerMs = 30_000

/** Listens on one connection after the other, until it is ended. */
const listenOnEach = async (
  connect: () => Promise<PgConnection>,
  { tell, tellAll }: Listeners,
  clock: Clock,
  ended: AbortSignal,
): Promise<void> => {
  let isUseless = false
  for (let pauseMs = firstPauseMs; !ended.aborted && !isUseless; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const gone = new AbortController()
    const leave = () => gone.abort()
    ended.addEventListener('abort', leave, { signal: gone.signal })
    const inTime = (work: Promise<unknown>) =>
      Promise.race([work, clock.sleep(answerMs, gone.signal, true).then(() => Promise.reject(new Error('no answer')))])
    const connecting = Promise.resolve()
      .then(connect)
      .then((connection) => {
        // "connect()" of an older pg 8 gives nothing: a next try would leave a next connection behind that nobody can end.
        if (typeof connection?.on !== 'function') isUseless = true
        connection.on('error', leave)
        connection.on('end', leave)
        connection.on('notification', ({ payload }) => tell(payload ?? ''))
        connection.unref?.()
        return connection
      })
    const ask = (text: string) => inTime(connecting.then((connection) => connection.query(text)))
    try {
      await ask(`listen ${channel}`)
      pauseMs = firstPauseMs
      // Nobody tells what happened while nobody listened.
      tellAll()
      for (;;) {
        await clock.sleep(askMs, gone.signal, true)
        await ask('select 1')
      }
    } catch {
      gone.abort()
    }
    // Also one that comes late.
    connecting.then((connection) => connection.end()).catch(() => {})
    await clock.sleep(pauseMs * (0.5 + Math.random() / 2), ended, true).catch(() => {})
  }
}

/**
 * Lets many listen over one connection, which is made when the first one does.
 * @throws {OAuthError} `invalid_argument`
 */
export const listenBy = (listener: PostgresListener, clock: Clock): Listen => {
  let end: AbortController | undefined
  let linger: AbortController | undefined
  const own = 'listen' in Object(listener) ? (listener as PostgresJsListener) : undefined
  if (typeof (own ? own.listen : listener) !== 'function') {
    throw new OAuthError('invalid_argument', 'listener must give connected Clients of pg, or be the sql of postgres.js')
  }
  const start = () => {
    linger?.abort()
    if (end) return
    end = new AbortController()
    // The driver goes on trying, and calls again whenever it listens anew.
    if (own) own.listen(channel, listeners.tell, listeners.tellAll).catch(() => {})
    else listenOnEach(listener as () => Promise<PgConnection>, listeners, clock, end.signal)
  }
  const endLater = () => {
    // After it has connected anew, postgres.js does not forget a listener that it is told to.
    if (own) return
    linger = new AbortController()
    const stop = () => {
      end?.abort()
      end = undefined
    }
    clock.sleep(lingerMs, linger.signal, true).then(stop, () => {})
  }
  const listeners = listenersOf(start, endLater)
  return listeners.listen
}
