import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type PgClient, type PostgresStoreOptions, postgresStore } from '../../src/stores/postgres.js'
import { hold } from '../../src/testing/stores/store-steps.js'
import { startChild } from './child.js'
import { clockThatNeverPolls } from './clock-that-never-polls.js'
import { describePostgres, type PostgresBench } from './postgres-bench.js'
import { pgStore, postgresJsStore } from './postgres-clients.js'

/** Long enough that a busy machine extends it in time. */
const leaseMs = 1500

describePostgres('a lock in PostgreSQL', (bench) => {
  const storeBy: PostgresBench['open'] = (connect, options) => bench.open(connect, { leaseMs, ...options })
  /** A store whose statements can be lost on their way. */
  const storeOver = (query: PgClient['query'], options?: Partial<PostgresStoreOptions>) =>
    postgresStore({ client: { query }, leaseMs, ...options })
  const leaseOf = async (key: string) => {
    const text = 'select lease_owner as owner, lease_until > now() as held from bearward_tokens where key = $1'
    return (await bench.pool.query(text, [key])).rows[0]
  }

  it('is one for all who share the table, whatever their client', async () => {
    const [one, other] = [storeBy(pgStore), storeBy(postgresJsStore)]
    await one.set('shared', 'a', undefined)
    const held = await hold(one, 'shared')
    expect((await other.get('shared'))?.value).toBe('a')
    const order: string[] = []
    const waiting = other.withLock('shared', async () => order.push('entered'))
    await pause(100)
    order.push('released')
    await held.release()
    await waiting
    expect(order).toEqual(['released', 'entered'])
  })

  it('is kept as long as the work takes', async () => {
    const [one, other] = [storeBy(pgStore), storeBy(pgStore)]
    const held = await hold(one, 'long')
    await expect(other.withLock('long', async () => {}, { signal: AbortSignal.timeout(3 * leaseMs) })).rejects.toThrow()
    expect(held.lost.aborted).toBe(false)
    await held.release()
    expect(await leaseOf('long')).toBe(undefined)
  })

  it('is free soon after its holder has been killed, and not before', async () => {
    const store = storeBy(pgStore)
    const child = await startChild('test/stores/postgres-child.ts', 'hold', bench.server.url, 'killed', `${leaseMs}`)
    await child.said('held')
    const { owner } = await leaseOf('killed')
    // It is extended by a living one.
    await pause(2 * leaseMs)
    expect(await leaseOf('killed')).toEqual({ owner, held: true })
    child.process.kill('SIGKILL')
    await child.ended()
    expect(await leaseOf('killed')).toEqual({ owner, held: true })
    const lease = await store.withLock('killed', () => leaseOf('killed'))
    expect(lease.owner).not.toBe(owner)
  })

  it('is called lost when it is another one’s, and then not freed', async () => {
    const store = storeBy(pgStore)
    const held = await hold(store, 'stolen')
    await bench.pool.query(
      `update bearward_tokens set lease_owner = 'a thief', lease_until = now() + interval '1 hour' where key = 'stolen'`,
    )
    await expect.poll(() => held.lost.aborted).toBe(true)
    await held.release()
    expect(await leaseOf('stolen')).toEqual({ owner: 'a thief', held: true })
  })

  it('is called lost when its row is gone', async () => {
    const held = await hold(storeBy(pgStore), 'gone')
    await bench.pool.query(`delete from bearward_tokens where key = 'gone'`)
    await expect.poll(() => held.lost.aborted).toBe(true)
    await held.release()
  })

  it('is called lost when the server has not answered for the time of the lease', async () => {
    const held = await hold(storeBy(pgStore), 'frozen')
    bench.server.pause()
    try {
      await expect.poll(() => held.lost.aborted).toBe(true)
      // Nor does the work wait for ever to be told that its lock is free.
      await held.release()
    } finally {
      bench.server.resume()
    }
  })

  it('and what is stored outlive a crash of the server', async () => {
    const [one, other] = [storeBy(pgStore, { leaseMs: 5000 }), storeBy(pgStore)]
    await one.set('crash', 'a', undefined)
    const held = await hold(one, 'crash')
    const waiting = other
      .withLock('crash', async () => {})
      .then(
        () => 'entered',
        () => 'failed',
      )
    await bench.server.restart()
    expect((await one.get('crash'))?.value).toBe('a')
    // A statement that met the crash has failed; another one waits on.
    expect(await Promise.race([waiting, pause(100)])).not.toBe('entered')
    await expect(other.withLock('crash', async () => {}, { signal: AbortSignal.timeout(100) })).rejects.toThrow(
      /timed? ?out/,
    )
    expect(held.lost.aborted).toBe(false)
    await held.release()
    expect(await other.withLock('crash', async () => 'done')).toBe('done')
  })

  it.each([
    ['pg', pgStore],
    ['postgres.js', postgresJsStore],
  ])('wakes who waits for it by %s when it is released', async (_, connect) => {
    const waiter = storeBy(connect, { clock: clockThatNeverPolls })
    const held = await hold(storeBy(pgStore), 'woken')
    const waiting = waiter.withLock('woken', async () => 'woken')
    const listening = `select from pg_stat_activity where query ilike 'listen%bearward%' and state = 'idle'`
    await expect.poll(async () => (await bench.pool.query(listening)).rowCount).toBeGreaterThan(0)
    await pause(50)
    await held.release()
    expect(await waiting).toBe('woken')
  })

  it('wakes who began to listen when it had been released already', async () => {
    let connect = (_client: never) => {}
    const connecting = new Promise<never>((resolve) => {
      connect = resolve
    })
    const options = { client: bench.pool, listener: () => connecting, clock: clockThatNeverPolls, leaseMs }
    const held = await hold(storeBy(pgStore), 'late')
    const waiting = postgresStore(options).withLock('late', async () => 'woken')
    await pause(100)
    await held.release()
    const quiet = { query: async () => {}, on: () => {}, end: async () => {} }
    connect(quiet as never)
    expect(await waiting).toBe('woken')
  })

  it('is given back when the answer that grants it is lost', async () => {
    const store = storeOver(async (text, values) => {
      const answer = await bench.pool.query(text, values)
      if (text.startsWith('with taken')) throw new Error('connection lost')
      return answer
    })
    await expect(store.withLock('answer', async () => {})).rejects.toThrow('connection lost')
    await expect.poll(() => leaseOf('answer')).toBe(undefined)
  })

  it('is free after the lease when nothing more could be said', async () => {
    let isDown = false
    const store = storeOver(async (text, values) => {
      if (isDown) throw new Error('down')
      const answer = await bench.pool.query(text, values)
      isDown = true
      if (text.startsWith('with taken')) throw new Error('connection lost')
      return answer
    })
    await expect(store.withLock('silent', async () => {})).rejects.toThrow('connection lost')
    expect(await leaseOf('silent')).toMatchObject({ held: true })
    expect(await storeBy(pgStore).withLock('silent', async () => 'entered')).toBe('entered')
  })

  it('is not waited for beyond the signal when the server hangs, and given back when it is granted late', async () => {
    let answer = () => {}
    const hangs = new Promise<void>((resolve) => {
      answer = resolve
    })
    const store = storeOver(async (text, values) => {
      if (text.startsWith('with taken')) await hangs
      return bench.pool.query(text, values)
    })
    const leave = new AbortController()
    const waiting = store.withLock('hangs', async () => {}, { signal: leave.signal })
    leave.abort(new Error('of the caller'))
    await expect(waiting).rejects.toThrow('of the caller')
    answer()
    await pause(100)
    expect(await leaseOf('hangs')).toBe(undefined)
  })

  describe.each([
    ['fails', () => Promise.reject(new Error('down'))],
    ['hangs', () => new Promise<never>(() => {})],
  ])('whose release %s', (_, release) => {
    const over: PgClient['query'] = (text, values) => {
      return /lease_owner = null/.test(text) ? release() : bench.pool.query(text, values)
    }

    it('does not hide what the work gave', async () => {
      const key = crypto.randomUUID()
      expect(await storeOver(over).withLock(key, async () => 'done')).toBe('done')
      const failing = storeOver(over).withLock(`${key} `, () => Promise.reject(new Error('of the work')))
      await expect(failing).rejects.toThrow('of the work')
    })
  })

  it('is not kept by a heartbeat that comes after its release', async () => {
    let answer = () => {}
    const hangs = new Promise<void>((resolve) => {
      answer = resolve
    })
    let beats = 0
    const store = storeOver(async (text, values) => {
      if (/^update .* set lease_until/.test(text)) {
        beats += 1
        await hangs
      }
      return bench.pool.query(text, values)
    })
    await store.set('beat', 'a', undefined)
    const held = await hold(store, 'beat')
    await expect.poll(() => beats).toBe(1)
    await held.release()
    answer()
    await pause(50)
    expect(held.lost.aborted).toBe(false)
    expect(await leaseOf('beat')).toMatchObject({ owner: null })
  })

  it('keeps no process alive, nor does listening', async () => {
    const child = await startChild('test/stores/postgres-child.ts', 'leave', bench.server.url, 'ends')
    await child.said('watched')
    expect(await child.ended()).toBe(0)
  })
})
