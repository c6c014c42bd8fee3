import { once } from 'node:events'
import { Cluster, Redis } from 'ioredis'
import * as nodeRedis from 'redis'
import * as nodeRedis5 from 'redis-5'
import { type RedisStoreOptions, redisStore } from '../../src/stores/redis.js'
import type { TokenStore } from '../../src/tokens/store.js'

/** What a test does with a connection, whichever driver made it. */
interface Connection {
  readonly client: RedisStoreOptions['client']
  readonly subscriber: NonNullable<RedisStoreOptions['subscriber']>
  /** Sends a command as it is. */
  call(...command: readonly [string, ...string[]]): Promise<unknown>
  close(): void
}

export interface Driver {
  readonly name: string
  connect(port: number, username?: string, password?: string): Promise<Connection>
}

const host = '127.0.0.1'
const ignore = () => {}

export const ioredis: Driver = {
  name: 'ioredis 6',
  connect: async (port, username, password) => {
    const client = new Redis({ host, port, username, password, retryStrategy: () => 20 })
    const subscriber = client.duplicate()
    await Promise.all([client, subscriber].map((each) => once(each.on('error', ignore), 'ready')))
    return {
      client,
      subscriber,
      call: (command, ...rest) => client.call(command, ...rest),
      close: () => {
        for (const each of [client, subscriber]) each.disconnect()
      },
    }
  },
}

const ofNodeRedis = (name: string, createClient: typeof nodeRedis.createClient): Driver => ({
  name,
  connect: async (port, username, password) => {
    const user = username && password ? { username, password } : {}
    const client = createClient({ ...user, socket: { host, port, reconnectStrategy: 20 } })
    const subscriber = client.duplicate()
    for (const each of [client, subscriber]) await each.on('error', ignore).connect()
    return {
      client,
      subscriber,
      call: (...command) => client.sendCommand([...command]),
      close: () => {
        for (const each of [client, subscriber]) each.destroy()
      },
    }
  },
})

export const nodeRedis6: Driver = ofNodeRedis('node-redis 6', nodeRedis.createClient)

// Of the older one all that is used is the same; its types differ in what is not.
const older = nodeRedis5.createClient as unknown as typeof nodeRedis.createClient

export const drivers: readonly Driver[] = [ioredis, nodeRedis6, ofNodeRedis('node-redis 5', older)]

export const ioredisCluster: Driver = {
  name: "ioredis 6's cluster",
  connect: async (port) => {
    const client = new Cluster([{ host, port }], { clusterRetryStrategy: () => 20 })
    await once(client.on('error', ignore), 'ready')
    return {
      client,
      subscriber: client,
      call: (command, ...rest) => client.call(command, ...rest),
      close: () => client.disconnect(),
    }
  },
}

export const nodeRedisCluster: Driver = {
  name: "node-redis 6's cluster",
  connect: async (port) => {
    const client = nodeRedis.createCluster({ rootNodes: [{ socket: { host, port } }] })
    await client.on('error', ignore).connect()
    return {
      client,
      subscriber: client,
      call: (...command) => client.sendCommand(undefined, true, [...command]),
      close: () => client.destroy(),
    }
  },
}

/** A store over connections of its own, which `close` ends. */
export interface OpenStore extends Connection {
  readonly store: TokenStore
}

export const openStore = async (
  driver: Driver,
  port: number,
  options: Omit<RedisStoreOptions, 'client' | 'subscriber'> & { readonly hears?: boolean } = {},
): Promise<OpenStore> => {
  const { hears = true, ...rest } = options
  const connection = await driver.connect(port)
  const { client, subscriber } = connection
  return { ...connection, store: redisStore({ client, ...(hears && { subscriber }), ...rest }) }
}
