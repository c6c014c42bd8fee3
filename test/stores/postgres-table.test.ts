import { readFileSync } from 'node:fs'
import postgres from 'postgres'
import { expect, it } from 'vitest'
import { postgresStore } from '../../src/stores/postgres.js'
import { storeContract } from '../../src/testing/index.js'
import { describePostgres } from './postgres-bench.js'
import { poolTo } from './postgres-clients.js'

const guide = readFileSync('docs/guides/postgres.md', 'utf8')

/** A block of SQL of the guide. */
const sqlOfGuide = (beginning: string): string => {
  const blocks = [...guide.matchAll(/```sql\n([^`]*)```/g)].map(([, sql]) => sql ?? '')
  const found = blocks.find((sql) => sql.startsWith(beginning))
  if (!found) throw new Error(`the guide has no "${beginning}"`)
  return found
}

describePostgres('the table in PostgreSQL', (bench) => {
  const shapeOf = async (table: string) => {
    const columns = `select attname, atttypid::regtype::text, attnotnull, attcollation::regcollation::text,
        pg_get_expr(adbin, adrelid) from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where attrelid = $1::regclass and attnum > 0 order by attnum`
    const table_ = 'select reloptions from pg_class where oid = $1::regclass'
    return [(await bench.pool.query(columns, [table])).rows, (await bench.pool.query(table_, [table])).rows]
  }

  it('is made once, though many make it at once, and is not made again', async () => {
    const clients = Array.from({ length: 20 }, () => poolTo(bench.server.url, { max: 1 }))
    await Promise.all(clients.map((client) => client.query('select 1')))
    for (const table of ['race_a', 'race_b', 'race_c']) {
      const stores = clients.map((client) => postgresStore({ client, table }))
      await Promise.all(stores.map((store) => store.createTable()))
      await stores[0]?.set('key', 'kept', undefined)
      await Promise.all(stores.map((store) => store.createTable()))
      expect((await stores[1]?.get('key'))?.value).toBe('kept')
    }
    await Promise.all(clients.map((client) => client.end()))
  })

  it('is told of, where it cannot be made', async () => {
    await expect(postgresStore({ client: bench.pool, table: 'nowhere.tokens' }).createTable()).rejects.toThrow(
      'nowhere',
    )
    await expect(postgresStore({ client: bench.pool, table: 'not_made' }).get('key')).rejects.toThrow('not_made')
  })

  it('is the one of the guide', async () => {
    await bench.pool.query('create schema guide')
    await bench.pool.query(sqlOfGuide('create table').replace('bearward_tokens', 'guide.bearward_tokens'))
    await postgresStore({ client: bench.pool }).createTable()
    expect(await shapeOf('guide.bearward_tokens')).toEqual(await shapeOf('public.bearward_tokens'))
  })

  it('needs no more rights than the guide grants', async () => {
    await postgresStore({ client: bench.pool }).createTable()
    await bench.pool.query('create role app login')
    await bench.pool.query(sqlOfGuide('grant'))
    const client = poolTo(bench.server.url.replace('postgres@', 'app@'))
    const store = postgresStore({ client })
    await store.createTable()
    for (const { run } of storeContract) await run(store)
    expect((await client.query('select current_user as name')).rows).toEqual([{ name: 'app' }])
    await client.end()
  })

  it('is cleaned by the statement of the guide of what nobody has written for long, but for locks', async () => {
    const store = postgresStore({ client: bench.pool })
    await store.createTable()
    for (const key of ['old', 'new', 'held']) await store.set(key, 'a', undefined)
    await store.withLock('held', async () => {
      await bench.pool.query(
        `update bearward_tokens set updated_at = now() - interval '400 days' where key in ('old', 'held')`,
      )
      await bench.pool.query(sqlOfGuide('delete'))
    })
    expect(await store.get('old')).toBe(undefined)
    expect((await store.get('new'))?.value).toBe('a')
    expect((await store.get('held'))?.value).toBe('a')
  })

  it.each(['Tokens', 'app.tokens', 'app-x.Tok$ns', 'select.from'])('may be called %s', async (table) => {
    const schema = table.includes('.') ? table.split('.')[0] : 'public'
    await bench.pool.query(`create schema if not exists "${schema}"`)
    const store = postgresStore({ client: bench.pool, table })
    await store.createTable()
    await store.createTable()
    await store.set('key', 'a', undefined)
    expect(await store.withLock('key', async () => (await store.get('key'))?.value)).toBe('a')
  })

  it('is made and used without a notice, which postgres.js prints', async () => {
    const notices: unknown[] = []
    const client = postgres(bench.server.url, { max: 1, onnotice: (notice) => notices.push(notice) })
    const store = postgresStore({ client, listener: client, table: 'quiet' })
    await store.createTable()
    await store.createTable()
    await store.withLock('key', () => store.set('key', 'a', undefined))
    await client.end({ timeout: 0 })
    expect(notices).toEqual([])
  })

  it('keeps its rows where they are, whatever is renewed', async () => {
    const store = postgresStore({ client: bench.pool, table: 'renewed' })
    await store.createTable()
    for (let renewal = 0; renewal < 50; renewal++) {
      await store.withLock('key', async () => {
        for (const value of ['intent', 'token']) {
          await store.set('key', value.repeat(100), (await store.get('key'))?.version)
        }
      })
    }
    const statistics = `select n_tup_upd as all, n_tup_hot_upd as hot from pg_stat_user_tables where relname = 'renewed'`
    const updates = async () => (await bench.pool.query(statistics)).rows
    await expect.poll(updates, { interval: 200 }).toEqual([{ all: '199', hot: '199' }])
  })

  it('may be down: who asks is told in the time that the client is given', async () => {
    const client = poolTo(bench.server.url, { connectionTimeoutMillis: 2000, query_timeout: 2000 })
    const store = postgresStore({ client })
    await store.createTable()
    bench.server.pause()
    const failures = await Promise.all([
      store.get('key').catch(String),
      store.set('key', 'a', undefined).catch(String),
      store.withLock('key', async () => {}).catch(String),
    ])
    bench.server.resume()
    expect(failures.join()).toMatch(/timeout.*timeout.*timeout/)
    await bench.server.crash()
    await expect(store.get('key')).rejects.toThrow(/ECONNREFUSED|terminated/)
    await bench.server.start()
    await expect.poll(() => store.get('key').then(() => 'up', String)).toBe('up')
    await client.end()
  })
})
