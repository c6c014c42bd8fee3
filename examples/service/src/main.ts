import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createClient } from 'bearward'
import { redisStore } from 'bearward/redis'
import { Redis } from 'ioredis'
import { configuration } from './configuration.ts'
import { log } from './log.ts'
import { createService } from './service.ts'
import { stockApi } from './stock.ts'

const { tokenEndpoint, clientId, clientSecret, stockUrl, redisUrl, port, host } = configuration

const redis = new Redis(redisUrl, {
  maxRetriesPerRequest: 1, // while it cannot connect, a call fails instead of waiting for many tries
  socketTimeout: 5000, // a connection that went dead is made anew
})
const subscriber = redis.duplicate()
// Without a listener, ioredis prints a broken connection; without Redis, each replica asks for a token of its own.
for (const each of [redis, subscriber]) each.on('error', (error) => log('redis_failed', { error }))

const client = createClient({
  server: { tokenEndpoint },
  clientId,
  clientSecret,
  onEvent: ({ type, ...event }) => log(`token_${type}`, event),
})

const tokens = client.clientCredentialsSource({
  scope: 'stock:read',
  store: redisStore({ client: redis, subscriber, prefix: 'orders:', keepMs: 24 * 60 * 60 * 1000 }),
  prefetch: true, // the first call in the morning finds a fresh token
})

const { server, stop } = createService(stockApi({ url: stockUrl, tokens }))

const shutDown = async (): Promise<void> => {
  log('stopping')
  // What does not end by itself is not waited for for ever.
  setTimeout(() => process.exit(1), 20_000).unref()
  await stop()
  await tokens[Symbol.asyncDispose]()
  for (const each of [redis, subscriber]) each.disconnect()
  log('stopped')
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, shutDown)

server.listen(port, host)
await once(server, 'listening')
log('listening', { port: (server.address() as AddressInfo).port })
