import type { Bytes } from '../core/bytes.js'
import type { Clock } from '../core/clock.js'
import type { Entry, Transact } from './web-database.js'
import { sealed, type Tab, tabId, tabLock, thisTab, unsealed } from './web-tab.js'

/** Where the value of a key lies, and how it is written there. */
interface Place {
  readonly address: IDBValidKey
  readonly seal: (value: string) => Promise<Entry['value']>
  readonly unseal: (value: Entry['value']) => Promise<string>
}

export interface Places {
  of(key: string): Promise<Place>
  /** The key whose value lies there, unless it is another tab's. */
  keyOf(address: IDBValidKey): string | undefined
}

const asItIs = async <Value>(value: Value): Promise<Value> => value

/** One place for all tabs. */
export const sharedPlaces: Places = {
  of: async (address) => ({ address, seal: asItIs, unseal: asItIs as Place['unseal'] }),
  keyOf: (address) => address as string,
}

/** A tab that was away for longer (another page in it, closed and opened again) starts from nothing. */
const longestAwayMs = 7 * 86_400_000

/** Deletes what the tabs have left that will not come back: it can be read by nobody, and only takes room. */
const sweep = async (name: string, transact: Transact, now: number): Promise<void> => {
  const { held = [] } = await navigator.locks.query()
  const living = new Set(held.map((lock) => lock.name))
  await transact('readwrite', (entries) => {
    // The addresses of tabs are arrays, which come after all texts.
    const walk = entries.openCursor(IDBKeyRange.lowerBound([]))
    walk.onsuccess = () => {
      const cursor = walk.result
      if (!cursor) return
      const { at } = cursor.value as Entry
      const [id] = cursor.key as [string, string]
      if (now - at > longestAwayMs && !living.has(tabLock(name, id))) cursor.delete()
      cursor.continue()
    }
  })
}

/** A place for each tab. */
export const tabPlaces = (name: string, transact: Transact, clock: Clock): Places => {
  let last: Tab | undefined
  return {
    of: async (key) => {
      const tab = await thisTab(name, clock)
      if (last !== tab) sweep(name, transact, clock.now()).catch(() => {})
      last = tab
      return {
        address: [tab.id, key],
        seal: (value) => sealed(tab, value),
        unseal: (value) => unsealed(tab, value as Bytes),
      }
    },
    keyOf: (address) => {
      const [id, key] = address as [string, string]
      return id === tabId(name) ? key : undefined
    },
  }
}
