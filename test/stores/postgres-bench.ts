import type pg from 'pg'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { type PostgresStore, postgresStore } from '../../src/stores/postgres.js'
import { describeWith } from './engine.js'
import { type Connect, type Connected, poolTo } from './postgres-clients.js'
import { type PostgresServer, postgresEngine, startPostgres } from './postgres-server.js'

/** A server with the table for the tests of a group, and stores whose connections are ended after each test. */
export interface PostgresBench {
  readonly server: PostgresServer
  /** The superuser's. */
  readonly pool: pg.Pool
  open(connect: Connect, options?: Parameters<Connect>[1]): PostgresStore
}

export const describePostgres = (title: string, body: (bench: PostgresBench) => void): void =>
  describeWith(postgresEngine, title, () => {
    let running: { readonly server: PostgresServer; readonly pool: pg.Pool } | undefined
    const connected: Connected[] = []
    beforeAll(async () => {
      const server = await startPostgres()
      running = { server, pool: poolTo(server.url) }
      await postgresStore({ client: running.pool }).createTable()
    })
    afterEach(async () => {
      await Promise.all(connected.splice(0).map(({ end }) => end()))
    })
    afterAll(async () => {
      await running?.pool.end()
      await running?.server.stop()
    })
    const present = () => {
      if (!running) throw new Error('the server runs while tests do')
      return running
    }
    body({
      get server() {
        return present().server
      },
      get pool() {
        return present().pool
      },
      open: (connect, options) => {
        const made = connect(present().server, options)
        connected.push(made)
        return made.store
      },
    })
  })
