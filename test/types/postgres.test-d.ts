import type pg from 'pg'
import type postgres from 'postgres'
import { describe, expectTypeOf, it } from 'vitest'
import { type PostgresStoreOptions, postgresStore } from '../../src/stores/postgres.js'

declare const pool: pg.Pool
declare const client: pg.Client
declare const pooled: pg.PoolClient
declare const sql: postgres.Sql
declare const withTypes: postgres.Sql<{ bigint: bigint }>

describe('a store in PostgreSQL', () => {
  it('takes the clients of both drivers as they are', () => {
    expectTypeOf<pg.Pool>().toExtend<PostgresStoreOptions['client']>()
    expectTypeOf<pg.Client>().toExtend<PostgresStoreOptions['client']>()
    expectTypeOf<postgres.Sql>().toExtend<PostgresStoreOptions['client']>()
    for (const each of [pool, client, pooled, sql, withTypes]) postgresStore({ client: each })
  })

  it('takes what listens of both', () => {
    postgresStore({ client: pool, listener: () => client.connect() })
    postgresStore({
      client: pool,
      listener: async () => {
        await client.connect()
        return client
      },
    })
    postgresStore({ client: sql, listener: sql })
    postgresStore({ client: withTypes, listener: withTypes })
    postgresStore({ client: pool, listener: undefined })
    // @ts-expect-error a client that dies could not be replaced
    postgresStore({ client: pool, listener: client })
    // @ts-expect-error a client is needed
    postgresStore({})
  })
})
