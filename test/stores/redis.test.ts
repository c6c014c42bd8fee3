import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect, it } from 'vitest'
import { type IoredisClient, type RedisStoreOptions, redisStore } from '../../src/stores/redis.js'
import { storeContract } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { visible } from '../fixtures/visible.js'
import { describeRedis } from './redis-bench.js'
import { drivers, ioredis, nodeRedis6 } from './redis-drivers.js'

const odd = ['', '%', '{}', '{', '}', 'a}b{c', '%7B', ' ', 'a\nb', '*', 'user:42', '🐻'.repeat(100)]

describeRedis('the Redis store', (bench) => {
  for (const driver of drivers) {
    for (const hears of [true, false]) {
      describe(`keeps the contract over ${driver.name}, ${hears ? 'with' : 'without'} a subscriber`, () => {
        for (const { name, run } of storeContract) {
          it(name, async () => run((await bench.open(driver, { hears })).store))
        }
      })
    }
  }

  it('shares what it holds with every driver', async () => {
    const key = 'shared by drivers'
    const stores = await Promise.all(drivers.map((driver) => bench.open(driver)))
    let version: string | undefined
    for (const { store } of stores) {
      expect(await store.set(key, `{"by":"${version}"}`, version)).toBe(true)
      const seen = await Promise.all(stores.map((each) => each.store.get(key)))
      expect(new Set(seen.map((stored) => stored?.version)).size).toBe(1)
      version = seen[0]?.version
    }
  })

  it('keeps odd keys apart, and their locks', async () => {
    const { store } = await bench.open(ioredis, { prefix: 'odd:' })
    for (const key of odd) expect(await store.set(key, key, undefined)).toBe(true)
    for (const key of odd) expect((await store.get(key))?.value).toBe(key)
    let inside = 0
    const all = odd.map((key) =>
      store.withLock(key, async () => {
        inside += 1
        await expect.poll(() => inside).toBe(odd.length)
      }),
    )
    await Promise.all(all)
  })

  it('lets records expire only if told to, counted from the last write', async () => {
    const { store: forever, call } = await bench.open(ioredis)
    const { store: passing } = await bench.open(ioredis, { keepMs: 60_000 })
    const timeLeft = () => call('PTTL', 'bearward:{expiry}:token')
    await passing.set('expiry', 'a', undefined)
    expect(await timeLeft()).toBeGreaterThan(50_000)
    await call('PEXPIRE', 'bearward:{expiry}:token', '1000')
    await passing.set('expiry', 'b', (await passing.get('expiry'))?.version)
    expect(await timeLeft()).toBeGreaterThan(50_000)
    await forever.set('expiry', 'c', (await forever.get('expiry'))?.version)
    expect(await timeLeft()).toBe(-1)
  })

  it('forgets a record at its time', async () => {
    const { store } = await bench.open(nodeRedis6, { keepMs: 30 })
    await store.set('gone soon', 'a', undefined)
    await expect.poll(() => store.get('gone soon')).toBeUndefined()
  })

  it('shows no version again after the server has lost everything', async () => {
    const { store, call } = await bench.open(ioredis)
    const versions = new Set<string | undefined>()
    for (let round = 0; round < 3; round++) {
      await store.set('lost', 'a', undefined)
      versions.add((await store.get('lost'))?.version)
      await call('FLUSHALL')
    }
    expect(versions.size).toBe(3)
    for (const version of versions) expect(await store.set('lost', 'b', version)).toBe(version === undefined)
  })

  it('tells a write as one that a driver sent twice', async () => {
    const { client, store } = await bench.open(ioredis)
    const { eval: send } = client as IoredisClient
    const repeating: IoredisClient = {
      status: 'ready',
      eval: async (...command) => {
        await send.apply(client, command)
        return send.apply(client, command)
      },
    }
    const twice = redisStore({ client: repeating })
    expect(await twice.set('twice', 'a', undefined)).toBe(true)
    expect(await twice.set('twice', 'b', (await store.get('twice'))?.version)).toBe(true)
    expect(await twice.withLock('twice', async () => 'held')).toBe('held')
  })

  it("finds its own below a driver's key prefix", async () => {
    const { host, port, url } = bench.server
    const ofIoredis = new Redis({ host, port, keyPrefix: 'mine:' })
    const ofNodeRedis = createClient({ url, keyPrefix: 'mine:' })
    const subscribers = [ofIoredis.duplicate(), ofNodeRedis.duplicate()] as const
    try {
      await Promise.all([ofIoredis, subscribers[0]].map((each) => once(each, 'ready')))
      await Promise.all([ofNodeRedis, subscribers[1]].map((each) => each.connect()))
      const first = redisStore({ client: ofIoredis, subscriber: subscribers[0] })
      const second = redisStore({ client: ofNodeRedis, subscriber: subscribers[1] })
      const heard: string[] = []
      first.watch?.('prefixed', () => heard.push('first'))
      second.watch?.('prefixed', () => heard.push('second'))
      await expect.poll(() => heard.length).toBe(2)
      await second.set('prefixed', 'a', undefined)
      expect((await first.get('prefixed'))?.value).toBe('a')
      await expect.poll(() => heard.slice(2).sort()).toEqual(['first', 'second'])
      expect(await ofNodeRedis.sendCommand(['EXISTS', 'mine:bearward:{prefixed}:token'])).toBe(1)
    } finally {
      for (const each of [ofIoredis, subscribers[0]]) each.disconnect()
      for (const each of [ofNodeRedis, subscribers[1]]) each.destroy()
    }
  })

  it('needs no more permissions than its guide says', async () => {
    const { call } = await bench.open(ioredis)
    const guide = readFileSync('docs/guides/redis.md', 'utf8')
    const [, user = ''] = /^ACL SETUSER app (.*)$/m.exec(guide) ?? []
    await call('ACL', 'SETUSER', 'app', ...user.split(' '))
    for (const driver of drivers) {
      const { store } = await bench.open({ ...driver, connect: (port) => driver.connect(port, 'app', 'password') })
      const key = `permitted to ${driver.name}`
      let heard = 0
      store.watch?.(key, () => {
        heard += 1
      })
      await expect.poll(() => heard).toBe(1)
      expect(await store.withLock(key, () => store.set(key, 'a', undefined))).toBe(true)
      const version = (await store.get(key))?.version ?? ''
      await expect.poll(() => heard).toBe(2)
      expect(await store.delete(key, version)).toBe(true)
    }
    const beside = await bench.open(
      { ...ioredis, connect: (port) => ioredis.connect(port, 'app', 'password') },
      { prefix: 'other:' },
    )
    await expect(beside.store.set('denied', 'a', undefined)).rejects.toThrow('NOPERM')
    expect(await call('EXISTS', 'other:{denied}:token')).toBe(0)
  })

  it('shows no secret and no connection', async () => {
    const { store } = await bench.open(ioredis)
    await store.set('shown', '{"accessToken":"s3cr3t"}', undefined)
    await store.get('shown')
    for (const secret of ['s3cr3t', '127.0.0.1', `${bench.server.port}`]) expect(visible(store)).not.toContain(secret)
  })

  it('takes from a failure what the driver hung onto it', async () => {
    for (const driver of drivers) {
      const { store, call } = await bench.open(driver)
      await call('DEL', 'bearward:{failing}:token')
      await call('RPUSH', 'bearward:{failing}:token', 'a list')
      const failure = await store.set('failing', '{"accessToken":"s3cr3t"}', undefined).catch((thrown) => thrown)
      expect(failure.message).toContain('WRONGTYPE')
      expect(visible(failure)).not.toContain('s3cr3t')
    }
  })
})

describe('the options of the Redis store', () => {
  const client: IoredisClient = { status: 'ready', eval: async () => null }

  it('are checked at once', async () => {
    const wrong: readonly object[] = [
      {},
      { client: undefined },
      { client: null },
      { client: {} },
      { client: { status: 'ready' } },
      { client: { eval: async () => null } },
      { client, subscriber: {} },
      { client, subscriber: client },
      { client, prefix: '' },
      { client, prefix: 'a{b}' },
      { client, prefix: 1 },
      { client, leaseMs: 0 },
      { client, leaseMs: 1.5 },
      { client, leaseMs: Number.NaN },
      { client, leaseMs: '15' },
      { client, timeoutMs: 0 },
      { client, keepMs: 0 },
      { client, keepMs: Number.POSITIVE_INFINITY },
    ]
    for (const options of wrong) {
      const failure = await failureOf(() => redisStore(options as RedisStoreOptions))
      expect(failure.code, JSON.stringify(options)).toBe('invalid_argument')
    }
  })

  it('decide whether the store can be watched', () => {
    expect(redisStore({ client }).watch).toBeUndefined()
    expect('watch' in redisStore({ client })).toBe(false)
    const subscriber = { status: 'ready', subscribe: async () => 1, on: () => {} }
    expect(redisStore({ client, subscriber }).watch).toBeTypeOf('function')
  })
})
