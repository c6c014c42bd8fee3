import pg from 'pg'
import postgres from 'postgres'
import { type PostgresStore, type PostgresStoreOptions, postgresStore } from '../../src/stores/postgres.js'

/** A store over connections of its own. */
export interface Connected {
  readonly store: PostgresStore
  end(): Promise<void>
}

type Options = Omit<PostgresStoreOptions, 'client' | 'listener'>

/** What a client is connected to: directly, and perhaps through something in between. */
interface Urls {
  readonly url: string
  readonly direct?: string
}

export type Connect = (urls: Urls, options?: Options) => Connected

/** Of a `pg` that is set up as the guide tells. */
export const poolTo = (url: string, config: pg.PoolConfig = {}): pg.Pool => {
  const pool = new pg.Pool({ connectionString: url, max: 5, connectionTimeoutMillis: 5000, ...config })
  pool.on('error', () => {})
  return pool
}

export const pgStore: Connect = ({ url, direct = url }, options) => {
  const client = poolTo(url)
  const listening: pg.Client[] = []
  const listener = async () => {
    if (client.ending) throw new Error('ended')
    const connection = await new pg.Client({ connectionString: direct }).connect()
    listening.push(connection)
    return connection
  }
  const end = async () => {
    await Promise.all([client.end(), ...listening.map((connection) => connection.end())])
  }
  return { store: postgresStore({ ...options, client, listener }), end }
}

export const pgStoreThatPolls: Connect = ({ url }, options) => {
  const client = poolTo(url)
  return { store: postgresStore({ ...options, client }), end: () => client.end() }
}

export const strictlyIsolatedStore: Connect = ({ url }, options) => {
  const client = poolTo(url, { options: '-c default_transaction_isolation=serializable' })
  return { store: postgresStore({ ...options, client }), end: () => client.end() }
}

export const postgresJsStore: Connect = ({ url, direct = url }, options) => {
  const client = postgres(url, { max: 5 })
  const listener = direct === url ? client : postgres(direct, { max: 1 })
  const end = async () => {
    await Promise.all([client.end({ timeout: 0 }), listener.end({ timeout: 0 })])
  }
  return { store: postgresStore({ ...options, client, listener }), end }
}

export const postgresJsStoreThatRenames: Connect = ({ url }, options) => {
  const client = postgres(url, { max: 5, transform: { column: postgres.toPascal } })
  return { store: postgresStore({ ...options, client }), end: () => client.end({ timeout: 0 }) }
}
