import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type IoredisClient, redisStore } from '../../src/stores/redis.js'
import { hold } from '../../src/testing/stores/store-steps.js'
import { startChild } from './child.js'
import { clockThatNeverPolls } from './clock-that-never-polls.js'
import { describeRedis } from './redis-bench.js'
import { drivers, ioredis } from './redis-drivers.js'

/** Long enough that a busy machine extends it in time. */
const leaseMs = 1000

/** Before the usual lease runs out. */
const soon = () => AbortSignal.timeout(12_000)

const lockOf = (key: string) => `bearward:{${key}}:lock`

describeRedis('a lock of the Redis store', (bench) => {
  for (const driver of drivers) {
    describe(`over ${driver.name}`, () => {
      const key = `lock of ${driver.name}`

      it('shuts out other connections, for longer than the lease', async () => {
        const [one, other] = [await bench.open(driver, { leaseMs }), await bench.open(driver, { leaseMs })]
        const held = await hold(one.store, key)
        let entered = false
        const waiting = other.store.withLock(key, async () => {
          entered = true
        })
        await setTimeout(2.5 * leaseMs)
        expect(entered).toBe(false)
        expect(held.lost.aborted).toBe(false)
        await held.release()
        await waiting
        expect(entered).toBe(true)
      })

      it('wakes one who waits when it is freed', async () => {
        const [one, other] = [await bench.open(driver), await bench.open(driver, { clock: clockThatNeverPolls })]
        const order: string[] = []
        const held = await hold(one.store, key)
        const waiting = other.store.withLock(key, async () => order.push('entered'))
        await setTimeout(100)
        order.push('released')
        await held.release()
        await waiting
        expect(order).toEqual(['released', 'entered'])
      })

      it('tells its holder that it is gone', async () => {
        const { store, call } = await bench.open(driver, { leaseMs })
        const held = await hold(store, key)
        await call('DEL', lockOf(key))
        // Not because the lease has run out: it was asked.
        await expect.poll(() => `${held.lost.reason}`).toContain('somebody else has it')
        await held.release()
      })

      it('tells its holder that it is another one’s, and leaves it to them', async () => {
        const { store, call } = await bench.open(driver, { leaseMs })
        const held = await hold(store, key)
        await call('SET', lockOf(key), 'a thief')
        await expect.poll(() => `${held.lost.reason}`).toContain('somebody else has it')
        await held.release()
        expect(await call('GET', lockOf(key))).toBe('a thief')
        await call('DEL', lockOf(key))
      })
    })
  }

  it('is free after the lease when its holder was killed, and only then', async () => {
    const key = 'killed'
    const { store } = await bench.open(ioredis, { leaseMs })
    const child = await startChild('test/stores/redis-child.ts', `${bench.server.port}`, key, `${leaseMs}`)
    await child.said('held')
    let entered = false
    const waiting = store.withLock(key, async () => {
      entered = true
    })
    // One who waited and left frees nothing.
    const leaving = store.withLock(key, async () => {}, { signal: AbortSignal.timeout(50) })
    await expect(leaving).rejects.toThrow(/timed? ?out/)
    await setTimeout(2 * leaseMs)
    expect(entered).toBe(false)
    child.process.kill('SIGKILL')
    await waiting
  })

  it('is waited for without a subscriber too', async () => {
    const [one, other] = [await bench.open(ioredis), await bench.open(ioredis, { hears: false })]
    const held = await hold(one.store, 'polled')
    const waiting = other.store.withLock('polled', async () => 'entered')
    await setTimeout(50)
    await held.release()
    expect(await waiting).toBe('entered')
  })

  it('is not taken over when it was asked for in vain', async () => {
    const { client } = await bench.open(ioredis)
    const { store } = await bench.open(ioredis)
    const send = (client as IoredisClient).eval.bind(client)
    let answers = 'lost'
    const losing: IoredisClient = {
      status: 'ready',
      eval: async (...command) => {
        const answer = await send(...command)
        if (answers !== 'lost') return answer
        answers = 'given'
        throw new Error('connection lost')
      },
    }
    const unlucky = redisStore({ client: losing })
    await expect(unlucky.withLock('vain', async () => 'entered')).rejects.toThrow('connection lost')
    expect(await store.withLock('vain', async () => 'entered', { signal: soon() })).toBe('entered')
  })

  it('is free after the lease when an answer and the connection were lost', async () => {
    const { client } = await bench.open(ioredis)
    const { store } = await bench.open(ioredis)
    let isConnected = true
    const losing: IoredisClient = {
      status: 'ready',
      eval: async (...command) => {
        if (isConnected) await (client as IoredisClient).eval(...command)
        isConnected = false
        throw new Error('connection lost')
      },
    }
    const unlucky = redisStore({ client: losing, leaseMs })
    await expect(unlucky.withLock('cut', async () => {})).rejects.toThrow('connection lost')
    expect(await store.withLock('cut', async () => 'entered')).toBe('entered')
  })

  it('is given back when the wait was ended before the answer came', async () => {
    const { client } = await bench.open(ioredis)
    const { store } = await bench.open(ioredis)
    const slow: IoredisClient = {
      status: 'ready',
      eval: async (...command) => {
        await setTimeout(100)
        return (client as IoredisClient).eval(...command)
      },
    }
    const impatient = redisStore({ client: slow })
    const reason = new Error('of the caller')
    const leave = new AbortController()
    const waiting = impatient.withLock('impatient', async () => {}, { signal: leave.signal })
    leave.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    await setTimeout(150)
    expect(await store.withLock('impatient', async () => 'entered', { signal: soon() })).toBe('entered')
  })

  it('is not called lost when its answer was held up for longer than the lease', async () => {
    const { client } = await bench.open(ioredis)
    let delayMs = 2 * leaseMs
    const slowAtFirst: IoredisClient = {
      status: 'ready',
      eval: async (...command) => {
        const answer = await (client as IoredisClient).eval(...command)
        await setTimeout(delayMs)
        delayMs = 0
        return answer
      },
    }
    const held = await hold(redisStore({ client: slowAtFirst, leaseMs }), 'held up')
    await setTimeout(leaseMs)
    expect(held.lost.aborted).toBe(false)
    await held.release()
  })

  it('keeps nobody from the result when the release has no answer', async () => {
    const { client } = await bench.open(ioredis)
    let hangs = false
    const hanging: IoredisClient = {
      status: 'ready',
      eval: (...command) => (hangs ? new Promise(() => {}) : (client as IoredisClient).eval(...command)),
    }
    const work = async () => {
      hangs = true
      return 'done'
    }
    expect(await redisStore({ client: hanging, timeoutMs: 200 }).withLock('hanging', work)).toBe('done')
  })

  it('hands on the work’s own failure, whatever becomes of the release', async () => {
    const { client, call } = await bench.open(ioredis)
    let isConnected = true
    const breaking: IoredisClient = {
      status: 'ready',
      eval: async (...command) => {
        if (!isConnected) throw new Error('connection lost')
        return (client as IoredisClient).eval(...command)
      },
    }
    const store = redisStore({ client: breaking })
    const failure = new Error('of the work')
    const breakThen = (end: () => unknown) => async () => {
      isConnected = false
      return end()
    }
    const fail = () => {
      throw failure
    }
    await expect(store.withLock('broken', breakThen(fail))).rejects.toBe(failure)
    await call('DEL', lockOf('broken'))
    isConnected = true
    expect(
      await store.withLock(
        'broken',
        breakThen(() => 'done'),
      ),
    ).toBe('done')
  })
})
