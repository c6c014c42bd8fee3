import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresStore } from '../../src/stores/postgres.js'
import { storeContract } from '../../src/testing/index.js'
import { describeWith } from './engine.js'
import { type Pgbouncer, pgbouncerEngine, startPgbouncer } from './pgbouncer-server.js'
import { describePostgres } from './postgres-bench.js'
import {
  type Connected,
  pgStore,
  pgStoreThatPolls,
  postgresJsStore,
  postgresJsStoreThatRenames,
  strictlyIsolatedStore,
} from './postgres-clients.js'

const keepsTheContract = (connect: () => Connected) => {
  let connected: Connected
  beforeAll(async () => {
    connected = connect()
    await connected.store.createTable()
  })
  afterAll(() => connected.end())
  for (const { name, run } of storeContract) it(name, () => run(connected.store))
}

describePostgres('the store in PostgreSQL', (bench) => {
  describe.each([
    ['a pool of pg, with a listener', pgStore],
    ['a pool of pg', pgStoreThatPolls],
    ['a pool of pg, every transaction serializable', strictlyIsolatedStore],
    ['postgres.js, with a listener', postgresJsStore],
    ['postgres.js, which renames columns', postgresJsStoreThatRenames],
  ])('over %s', (_, connect) => {
    keepsTheContract(() => connect(bench.server))
  })

  describe('over one client of pg', () => {
    keepsTheContract(() => {
      const client = new pg.Client(bench.server.url)
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
      pgbouncer = await startPgbouncer(bench.server.port)
    })
    afterAll(() => pgbouncer.stop())
    describe.each([
      ['pg', pgStore],
      ['postgres.js', postgresJsStore],
    ])('over %s', (_, connect) => {
      keepsTheContract(() => connect({ url: pgbouncer.url, direct: bench.server.url }))
    })
  })

  it('leaves no row for a lock that held nothing, nor for what was deleted under one', async () => {
    const store = postgresStore({ client: bench.pool })
    const rows = async (key: string) =>
      (await bench.pool.query('select * from bearward_tokens where key = $1', [key])).rowCount
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
    const store = postgresStore({ client: bench.pool })
    const row = async () => (await bench.pool.query(`select xmin, xmax from bearward_tokens where key = 'asked'`)).rows
    await store.withLock('asked', async () => {
      const before = await row()
      const waiting = store.withLock('asked', async () => {}, { signal: AbortSignal.timeout(100) })
      await expect(waiting).rejects.toThrow(/timed? ?out/)
      expect(await row()).toEqual(before)
    })
  })

  it('tells the time of the database', async () => {
    const store = postgresStore({ client: bench.pool, clock: { now: () => 0, sleep: () => Promise.resolve() } })
    await store.set('time', 'a', undefined)
    const { now } = (await store.get('time')) ?? {}
    expect(Math.abs((now ?? 0) - Date.now())).toBeLessThan(5000)
  })
})
