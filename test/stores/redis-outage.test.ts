import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { redisStore } from '../../src/stores/redis.js'
import { answersAgain, describeRedis } from './redis-bench.js'
import { drivers, ioredis, nodeRedis6 } from './redis-drivers.js'
import { startRedis } from './redis-server.js'

const [leaseMs, timeoutMs] = [1000, 1000]

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    () => 'failed',
  )

describeRedis('the Redis store in an outage', (bench) => {
  for (const driver of drivers) {
    describe(`over ${driver.name}`, () => {
      it('fails in bounded time while the server hangs or is gone, and works again after', async () => {
        const { store } = await bench.open(driver, { timeoutMs })
        const everything = () =>
          Promise.all([
            outcome(store.get('out')),
            outcome(store.set('out', 'a', undefined)),
            outcome(store.delete('out', 'any')),
            outcome(store.withLock('out', async () => {})),
          ])
        bench.server.pause()
        expect(new Set(await everything())).toEqual(new Set(['failed']))
        bench.server.resume()
        await expect.poll(() => outcome(store.get('out'))).toBe('done')
        await bench.server.kill()
        expect(new Set(await everything())).toEqual(new Set(['failed']))
        await bench.server.start()
        await expect.poll(() => outcome(store.get('out'))).toBe('done')
        expect(await store.withLock('out', async () => 'held', { signal: AbortSignal.timeout(12_000) })).toBe('held')
      })

      it('lets a caller leave who waits for a server that hangs', async () => {
        const { store } = await bench.open(driver, { timeoutMs: 60_000 })
        bench.server.pause()
        const reason = new Error('of the caller')
        const leave = new AbortController()
        const waiting = store.withLock('left', async () => {}, { signal: leave.signal })
        leave.abort(reason)
        await expect(waiting).rejects.toBe(reason)
        bench.server.resume()
        // Its request comes through in the end, and blocks nobody.
        await setTimeout(100)
        expect(await store.withLock('left', async () => 'held', { signal: AbortSignal.timeout(12_000) })).toBe('held')
      })

      it('tells the holder of a lock that cannot be extended, and hands on what the work gives', async () => {
        const { store } = await bench.open(driver, { timeoutMs, leaseMs })
        const startedAt = Date.now()
        let lostAfterMs = 0
        const result = await store.withLock('hanging', async (lost) => {
          bench.server.pause()
          await new Promise((resolve) => lost.addEventListener('abort', resolve))
          lostAfterMs = Date.now() - startedAt
          return 'done'
        })
        bench.server.resume()
        expect(result).toBe('done')
        expect(lostAfterMs).toBeGreaterThan(0)
        expect(lostAfterMs).toBeLessThan(10 * leaseMs)
      })

      it('tells the holder of a lock that the server has forgotten', async () => {
        const { store } = await bench.open(driver, { timeoutMs, leaseMs: 3000 })
        const result = await store.withLock('forgotten', async (lost) => {
          await bench.server.restart()
          await new Promise((resolve) => lost.addEventListener('abort', resolve))
          return 'done'
        })
        expect(result).toBe('done')
      })
    })
  }

  it('goes on waiting for a lock across a restart', async () => {
    const [one, other] = [await bench.open(ioredis, { leaseMs }), await bench.open(nodeRedis6, { leaseMs })]
    let letGo = () => {}
    const done = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const holding = one.store.withLock('across', () => done)
    await setTimeout(50)
    const waiting = other.store.withLock('across', async () => 'entered')
    await setTimeout(50)
    await bench.server.restart()
    expect(await waiting).toBe('entered')
    letGo()
    await holding
  })

  it('leaves no rejection unhandled', async () => {
    const unhandled: unknown[] = []
    const hear = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', hear)
    const client = { status: 'ready', eval: () => Promise.reject(new Error('down')) }
    const subscriber = { status: 'ready', on: () => {}, subscribe: () => Promise.reject(new Error('down')) }
    const store = redisStore({ client, subscriber, leaseMs: 30 })
    store.watch?.('down', () => {})
    await outcome(store.get('down'))
    await outcome(store.withLock('down', async () => {}))
    await outcome(store.withLock('down', async () => {}, { signal: AbortSignal.abort() }))
    await setTimeout(100)
    process.off('unhandledRejection', hear)
    expect(unhandled).toEqual([])
  })
})

describeRedis(
  'the Redis store over a server that writes to disk',
  (bench) => {
    it('finds all that was written before a crash', async () => {
      const { store } = await bench.open(ioredis)
      await store.set('kept', 'a', undefined)
      const before = await store.get('kept')
      await bench.server.restart()
      await answersAgain(store)
      const after = await store.get('kept')
      expect([after?.value, after?.version]).toEqual([before?.value, before?.version])
    })
  },
  () => startRedis({ durable: true }),
)
