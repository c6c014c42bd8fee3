import { type Clock, systemClock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import type { TokenStore } from '../tokens/store.js'
import { underLease } from './lease.js'
import { wholeMs } from './milliseconds.js'
import {
  type IoredisClient,
  type IoredisSubscriber,
  type NodeRedisClient,
  type NodeRedisSubscriber,
  runnerOf,
  tunerOf,
} from './redis-client.js'
import { listenOn } from './redis-listener.js'
import { acquireScript, deleteScript, extendScript, readScript, releaseScript, writeScript } from './redis-scripts.js'

export type { IoredisClient, IoredisSubscriber, NodeRedisClient, NodeRedisSubscriber }

/** Connections to Redis, what its keys are called, and how long what is there lives. */
export interface RedisStoreOptions {
  /** A client of ioredis or node-redis (the package `redis`), for one server or a cluster. It stays yours to close. */
  readonly client: IoredisClient | NodeRedisClient
  /**
   * A second connection (`client.duplicate()`, with node-redis also connected), for what the others tell. With it the store
   * has `watch`, and one who waits for a lock gets it at once when it is free; without it there is no `watch`, and waiting means asking again.
   */
  readonly subscriber?: IoredisSubscriber | NodeRedisSubscriber
  /** What the names of keys and of the channel begin with; no braces. @default 'bearward:' */
  readonly prefix?: string
  /** Milliseconds after which the lock of one who died is free. @default 15_000 */
  readonly leaseMs?: number
  /**
   * Milliseconds after which the store gives up what Redis does not answer. Drivers keep trying for long, if not for ever; what
   * they send in the end does no harm. @default 3000
   */
  readonly timeoutMs?: number
  /** Milliseconds after its last write at which a record goes. @default it stays until it is deleted */
  readonly keepMs?: number
  /** @default systemClock */
  readonly clock?: Clock
}

const versionLength = 36

/**
 * A store in Redis, 5 or later, or a server that speaks like it.
 * @throws {OAuthError} `invalid_argument`
 */
export const redisStore = (options: RedisStoreOptions): TokenStore => {
  const { client, subscriber, prefix = 'bearward:', leaseMs = 15_000, timeoutMs = 3000, keepMs } = options
  const { clock = systemClock } = options
  if (typeof prefix !== 'string' || !/^[^{}]+$/.test(prefix)) {
    throw new OAuthError('invalid_argument', 'prefix must be a text without braces, and not empty')
  }
  wholeMs('leaseMs', leaseMs)
  const run = runnerOf(client, wholeMs('timeoutMs', timeoutMs), clock)
  const channel = `${prefix}changes`
  const expiry = keepMs === undefined ? [] : ['PX', `${wholeMs('keepMs', keepMs)}`]
  const listen = subscriber && listenOn(channel, tunerOf(subscriber))

  // A cluster keeps what has the same text in braces in one place; an empty one would not count.
  const named = (key: string, kind: 'token' | 'lock') =>
    `${prefix}{${key.replace(/[%{}]/g, encodeURIComponent) || '%'}}:${kind}`

  return {
    get: async (key) => {
      const found = (await run(readScript, named(key, 'token'))) as readonly [unknown, unknown] | null
      if (!found) return undefined
      // Clients can be told to answer buffers, and numbers as texts.
      const [record, now] = [`${found[0]}`, Number(found[1])]
      return { value: record.slice(versionLength), version: record.slice(0, versionLength), now }
    },

    set: async (key, value, expectedVersion, { quiet } = {}) => {
      if (expectedVersion === '') return false
      const name = named(key, 'token')
      const values = [quiet ? '' : channel, name, expectedVersion ?? '', crypto.randomUUID(), value, ...expiry]
      return Number(await run(writeScript, name, ...values)) === 1
    },

    delete: async (key, expectedVersion) => {
      if (expectedVersion === '') return false
      const name = named(key, 'token')
      return Number(await run(deleteScript, name, channel, name, expectedVersion)) === 1
    },

    withLock: async (key, work, { signal } = {}) => {
      const name = named(key, 'lock')
      const owner = crypto.randomUUID()
      const lease = {
        acquire: async () => Number(await run(acquireScript, name, owner, `${leaseMs}`)),
        extend: async () => Number(await run(extendScript, name, owner, `${leaseMs}`)) === 1,
        release: () => run(releaseScript, name, channel, name, owner),
        listen: listen && ((listener: () => void) => listen(name, listener)),
      }
      return underLease(lease, work, { leaseMs, clock, signal })
    },

    ...(listen && { watch: (key: string, listener: () => void) => listen(named(key, 'token'), listener) }),
  }
}
