import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresStore } from '../../src/stores/postgres.js'
import { storeContract } from '../../src/testing/index.js'
import { describeWith } from './engine.js'
import { type Pgbouncer, pgbouncerEngine, startPgbouncer } from './pgbouncer-server.js'
import {
  type Connected,
  pgStore,
  pgStoreThatPolls,
  poolTo,
  postgresJsStore,
  postgresJsStoreThatRenames,
  strictlyIsolatedStore,
} from './postgres-clients.js'
import { type PostgresServer, postgresEngine, startPostgres } from './postgres-server.js'

const keepsTheContract = (connect: () => Connected) => {
  let connected: Connected
  beforeAll(async () => {
    connected = connect()
    await connected.store.createTable()
  })
  afterAll(() => connected.end())
  for (const { name, run } of storeContract) it(name, () => run(connected.store))
}

describeWith(postgresEngine, 'the store in PostgreSQL', () => {
  let server: PostgresServer
  let pool: pg.Pool
  beforeAll(async () => {
    server = await startPostgres()
    pool = poolTo(server.url)
    await postgresStore({ client: pool }).createTable()
  })
  afterAll(async () => {
    await pool.end()
    await server.stop()
  })

  describe.each([
    ['a pool of pg, with a listener', pgStore],
    ['a pool of pg', pgStoreThatPolls],
    ['a pool of pg, every transaction serializable', strictlyIsolatedStore],
    ['postgres.js, with a listener', postgresJsStore],
    ['postgres.js, which renames columns', postgresJsStoreThatRenames],
  ])('over %s', (_, connect) => {
    keepsTheContract(() => connect(server))
  })

  describe('over one client of pg', () => {
    keepsTheContract(() => {
      const client = new pg.Client(server.url)
      const connecting = client.connect()
      const afterConnecting = {
        query: (text: string, values: unknown[]) => connecting.then(() => client.query(text, values)),
      }
      return { store: postgresStore({ client: afterConnecting }), end: () => client.end() }
    })
  })

  describeWith(pgbouncerEngine, 'behind pgbouncer in transaction mode', () => {
    let pgbouncer: Pgbouncer
    beforeAll(async () => {
      pgbouncer = await startPgbouncer(server.port)
    })
    afterAll(() => pgbouncer.stop())
    describe.each([
      ['pg', pgStore],
      ['postgres.js', postgresJsStore],
    ])('over %s', (_, connect) => {
      keepsTheContract(() => connect({ url: pgbouncer.url, direct: server.url }))
    })
  })

  it('takes the longest keys and values', async () => {
    const store = postgresStore({ client: pool })
    const [key, value] = [Buffer.alloc(512, crypto.randomUUID()).toString('hex'), 'ž'.repeat(500_000)]
    expect(await store.set(key, value, undefined)).toBe(true)
    expect((await store.get(key))?.value).toBe(value)
    expect((await store.get(key.slice(0, -1)))?.value).toBe(undefined)
  })

  it('leaves no row for a lock that held nothing, nor for what was deleted under one', async () => {
    const store = postgresStore({ client: pool })
    const rows = async (key: string) =>
      (await pool.query('select * from bearward_tokens where key = $1', [key])).rowCount
    await store.withLock('tidy', async () => {
      expect(await rows('tidy')).toBe(1)
    })
    expect(await rows('tidy')).toBe(0)
    await store.set('tidy', 'a', undefined)
    await store.withLock('tidy', async () => {
      await store.delete('tidy', (await store.get('tidy'))?.version ?? '')
      // The lock is in the row.
      expect(await rows('tidy')).toBe(1)
    })
    expect(await rows('tidy')).toBe(0)
    await store.set('tidy', 'a', undefined)
    await store.delete('tidy', (await store.get('tidy'))?.version ?? '')
    expect(await rows('tidy')).toBe(0)
  })

  it('locks nothing and writes nothing while it waits', async () => {
    const store = postgresStore({ client: pool })
    const row = async () => (await pool.query(`select xmin, xmax from bearward_tokens where key = 'asked'`)).rows
    await store.withLock('asked', async () => {
      const before = await row()
      const waiting = store.withLock('asked', async () => {}, { signal: AbortSignal.timeout(100) })
      await expect(waiting).rejects.toThrow('timeout')
      expect(await row()).toEqual(before)
    })
  })

  it('tells the time of the database', async () => {
    const store = postgresStore({ client: pool, clock: { now: () => 0, sleep: () => Promise.resolve() } })
    await store.set('time', 'a', undefined)
    const { now } = (await store.get('time')) ?? {}
    expect(Math.abs((now ?? 0) - Date.now())).toBeLessThan(5000)
  })
})
