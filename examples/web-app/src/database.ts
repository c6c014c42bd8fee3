import pg from 'pg'
import { log } from './log.ts'

const tables = `
  create table if not exists pending_login (
    id text primary key,
    request jsonb not null,
    return_to text not null,
    expires_at timestamptz not null
  );
  create table if not exists browser_session (
    id text primary key,
    name text not null,
    id_token text,
    expires_at timestamptz not null
  );
`

export interface Database {
  readonly pool: pg.Pool
  /** A new connection of its own, for what Postgres tells unasked. */
  readonly listener: () => Promise<pg.Client>
  /** Makes the tables of this app if they are not there. */
  createTables(): Promise<void>
}

export const openDatabase = (connectionString: string): Database => {
  const settings = { connectionString, connectionTimeoutMillis: 5000, query_timeout: 5000, keepAlive: true }
  const pool = new pg.Pool(settings)
  // Without a listener, an idle connection that breaks would end the process.
  pool.on('error', (error) => log('connection_failed', { error }))
  return {
    pool,
    listener: async () => {
      const connection = new pg.Client(settings)
      await connection.connect()
      return connection
    },
    createTables: async () => {
      // All processes may start at once: the first makes them, the others wait. The texts of one query are one transaction.
      await pool.query(`select pg_advisory_xact_lock(6749); ${tables}`)
    },
  }
}
