import { setTimeout } from 'node:timers/promises'
import { inspect } from 'node:util'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { postgresStore } from '../../src/stores/postgres.js'
import { describeWith } from './engine.js'
import { type PostgresServer, postgresEngine, startPostgres } from './postgres-server.js'

describeWith(postgresEngine, 'the Postgres store where the table or the driver is another one than was thought', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  it('tells no value in an error', async () => {
    const pool = new pg.Pool({ connectionString: server.url })
    const sql = postgres(server.url)
    const debugging = postgres(server.url, { debug: true })
    await postgresStore({ client: pool, table: 'limited' }).createTable()
    await pool.query('alter table limited add column tenant text not null')
    const said: string[] = []
    for (const client of [pool, sql, debugging]) {
      const store = postgresStore({ client, table: 'limited' })
      said.push(inspect(await store.set('k', 'SECRET', undefined).catch((error) => error), { showHidden: true }))
    }
    await Promise.all([pool.end(), sql.end(), debugging.end()])
    for (const text of said) {
      expect(text).toContain('23502')
      expect(text).not.toContain('SECRET')
    }
  })

  it('makes no more connections of a listener that gives none, as the connect() of an older pg', async () => {
    const pool = new pg.Pool({ connectionString: server.url })
    const made: pg.Client[] = []
    const listener = (async () => {
      const client = new pg.Client(server.url)
      client.on('error', () => {})
      made.push(client)
      await client.connect()
    }) as unknown as () => Promise<pg.Client>
    const store = postgresStore({ client: pool, listener })
    const stop = store.watch?.('k', () => {})
    await setTimeout(2500)
    stop?.()
    const count = made.length
    await Promise.all([...made.map((client) => client.end()), pool.end()])
    expect(count).toBe(1)
  })
})
