import { type Clock, longestTimerMs, systemClock } from '../core/clock.js'
import type { TokenStore } from '../tokens/store.js'
import { underLease } from './lease.js'
import { wholeMs } from './milliseconds.js'
import { codeOf, type PgClient, type PostgresJsClient, queryOf } from './postgres-client.js'
import { listenBy, type PgConnection, type PostgresJsListener, type PostgresListener } from './postgres-listener.js'
import { statementsOf } from './postgres-statements.js'

export type { PgClient, PgConnection, PostgresJsClient, PostgresJsListener, PostgresListener }

/** Connections to PostgreSQL, its table, and how long a lock outlives who held it. */
export interface PostgresStoreOptions {
  /** A `Pool` or `Client` of `pg`, the `sql` of postgres.js, or a PGlite. It must talk to the primary. */
  readonly client: PgClient | PostgresJsClient
  /**
   * Hears of changes and of released locks at once: a function that gives a new, connected `Client` of `pg`, or the `sql` of
   * postgres.js. It must not go through pgbouncer. Give it to all who share a table, or to none: who has none tells
   * nobody. Nothing is connected before somebody waits or watches. @default waiting locks are polled for, `watch` is absent
   */
  readonly listener?: PostgresListener | undefined
  /** The table, or `schema.table`, spelled as it is: case matters. @default 'bearward_tokens' */
  readonly table?: string | undefined
  /**
   * Milliseconds after which the lock of a process that died is free. It must outlive the deadline of a renewal.
   * @default 15_000
   */
  readonly leaseMs?: number | undefined
  /** @default the system's clock */
  readonly clock?: Clock | undefined
}

/** A store in PostgreSQL, and how its table is made. */
export interface PostgresStore extends TokenStore {
  /** Makes the table if it is not there. Many may call it at once. */
  createTable(): Promise<void>
}

/** SQLSTATEs that say that another one has made it: of the table, of its type, of a row of a catalogue. */
const madeByAnother: readonly unknown[] = ['42P07', '42710', '23505']

/**
 * The name of a key in notifications, which every role of the database can read. Two keys of one name only wake each
 * other's listeners.
 */
const nameOf = (key: string): string => {
  let [a, b] = [0x811c9dc5, 0x9747b28c]
  for (let i = 0; i < key.length; i++) {
    a = Math.imul(a ^ key.charCodeAt(i), 0x01000193)
    b = Math.imul(b ^ key.charCodeAt(i), 0x85ebca6b)
  }
  return `${(a >>> 0).toString(36)}.${(b >>> 0).toString(36)}`
}
const written = (key: string): string => `written ${nameOf(key)}`
const released = (key: string): string => `released ${nameOf(key)}`

/**
 * Shares tokens by a table of PostgreSQL, 13 or newer. Each operation is one statement that needs nothing of its
 * connection, so that a pool will do, and a pgbouncer in transaction mode.
 * @throws {OAuthError} `invalid_argument`. Its methods reject with what the driver said: name, message and code, and not the row or the parameters that come with them.
 */
export const postgresStore = ({
  client,
  listener,
  table = 'bearward_tokens',
  leaseMs = 15_000,
  clock = systemClock,
}: PostgresStoreOptions): PostgresStore => {
  wholeMs('leaseMs', leaseMs, longestTimerMs)
  const query = queryOf(client)
  const listen = listener && listenBy(listener, clock)
  const sql = statementsOf(table, leaseMs, listen !== undefined)
  const did = async (text: string, ...values: string[]) => (await query(text, values)).length > 0
  const tidy = (key: string) => query(sql.tidy, [key])
  return {
    createTable: async () => {
      // Asked first: `create table if not exists` sends a notice, needs the right to create, and fails in a race all the same.
      const [row] = await query(sql.isThere, [sql.name])
      if (row?.[0]) return
      try {
        await query(sql.create, [])
      } catch (error) {
        if (!madeByAnother.includes(codeOf(error))) throw error
      }
    },
    get: async (key) => {
      const [row] = await query(sql.read, [key])
      if (!row) return undefined
      const [value, version, now] = row
      return { value: String(value), version: String(version), now: Number(now) }
    },
    set: (key, value, expectedVersion, { quiet } = {}) => {
      const write = [key, value, crypto.randomUUID(), quiet ? '' : written(key)]
      return expectedVersion === undefined ? did(sql.first, ...write) : did(sql.next, ...write, expectedVersion)
    },
    delete: async (key, expectedVersion) => {
      const deleted = await did(sql.clear, key, expectedVersion, written(key))
      if (deleted) await tidy(key).catch(() => {})
      return deleted
    },
    withLock: async (key, work, { signal } = {}) => {
      const owner = crypto.randomUUID()
      const lease = {
        acquire: async () => {
          const [row] = await query(sql.take, [key, owner])
          return row ? Number(row[0]) : Number.POSITIVE_INFINITY
        },
        extend: () => did(sql.extend, key, owner),
        release: async () => {
          const [row] = await query(sql.release, [key, owner, released(key)])
          if (row?.[0] === 'true') await tidy(key)
        },
        listen: listen && ((listener: () => void) => listen(released(key), listener)),
      }
      return underLease(lease, work, { leaseMs, clock, signal })
    },
    ...(listen && { watch: (key: string, listener: () => void) => listen(written(key), listener) }),
  }
}
