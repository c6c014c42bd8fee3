import type { TokenStore } from '../../src/index.js'

/** Where the members of a family find each other. */
export type Place =
  | { readonly kind: 'redis'; readonly port: number }
  | { readonly kind: 'postgres'; readonly port: number }
  | { readonly kind: 'file'; readonly directory: string }

export interface OpenStore {
  readonly store: TokenStore
  close(): Promise<unknown>
}

const host = '127.0.0.1'

/** Opens a store as a service would: with a connection that comes back, and commands that do not wait for ever. */
export const openStore = async (place: Place, leaseMs: number): Promise<OpenStore> => {
  if (place.kind === 'redis') {
    const { Redis } = await import('ioredis')
    const { redisStore } = await import('../../src/stores/redis.js')
    const client = new Redis({ host, port: place.port, maxRetriesPerRequest: 1, commandTimeout: 2000 })
    const subscriber = client.duplicate()
    // They tell of a lost connection, and make a new one.
    for (const one of [client, subscriber]) one.on('error', () => {})
    return {
      store: redisStore({ client, subscriber, leaseMs }),
      close: async () => {
        client.disconnect()
        subscriber.disconnect()
      },
    }
  }
  if (place.kind === 'postgres') {
    const { default: pg } = await import('pg')
    const { postgresStore } = await import('../../src/stores/postgres.js')
    const options = { host, port: place.port, user: 'postgres', database: 'postgres' }
    const client = new pg.Pool({ ...options, max: 4, connectionTimeoutMillis: 2000, query_timeout: 2000 })
    client.on('error', () => {})
    const listener = async () => {
      const connection = new pg.Client({ ...options, connectionTimeoutMillis: 2000 })
      await connection.connect()
      return connection
    }
    const store = postgresStore({ client, listener, leaseMs })
    await store.createTable()
    return { store, close: () => client.end() }
  }
  const { fileStore } = await import('../../src/stores/file.js')
  return { store: fileStore({ directory: place.directory, leaseMs }), close: async () => {} }
}
