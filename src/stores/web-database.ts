import type { Clock } from '../core/clock.js'
import { withinMs } from '../core/waiting.js'

/** What lies in the database under an address. */
export interface Entry {
  /** A text, or what a tab has sealed. */
  readonly value: string | Uint8Array
  readonly version: string
  /** Epoch milliseconds of the write, by this browser's clock. */
  readonly at: number
}

type Mode = 'readonly' | 'readwrite'

/** Does `work` in a transaction of its own, and gives what it answers once the transaction is on the disk. */
export type Transact = <Result>(
  mode: Mode,
  work: (entries: IDBObjectStore, answer: (result: Result) => void) => void,
) => Promise<Result>

interface Connection {
  readonly database: IDBDatabase
  close(): void
}

const table = 'entries'

/** Browsers were seen to leave an opening unanswered for ever. */
const longestOpeningMs = 5000

/**
 * A connection that is gone: closed under our hands (InvalidStateError), while a transaction ran (AbortError), or lost with the
 * process that serves it, which Safari makes happen when it comes back from the background (UnknownError).
 */
const isLost = (failure: unknown): boolean =>
  ['InvalidStateError', 'AbortError', 'UnknownError'].includes((failure as Error | undefined)?.name ?? '')

/** Without a version it takes the database as it is: a newer schema, opened by another tab, keeps this table. */
const requested = (name: string, version?: number): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version)
    request.onupgradeneeded = () => {
      if (!request.result.objectStoreNames.contains(table)) request.result.createObjectStore(table)
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

const opened = async (name: string): Promise<IDBDatabase> => {
  const database = await requested(name)
  if (database.objectStoreNames.contains(table)) return database
  // Somebody made the database who did not know what is in it.
  database.close()
  return requested(name, database.version + 1)
}

const inTime = (opening: Promise<IDBDatabase>, clock: Clock): Promise<IDBDatabase> =>
  withinMs(longestOpeningMs, clock, opening, () => {
    // Nobody waits for it any more, and nobody would close it.
    opening.then(
      (database) => database.close(),
      () => {},
    )
    throw new DOMException(`IndexedDB did not open within ${longestOpeningMs} ms`, 'TimeoutError')
  })

/**
 * A connection that is opened when it is needed and again when it was lost, which `onLost` is told of. It gets out of the way of
 * other tabs that change or delete the database, and does not keep a page from resting in the back/forward cache.
 */
export const databaseOf = (name: string, clock: Clock, onLost: () => void): Transact => {
  let current: Promise<Connection> | undefined

  const forget = (connection: Promise<Connection>): void => {
    if (current === connection) current = undefined
  }

  const connection = (): Promise<Connection> => {
    if (current) return current
    const mine = inTime(opened(name), clock).then((database) => {
      const close = () => {
        removeEventListener('pagehide', close)
        forget(mine)
        database.close()
      }
      const lose = () => {
        close()
        onLost()
      }
      // A page that rests with an open connection is thrown away as soon as another tab wants to change the database.
      addEventListener('pagehide', close)
      database.onversionchange = lose
      database.onclose = lose
      return { database, close }
    })
    current = mine
    mine.catch(() => forget(mine))
    return mine
  }

  const tried: Transact = async (mode, work) => {
    const { database, close } = await connection()
    return new Promise((resolve, reject) => {
      const lose = (failure: unknown) => {
        if (isLost(failure)) close()
        reject(failure)
      }
      try {
        const transaction = database.transaction(table, mode, {
          durability: mode === 'readwrite' ? 'strict' : 'default',
        })
        let result: Parameters<typeof resolve>[0] | undefined
        transaction.oncomplete = () => resolve(result as Parameters<typeof resolve>[0])
        transaction.onabort = () => lose(transaction.error)
        work(transaction.objectStore(table), (answer) => {
          result = answer
        })
      } catch (failure) {
        lose(failure)
      }
    })
  }

  return (mode, work) =>
    tried(mode, work).catch((failure) => (isLost(failure) ? tried(mode, work) : Promise.reject(failure)))
}
