import { expect, it } from 'vitest'
import { type PgClient, type PostgresStoreOptions, postgresStore } from '../../src/stores/postgres.js'
import { visible } from '../fixtures/visible.js'

const client: PgClient = { query: async () => ({ rows: [] }) }

it.each([
  ['client', {}],
  ['client', { client: undefined }],
  ['client', { client: {} }],
  ['client', { client: 'postgres://app:secret@127.0.0.1/app' }],
  ['listener', { client, listener: {} }],
  ['listener', { client, listener: { on: () => {}, query: client.query } }],
  ['listener', { client, listener: 'postgres://app:secret@127.0.0.1/app' }],
  ['table', { client, table: '' }],
  ['table', { client, table: 'a.b.c' }],
  ['table', { client, table: '.a' }],
  ['table', { client, table: 'tokens"; drop table tokens; --' }],
  ['table', { client, table: 'a b' }],
  ['table', { client, table: 'a'.repeat(64) }],
  ['leaseMs', { client, leaseMs: 0 }],
  ['leaseMs', { client, leaseMs: -1 }],
  ['leaseMs', { client, leaseMs: 0.5 }],
  ['leaseMs', { client, leaseMs: Number.NaN }],
  ['leaseMs', { client, leaseMs: Number.POSITIVE_INFINITY }],
  ['leaseMs', { client, leaseMs: 2 ** 31 }],
])('a store in PostgreSQL is not made with a wrong %s: %o', (name, options) => {
  const make = () => postgresStore(options as unknown as PostgresStoreOptions)
  expect(make).toThrow(expect.objectContaining({ name: 'OAuthError', code: 'invalid_argument' }))
  expect(make).toThrow(new RegExp(`^${name} must`))
  expect(make).not.toThrow('secret')
})

it('a store in PostgreSQL shows neither its client nor what it has held', async () => {
  const secret = 'the password'
  const told: string[] = []
  const query: PgClient['query'] = async (text, values) => {
    told.push(String(values[1]))
    return {
      rows: text.startsWith('select') ? [{ value: 'the token', version: 'the version', now: '1' }] : [{ told: '' }],
    }
  }
  const store = postgresStore({ client: Object.assign(query, { query, secret }) as unknown as PgClient })
  await store.set('key', 'the token', undefined)
  expect((await store.get('key'))?.value).toBe('the token')
  await store.withLock('key', async () => {
    expect(visible(store)).not.toMatch(/the password|the token|the version/)
  })
  expect(told).toContain('the token')
})
