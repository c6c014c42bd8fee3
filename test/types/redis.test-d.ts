import type { Cluster, Redis } from 'ioredis'
import type { createClient, createClientPool, createCluster, createSentinel } from 'redis'
import type { createClient as createClient5, createCluster as createCluster5 } from 'redis-5'
import { describe, expectTypeOf, it } from 'vitest'
import { type RedisStoreOptions, redisStore } from '../../src/stores/redis.js'
import type { TokenStore } from '../../src/tokens/store.js'

type Client = RedisStoreOptions['client']
type Subscriber = NonNullable<RedisStoreOptions['subscriber']>

declare const client: Redis

describe('redisStore', () => {
  it('takes the clients of ioredis', () => {
    expectTypeOf<Redis>().toExtend<Client>()
    expectTypeOf<Cluster>().toExtend<Client>()
    expectTypeOf<Redis>().toExtend<Subscriber>()
    expectTypeOf<Cluster>().toExtend<Subscriber>()
  })

  it('takes the clients of node-redis', () => {
    expectTypeOf<ReturnType<typeof createClient>>().toExtend<Client>()
    expectTypeOf<ReturnType<typeof createCluster>>().toExtend<Client>()
    expectTypeOf<ReturnType<typeof createSentinel>>().toExtend<Client>()
    expectTypeOf<ReturnType<typeof createClientPool>>().toExtend<Client>()
    expectTypeOf<ReturnType<typeof createClient5>>().toExtend<Client>()
    expectTypeOf<ReturnType<typeof createCluster5>>().toExtend<Client>()
    expectTypeOf<ReturnType<typeof createClient>>().toExtend<Subscriber>()
    expectTypeOf<ReturnType<typeof createCluster>>().toExtend<Subscriber>()
    expectTypeOf<ReturnType<typeof createSentinel>>().toExtend<Subscriber>()
    expectTypeOf<ReturnType<typeof createClient5>>().toExtend<Subscriber>()
    expectTypeOf<ReturnType<typeof createCluster5>>().toExtend<Subscriber>()
  })

  it('takes what is documented, and gives a store', () => {
    expectTypeOf(redisStore({ client })).toEqualTypeOf<TokenStore>()
    redisStore({ client, subscriber: client, prefix: 'app:', leaseMs: 20_000, timeoutMs: 1000, keepMs: 86_400_000 })
  })

  it('refuses what is wrong', () => {
    // @ts-expect-error no client
    redisStore({})
    // @ts-expect-error a URL is no client
    redisStore({ client: 'redis://localhost' })
    // @ts-expect-error misspelt
    redisStore({ client, leaseMS: 1000 })
    // @ts-expect-error milliseconds are a number
    redisStore({ client, leaseMs: '15s' })
    // @ts-expect-error an absent one is left out
    redisStore({ client, subscriber: undefined })
  })
})
