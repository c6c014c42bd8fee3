import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { TokenStore } from '../../src/tokens/store.js'
import { describeWith } from './engine.js'
import { type Driver, type OpenStore, openStore } from './redis-drivers.js'
import { type RedisServer, redis, startRedis } from './redis-server.js'

/** A server for the tests of a group, and stores that are closed after each test. */
export interface RedisBench {
  readonly server: RedisServer
  open(driver: Driver, options?: Parameters<typeof openStore>[2]): Promise<OpenStore>
}

/** A driver connects again in its own time: until then the store says, as it should, that Redis did not answer. */
export const answersAgain = (store: TokenStore): Promise<void> =>
  expect.poll(() => store.get('anything').then(() => 'it answers', String), { timeout: 60_000 }).toBe('it answers')

export const describeRedis = (
  title: string,
  body: (bench: RedisBench) => void,
  start: () => Promise<RedisServer> = startRedis,
): void =>
  describeWith(redis, title, () => {
    let server: RedisServer | undefined
    const opened: OpenStore[] = []
    beforeAll(async () => {
      server = await start()
    })
    afterEach(() => {
      for (const { close } of opened.splice(0)) close()
    })
    afterAll(() => server?.stop())
    const running = () => {
      if (!server) throw new Error('the server runs while tests do')
      return server
    }
    body({
      get server() {
        return running()
      },
      open: async (driver, storeOptions) => {
        const store = await openStore(driver, running().port, storeOptions)
        opened.push(store)
        return store
      },
    })
  })
