import { EventEmitter } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { postgresStore } from '../../src/stores/postgres.js'
import { fakeClock, settle } from '../fixtures/fake-clock.js'
import { describePostgres } from './postgres-bench.js'
import { pgStore, pgStoreThatPolls, postgresJsStore } from './postgres-clients.js'

describePostgres('what watches a key in PostgreSQL', (bench) => {
  const listening = `select pid from pg_stat_activity where query ilike 'listen%' and state = 'idle'`
  const until = (count: number) => expect.poll(async () => (await bench.pool.query(listening)).rowCount).toBe(count)
  const untilItListens = () => until(1)

  beforeEach(() => until(0))

  it('hears what another client has changed', async () => {
    const [one, other] = [bench.open(pgStore), bench.open(postgresJsStore)]
    const heard: string[] = []
    const stops = [one.watch?.('both', () => heard.push('one')), other.watch?.('both', () => heard.push('other'))]
    // They are told of the listening itself.
    await expect.poll(() => heard.sort()).toEqual(['one', 'other'])
    heard.length = 0
    await one.set('both', 'a', undefined)
    await expect.poll(() => heard.sort()).toEqual(['one', 'other'])
    for (const stop of stops) stop?.()
  })

  it('is not told of locks that come and go', async () => {
    const store = bench.open(pgStore)
    let heard = 0
    const stop = store.watch?.('locked', () => {
      heard += 1
    })
    await expect.poll(() => heard).toBe(1)
    heard = 0
    await store.withLock('locked', async () => {})
    await pause(100)
    expect(heard).toBe(0)
    stop?.()
  })

  it('cannot be without a listener', () => {
    expect(bench.open(pgStoreThatPolls)).not.toHaveProperty('watch')
  })

  it('costs no connection before somebody watches', async () => {
    const store = bench.open(pgStore)
    await store.set('lazy', 'a', undefined)
    await store.withLock('lazy', async () => {})
    expect((await bench.pool.query(listening)).rowCount).toBe(0)
  })

  it('takes one connection, however many watch', async () => {
    const store = bench.open(pgStore)
    const stops = ['a', 'b', 'c'].map((key) => store.watch?.(key, () => {}))
    await untilItListens()
    await pause(50)
    await untilItListens()
    for (const stop of stops) stop?.()
  })

  describe.each([
    ['pg', pgStore],
    ['postgres.js', postgresJsStore],
  ])('over %s', (_, connect) => {
    it('is called after the connection was lost, and hears again', async () => {
      const store = bench.open(connect)
      let heard = 0
      const stop = store.watch?.('again', () => {
        heard += 1
      })
      await expect.poll(() => heard).toBe(1)
      await untilItListens()
      heard = 0
      await bench.pool.query(`select pg_terminate_backend(pid) from (${listening}) as it`)
      // Something may have been missed.
      await expect.poll(() => heard).toBe(1)
      await store.set('again', 'a', (await store.get('again'))?.version)
      await expect.poll(() => heard).toBe(2)
      stop?.()
    })

    it('is called when a server is back that was down when it began', async () => {
      const store = bench.open(connect)
      await bench.server.crash()
      let heard = 0
      const stop = store.watch?.('down', () => {
        heard += 1
      })
      await pause(500)
      expect(heard).toBe(0)
      await bench.server.start()
      await expect.poll(() => heard).toBeGreaterThan(0)
      await pause(50)
      heard = 0
      await store.set('down', crypto.randomUUID(), (await store.get('down'))?.version)
      await expect.poll(() => heard).toBeGreaterThan(0)
      stop?.()
    })
  })
})

describe('the connection that listens', () => {
  class Connection extends EventEmitter {
    answers = true
    ended = false
    readonly asked: string[] = []
    query(text: string): Promise<unknown> {
      this.asked.push(text)
      return this.answers ? Promise.resolve() : new Promise(() => {})
    }
    async end() {
      this.ended = true
    }
  }

  const listen = () => {
    const clock = fakeClock()
    const connections: Connection[] = []
    const failures: Error[] = []
    let tries = 0
    let hanging: Promise<Connection> | undefined
    /** The next connection takes its time. */
    const hang = () => {
      let arrive = (_: Connection) => {}
      hanging = new Promise((resolve) => {
        arrive = resolve
      })
      return () => {
        const connection = new Connection()
        arrive(connection)
        return connection
      }
    }
    const listener = async () => {
      tries += 1
      if (hanging) {
        const late = hanging
        hanging = undefined
        return late
      }
      const failure = failures.shift()
      if (failure) throw failure
      const connection = new Connection()
      connections.push(connection)
      return connection
    }
    const store = postgresStore({ client: { query: async () => ({ rows: [] }) }, listener, clock })
    return { clock, connections, failures, hang, store, tries: () => tries }
  }

  it('is asked now and then whether it lives, and made anew if it does not answer', async () => {
    const { clock, connections, store } = listen()
    let heard = 0
    store.watch?.('key', () => {
      heard += 1
    })
    await settle()
    await clock.pass(60_000)
    expect(connections.map(({ asked }) => asked)).toEqual([['listen bearward', 'select 1', 'select 1']])
    expect(heard).toBe(1)
    for (const connection of connections) connection.answers = false
    await clock.pass(60_000)
    expect(connections.length).toBe(2)
    expect(connections[0]?.ended).toBe(true)
    expect(heard).toBe(2)
  })

  it('is tried for at growing intervals, none of which keeps a process alive', async () => {
    const { clock, failures, store, tries } = listen()
    for (let i = 0; i < 100; i++) failures.push(new Error('down'))
    store.watch?.('key', () => {})
    await settle()
    await clock.pass(10 * 60_000)
    expect(tries()).toBeGreaterThan(20)
    expect(tries()).toBeLessThan(60)
    expect(clock.idle).toEqual(clock.sleeps)
  })

  it('is ended some time after the last one has left, and made again for the next', async () => {
    const { clock, connections, store } = listen()
    const stop = store.watch?.('key', () => {})
    await settle()
    stop?.()
    await clock.pass(20_000)
    expect(connections[0]?.ended).toBe(false)
    const stopAgain = store.watch?.('key', () => {})
    await clock.pass(60_000)
    expect(connections[0]?.ended).toBe(false)
    stopAgain?.()
    await clock.pass(40_000)
    expect(connections.map(({ ended }) => ended)).toEqual([true])
    store.watch?.('key', () => {})
    await settle()
    expect(connections.length).toBe(2)
  })

  it('stays for those who watch, whoever has left, and how often', async () => {
    const { clock, connections, store } = listen()
    const stop = store.watch?.('key', () => {})
    await settle()
    stop?.()
    stop?.()
    store.watch?.('other', () => {})
    await clock.pass(60_000)
    expect(connections.map(({ ended }) => ended)).toEqual([false])
  })

  it('is given up when it is not made in time, and ended when it is made late', async () => {
    const { clock, connections, hang, store } = listen()
    const arrive = hang()
    store.watch?.('key', () => {})
    await settle()
    await clock.pass(20_000)
    expect(connections.map(({ asked }) => asked[0])).toEqual(['listen bearward'])
    const late = arrive()
    await settle()
    expect(late.ended).toBe(true)
    expect(() => late.emit('error', new Error('reset'))).not.toThrow()
    expect(connections[0]?.ended).toBe(false)
  })

  it('may say what nobody asked for', async () => {
    const { connections, store } = listen()
    let heard = 0
    store.watch?.('key', () => {
      heard += 1
    })
    await settle()
    for (const payload of [undefined, '', 'written', 'x'.repeat(7000)])
      connections[0]?.emit('notification', { payload })
    connections[0]?.emit('error', new Error('reset'))
    await settle()
    expect(heard).toBe(1)
  })
})
