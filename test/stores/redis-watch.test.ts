import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { redisStore } from '../../src/stores/redis.js'
import type { TokenStore } from '../../src/tokens/store.js'
import { answersAgain, describeRedis } from './redis-bench.js'
import { drivers, ioredis } from './redis-drivers.js'

const changes = (store: TokenStore, key: string) => {
  const heard = { times: 0, stop: () => {} }
  const stop = store.watch?.(key, () => {
    heard.times += 1
  })
  if (!stop) throw new Error('it cannot be watched')
  heard.stop = stop
  return heard
}

/** The subscription itself is told: what went by before was not heard. */
const watched = async (store: TokenStore, key: string) => {
  const heard = changes(store, key)
  await expect.poll(() => heard.times).toBeGreaterThan(0)
  heard.times = 0
  return heard
}

const rewrite = async (store: TokenStore, key: string) => store.set(key, 'a', (await store.get(key))?.version)

describeRedis('watching the Redis store', (bench) => {
  for (const driver of drivers) {
    describe(`over ${driver.name}`, () => {
      const key = `watched over ${driver.name}`

      it('hears what another connection changes', async () => {
        const [one, other] = [await bench.open(driver), await bench.open(driver)]
        const heard = await watched(one.store, key)
        await rewrite(other.store, key)
        await expect.poll(() => heard.times).toBe(1)
        await other.store.delete(key, (await other.store.get(key))?.version ?? '')
        await expect.poll(() => heard.times).toBe(2)
      })

      it('tells when the connection was made anew, and hears again', async () => {
        const [one, other] = [await bench.open(driver), await bench.open(driver)]
        const [heard, besides] = [await watched(one.store, key), changes(one.store, `${key} besides`)]
        await other.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
        await expect.poll(() => Math.min(heard.times, besides.times)).toBeGreaterThan(0)
        await setTimeout(200)
        heard.times = 0
        await rewrite(other.store, key)
        await expect.poll(() => heard.times).toBeGreaterThan(0)
      })

      it('outlives a restart of the server', async () => {
        const { store } = await bench.open(driver)
        const heard = await watched(store, key)
        await bench.server.restart()
        await expect.poll(() => heard.times).toBeGreaterThan(0)
        await answersAgain(store)
        await setTimeout(200)
        heard.times = 0
        await rewrite(store, key)
        await expect.poll(() => heard.times).toBeGreaterThan(0)
      })

      it('subscribes only when somebody listens', async () => {
        const { store, call } = await bench.open(driver, { prefix: `${driver.name} lazy:` })
        const subscribers = async () => ((await call('PUBSUB', 'NUMSUB', `${driver.name} lazy:changes`)) as number[])[1]
        await rewrite(store, key)
        await store.withLock(key, async () => {})
        expect(await subscribers()).toBe(0)
        await watched(store, key)
        expect(await subscribers()).toBe(1)
      })
    })
  }

  it('tries again when it could not subscribe', async () => {
    const { client, subscriber, store: other } = await bench.open(ioredis)
    let refusals = 1
    const store = redisStore({
      client,
      subscriber: {
        status: 'ready',
        on: (event: string, listener: (...heard: string[]) => void) =>
          event === 'message' && subscriber.on(event, listener),
        subscribe: async (channel: string) => {
          if (refusals-- > 0) throw new Error('NOPERM')
          return (subscriber as { subscribe(channel: string): Promise<unknown> }).subscribe(channel)
        },
      },
    })
    const first = changes(store, 'refused')
    await setTimeout(20)
    expect(first.times).toBe(0)
    await watched(store, 'refused')
    await rewrite(other, 'refused')
    await expect.poll(() => first.times).toBe(2)
  })

  it('does not call one whom another listener has stopped', async () => {
    const { store } = await bench.open(ioredis)
    await watched(store, 'another')
    store.watch?.('stopping', () => stopped.stop())
    const stopped = changes(store, 'stopping')
    const last = changes(store, 'stopping')
    await rewrite(store, 'stopping')
    await expect.poll(() => last.times).toBe(1)
    expect(stopped.times).toBe(0)
  })

  it('lets those hear who come after one that throws', async () => {
    const { store } = await bench.open(ioredis)
    const thrown: unknown[] = []
    const catchIt = (error: unknown) => thrown.push(error)
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException').on('uncaughtException', catchIt)
    try {
      store.watch?.('throwing', () => {
        throw new Error('of the listener')
      })
      const heard = changes(store, 'throwing')
      await expect.poll(() => heard.times).toBe(1)
      await rewrite(store, 'throwing')
      await expect.poll(() => heard.times).toBe(2)
      expect(thrown.length).toBe(2)
    } finally {
      process.removeAllListeners('uncaughtException')
      for (const each of others) process.on('uncaughtException', each)
    }
  })
})
