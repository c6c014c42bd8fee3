import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { type Clock, longestTimerMs, systemClock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import type { TokenStore } from '../tokens/store.js'
import { follow } from './file-events.js'
import { whileLocked } from './file-lock.js'
import { changeRecord, readRecord } from './file-record.js'
import { memoryStore } from './memory.js'

/** Where the files are, and how long a lock outlives who held it. */
export interface FileStoreOptions {
  /**
   * Where the tokens are, for one program of one user: `~/.config/my-tool/tokens`. It is made where it is not there, for its
   * owner alone. On a disk of this machine: a network file system will not do.
   */
  readonly directory: string
  /**
   * Milliseconds without a sign of life after which the lock of a process is taken over that cannot be seen to be dead, as it
   * runs in another container. It must outlive a renewal, so that one process alone renews. @default 15_000
   */
  readonly leaseMs?: number
  /** @default systemClock */
  readonly clock?: Clock
}

/** Those of this process wait for each other here, in order; only the first of them asks the file system. */
const turns = memoryStore()

const folderName = (key: string): string => {
  const readable = key
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 32)
  return `${readable}-${createHash('sha256').update(key).digest('hex')}`.replace(/^-+/, '')
}

/**
 * Shares tokens between the processes of one machine, in files: for command-line tools, on Node, Bun and Deno. The values are
 * readable for whoever can read the files of this user.
 *
 * Its methods reject with the file system's error; with an `Error` that names a folder where that holds what this store did not
 * write, which is then left as it is.
 *
 * @throws {OAuthError} `invalid_argument` when an option cannot be used.
 */
export const fileStore = (options: FileStoreOptions): TokenStore => {
  const { directory, leaseMs = 15_000, clock = systemClock } = options ?? {}
  if (typeof directory !== 'string' || !directory || directory.includes('\0')) {
    throw new OAuthError('invalid_argument', 'directory must be the path of a directory')
  }
  if (!(Number.isFinite(leaseMs) && leaseMs > 0 && leaseMs <= longestTimerMs)) {
    throw new OAuthError('invalid_argument', `leaseMs must be greater than 0 and at most ${longestTimerMs}`)
  }
  const root = resolve(directory)
  const folderOf = (key: string) => join(root, folderName(key))
  const watched = new Map<string, { readonly listeners: Set<() => void>; readonly ended: AbortController }>()
  const startWatching = (key: string) => {
    const listeners = new Set<() => void>()
    const ended = new AbortController()
    const tell = () => {
      for (const listener of listeners) queueMicrotask(() => listeners.has(listener) && listener())
    }
    follow(folderOf(key), tell, ended.signal, clock)
    return { listeners, ended }
  }
  return {
    get: (key) => readRecord(folderOf(key), key),
    set: (key, value, expectedVersion) => changeRecord(folderOf(key), key, value, expectedVersion),
    delete: (key, expectedVersion) => changeRecord(folderOf(key), key, undefined, expectedVersion),
    withLock: (key, work, { signal } = {}) => {
      const folder = folderOf(key)
      return turns.withLock(folder, () => whileLocked(folder, { leaseMs, clock }, work, signal), { signal })
    },
    watch: (key, listener) => {
      const heard = watched.get(key) ?? startWatching(key)
      watched.set(key, heard)
      // A function of its own, so that two who hand in the same one are two.
      const mine = () => listener()
      heard.listeners.add(mine)
      return () => {
        heard.listeners.delete(mine)
        if (heard.listeners.size || watched.get(key) !== heard) return
        heard.ended.abort()
        watched.delete(key)
      }
    },
  }
}
