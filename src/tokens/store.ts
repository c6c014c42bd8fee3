import { OAuthError } from '../core/errors.js'
import { isWellFormed } from '../core/text.js'

/** What a store holds under a key. */
export interface Stored {
  /** The text that was set. */
  readonly value: string
  /** Never empty; another one after each write, and never one that was there before, also not after the store was emptied. */
  readonly version: string
  /** Epoch milliseconds by the store's own clock, where it has one: machines whose clocks differ agree by it. */
  readonly now?: number
}

/**
 * Where processes, machines or tabs share tokens. Anyone can write one: `storeContract` of `bearward/testing` tests it.
 * Keys and values are well-formed texts without U+0000, up to 1 KB and 1 MB.
 */
export interface TokenStore {
  /** @returns what is there, or `undefined` where nothing is. Whatever it throws, callers see `store_failed`. */
  get(key: string): Promise<Stored | undefined>
  /**
   * Writes if `expectedVersion` is what is there; `undefined` expects that nothing is.
   * @returns whether it was written.
   */
  set(key: string, value: string, expectedVersion: string | undefined, options?: WriteOptions): Promise<boolean>
  /**
   * Deletes if `expectedVersion` is what is there.
   * @returns whether it was deleted.
   */
  delete(key: string, expectedVersion: string): Promise<boolean>
  /**
   * Does `work` while nobody else does any under this key, and hands on its result or failure. The lock is kept as long as the work
   * takes, and given up by itself soon after its holder has died. `lost` is aborted when it went to somebody else all the
   * same. `options.signal` ends the wait for the lock, with its reason, as a failure of the engine does, also a passing one; it does not
   * end the work.
   */
  withLock<Result>(key: string, work: (lost: AbortSignal) => Promise<Result>, options?: LockOptions): Promise<Result>
  /**
   * Calls `listener` soon after what is under the key has changed, but for what was written quietly, where the store can tell; it
   * may call too often.
   * @returns what ends it.
   */
  watch?(key: string, listener: () => void): () => void
}

/** Whom a write concerns. */
export interface WriteOptions {
  /** Nobody who watches needs to hear of it. A store that cannot keep it to itself need not. */
  readonly quiet?: boolean
}

/** How one waits for a lock. */
export interface LockOptions {
  /** Ends the wait, with its reason; it does not end work that has begun. */
  readonly signal?: AbortSignal | undefined
}

/** Watches where the store can; one that fails at that is one that cannot tell. */
export const watching = (store: TokenStore, key: string, listener: () => void): (() => void) => {
  try {
    return store.watch?.(key, listener) ?? (() => {})
  } catch {
    return () => {}
  }
}

/** @throws {OAuthError} `invalid_argument` for what is no store, or no key. */
export const assertPlace = (store: TokenStore, key: string): void => {
  if (typeof store?.withLock !== 'function') throw new OAuthError('invalid_argument', 'store must be a TokenStore')
  // Not every engine takes U+0000.
  if (!isWellFormed(key) || key.includes('\0')) throw new OAuthError('invalid_argument', 'key must be a text')
}
