import { type Clock, systemClock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import type { ProofKeyPair, ProofKeyPlace } from '../core/proof.js'
import { isWellFormed } from '../core/text.js'
import { withinMs } from '../core/waiting.js'
import { databaseOf, type Transact } from './web-database.js'

/** What the key of an origin is called. */
export interface WebKeyOptions {
  /** Keys of one name, in whatever tab or worker of the origin, are one key. @default 'dpop' */
  readonly name?: string
  /** @default the system's */
  readonly clock?: Clock
}

const address = 'pair'

/** As long as the opening of the database may take. */
const longestAnswerMs = 5000

/** What is there, or else `made`, which then is there: in one transaction, so that of two tabs one comes first. */
const settle = (transact: Transact, made: ProofKeyPair | undefined): Promise<ProofKeyPair | undefined> =>
  transact<ProofKeyPair | undefined>(made ? 'readwrite' : 'readonly', (entries, answer) => {
    const present: IDBRequest<ProofKeyPair | undefined> = entries.get(address)
    present.onsuccess = () => {
      answer(present.result ?? made)
      if (made && !present.result) entries.add(made, address)
    }
  })

/**
 * The key of `createDPoP` for a page: one for all tabs and workers of the origin, in IndexedDB, where no script can read it. A
 * script of the origin can sign with it while it runs. Using it fails with `store_failed` where the browser stores nothing.
 * @throws {OAuthError} `invalid_argument`, `insecure_url` on a page that is not https, `unsupported` where there is no IndexedDB.
 */
export const webKey = ({ name = 'dpop', clock = systemClock }: WebKeyOptions = {}): ProofKeyPlace => {
  if (!isWellFormed(name)) throw new OAuthError('invalid_argument', 'name must be a text')
  if (globalThis.isSecureContext === false) {
    throw new OAuthError('insecure_url', 'this page must be https: browsers have no Web Crypto on others')
  }
  if (!globalThis.indexedDB) {
    throw new OAuthError('unsupported', 'webKey() needs IndexedDB: make it in the page, not on the server')
  }
  const transact = databaseOf(`bearward-key ${name}`, clock, () => {})
  // A transaction that is never answered must not keep a call that a signal, or a deadline, cannot end.
  const settled = (made?: ProofKeyPair) =>
    withinMs(longestAnswerMs, clock, settle(transact, made), () => {
      throw new DOMException(`IndexedDB did not answer within ${longestAnswerMs} ms`, 'TimeoutError')
    })
  return {
    keyPair: async (make) => {
      try {
        return (await settled()) ?? ((await settled(await make(false))) as ProofKeyPair)
      } catch (error) {
        if (error instanceof OAuthError) throw error
        throw new OAuthError('store_failed', `the browser does not store the key (${(error as Error).name})`)
      }
    },
  }
}
