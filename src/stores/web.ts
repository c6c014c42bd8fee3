import { type Clock, systemClock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import { isWellFormed } from '../core/text.js'
import type { TokenStore, WriteOptions } from '../tokens/store.js'
import { changesOf } from './web-changes.js'
import { databaseOf, type Entry } from './web-database.js'
import { underLock } from './web-lock.js'
import { sharedPlaces, tabPlaces } from './web-places.js'

export { type WebKeyOptions, webKey } from './web-key.js'

/** What the store is called, and whether tabs share it. */
export interface WebStoreOptions {
  /** Stores of one name, in whatever tab or worker of the origin, are one store. @default 'tokens' */
  readonly name?: string
  /**
   * Each tab has its own values, which survive a reload and go with the tab. A duplicated tab starts from nothing. For pages, not for
   * workers.
   * @default false
   */
  readonly perTab?: boolean
  /** @default the system's */
  readonly clock?: Clock
}

const assertBrowser = (): void => {
  if (globalThis.isSecureContext === false) {
    throw new OAuthError('insecure_url', 'this page must be https: browsers have no Web Locks on others')
  }
  if (!globalThis.indexedDB || !globalThis.navigator?.locks || !globalThis.BroadcastChannel) {
    throw new OAuthError(
      'unsupported',
      'webStore() needs IndexedDB, Web Locks and BroadcastChannel: make it in the page, not on the server',
    )
  }
}

/**
 * Shares tokens between the tabs and workers of an origin: values in IndexedDB, Web Locks, and a BroadcastChannel that tells of
 * changes. Every script of the origin can read them: docs/guides/single-page-app.md says what that means.
 * What fails is the browser's `DOMException` (no room, storage forbidden); nothing in it shows a value.
 * @throws {OAuthError} `invalid_argument`, `insecure_url` on a page that is not https, `unsupported` where the runtime lacks what
 * it takes, or for `perTab` in a worker.
 */
export const webStore = ({
  name = 'tokens',
  perTab = false,
  clock = systemClock,
}: WebStoreOptions = {}): TokenStore => {
  if (!isWellFormed(name)) {
    throw new OAuthError('invalid_argument', 'name must be a text')
  }
  assertBrowser()
  if (perTab && !('sessionStorage' in globalThis)) {
    throw new OAuthError('unsupported', 'perTab is for pages: a worker belongs to no tab')
  }

  const changes = changesOf(`bearward ${name}`, (address) => places.keyOf(address))
  const transact = databaseOf(`bearward ${name}`, clock, changes.miss)
  const places = perTab ? tabPlaces(name, transact, clock) : sharedPlaces

  /** Puts `entry`, or deletes, if the expected version is there. */
  const write = async (
    address: IDBValidKey,
    entry: Entry | undefined,
    expectedVersion: string | undefined,
    { quiet }: WriteOptions = {},
  ) => {
    const wasWritten = await transact<boolean>('readwrite', (entries, answer) => {
      const present: IDBRequest<Entry | undefined> = entries.get(address)
      present.onsuccess = () => {
        const version = present.result?.version
        // It is there already where a first try was written and its connection lost before it could say so.
        const isThere = !!entry && version === entry.version
        answer(isThere || version === expectedVersion)
        if (isThere || version !== expectedVersion) return
        if (entry) entries.put(entry, address)
        else if (version) entries.delete(address)
      }
    })
    if (wasWritten && !quiet) changes.tell(address)
    return wasWritten
  }

  return {
    get: async (key) => {
      const { address, unseal } = await places.of(key)
      const entry = await transact<Entry | undefined>('readonly', (entries, answer) => {
        const present: IDBRequest<Entry | undefined> = entries.get(address)
        present.onsuccess = () => answer(present.result)
      })
      return entry && { value: await unseal(entry.value), version: entry.version }
    },
    set: async (key, value, expectedVersion, options) => {
      const { address, seal } = await places.of(key)
      return write(
        address,
        { value: await seal(value), version: crypto.randomUUID(), at: clock.now() },
        expectedVersion,
        options,
      )
    },
    delete: async (key, expectedVersion) => write((await places.of(key)).address, undefined, expectedVersion),
    withLock: async (key, work, options) => {
      const { address } = await places.of(key)
      return underLock(JSON.stringify(['bearward lock', name, address]), work, options)
    },
    watch: changes.listen,
  }
}
