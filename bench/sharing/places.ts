import { existsSync } from 'node:fs'
import { memoryStore, type TokenStore } from 'bearward'
import { postgresStore } from 'bearward/postgres'
import { redisStore } from 'bearward/redis'
import { Redis } from 'ioredis'
import pg from 'pg'

export type Kind = 'memory' | 'file' | 'redis' | 'postgres'

/** Where tokens are shared: plain data, so that a process can be told. */
export interface Place {
  readonly kind: Kind
  /** A URL, or a directory. */
  readonly at: string
  /** Whether the store hears of what others write and release: it has `watch` then. */
  readonly hears: boolean
}

export interface OpenPlace {
  readonly store: TokenStore
  /** How often the engine was asked, by all who share it where it counts that itself: round trips, and what these did. */
  asked(): Promise<{ readonly trips: number; readonly inside: number }>
  /** Breaks the connection that hears, as a restart of what is in between does. */
  breakListener(): Promise<void>
  close(): Promise<void>
}

const builtFile = new URL('../../dist/file.js', import.meta.url)

export const isFileStoreBuilt = (): boolean => existsSync(builtFile)

const nothing = async () => {}
const unknown = async () => ({ trips: 0, inside: 0 })

const withoutWatch = ({ watch: _, ...store }: TokenStore): TokenStore => store

const openFile = async ({ at, hears }: Place): Promise<OpenPlace> => {
  const { fileStore }: { fileStore(options: { directory: string }): TokenStore } = await import(builtFile.href)
  const store = fileStore({ directory: at })
  return { store: hears ? store : withoutWatch(store), asked: unknown, breakListener: nothing, close: nothing }
}

const calls = /^cmdstat_([^:]+):calls=(\d+)/gm

const openRedis = async ({ at, hears }: Place): Promise<OpenPlace> => {
  const client = new Redis(at)
  const subscriber = client.duplicate()
  for (const each of [client, subscriber]) each.on('error', () => {})
  return {
    store: redisStore({ client, ...(hears && { subscriber }) }),
    asked: async () => {
      const counts = [...(await client.info('commandstats')).matchAll(calls)].map(
        ([, name = '', count]) => [name, Number(count)] as const,
      )
      const sum = (wanted: (name: string) => boolean) =>
        counts.reduce((total, [name, count]) => total + (wanted(name) ? count : 0), 0)
      const own = ['eval', 'info', 'ping', 'subscribe', 'client|kill', 'client|setinfo', 'hello']
      return { trips: sum((name) => name === 'eval'), inside: sum((name) => !own.includes(name)) }
    },
    breakListener: async () => {
      await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    },
    close: async () => {
      for (const each of [client, subscriber]) each.disconnect()
    },
  }
}

const openPostgres = async ({ at, hears }: Place): Promise<OpenPlace> => {
  const pool = new pg.Pool({ connectionString: at, max: 10 })
  pool.on('error', () => {})
  const listening: pg.Client[] = []
  let trips = 0
  const client = {
    query: (text: string, values: unknown[]) => {
      trips += 1
      return pool.query(text, values)
    },
  }
  const listener = async () => {
    if (pool.ending) throw new Error('ended')
    const connection = new pg.Client({ connectionString: at })
    connection.on('error', () => {})
    await connection.connect()
    listening.push(connection)
    return connection
  }
  const store = postgresStore({ client, ...(hears && { listener }) })
  await store.createTable()
  return {
    store,
    asked: async () => ({ trips, inside: 0 }),
    breakListener: async () => {
      await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %'`)
    },
    close: async () => {
      await Promise.allSettled([pool.end(), ...listening.map((connection) => connection.end())])
    },
  }
}

const openMemory = async ({ hears }: Place): Promise<OpenPlace> => {
  const store = memoryStore()
  return { store: hears ? store : withoutWatch(store), asked: unknown, breakListener: nothing, close: nothing }
}

const open = { memory: openMemory, file: openFile, redis: openRedis, postgres: openPostgres }

export const openPlace = (place: Place): Promise<OpenPlace> => open[place.kind](place)
