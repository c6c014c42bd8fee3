import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { createManualClock, createMockAuthorizationServer } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'

const clockAt = (start = 1000) => {
  const clock = createManualClock(start)
  const woken: string[] = []
  const sleeper = (name: string, ms: number, signal?: AbortSignal, idle?: boolean) =>
    clock.sleep(ms, signal, idle).then(() => void woken.push(`${name} at ${clock.now()}`))
  return { clock, woken, sleeper }
}

describe('a manual clock', () => {
  it('stands still, at a moment that is the same in each run', () => {
    expect(createManualClock(5).now()).toBe(5)
    expect(createManualClock().now()).toBe(Date.UTC(2030, 0, 1))
  })

  it('wakes sleepers in turn, each at its own moment', async () => {
    const { clock, woken, sleeper } = clockAt()
    for (const [name, ms] of [
      ['late', 30],
      ['early', 10],
      ['also early', 10],
      ['too late', 51],
    ] as const) {
      void sleeper(name, ms)
    }
    await clock.advance(9)
    expect(woken).toEqual([])
    await clock.advance(41)
    expect(woken).toEqual(['early at 1010', 'also early at 1010', 'late at 1030'])
    expect(clock.now()).toBe(1050)
    await clock.advance(1)
    expect(woken).toHaveLength(4)
  })

  it('lets a sleeper go on, and sleep again, before the next one wakes', async () => {
    const { clock, woken, sleeper } = clockAt()
    const twice = async () => {
      await sleeper('first', 10)
      await new Response('a body').text()
      await sleeper('second', 5)
    }
    void twice()
    void sleeper('other', 20)
    await clock.advance(100)
    expect(woken).toEqual(['first at 1010', 'second at 1015', 'other at 1020'])
  })

  it('wakes nobody who has been called away', async () => {
    const { clock, woken, sleeper } = clockAt()
    const controller = new AbortController()
    const reason = new Error('no longer wanted')
    const slept = sleeper('aborted', 10, controller.signal)
    controller.abort(reason)
    await expect(slept).rejects.toBe(reason)
    await expect(sleeper('never asleep', 10, controller.signal)).rejects.toBe(reason)
    await clock.advance(10)
    expect(woken).toEqual([])
  })

  it('lets nobody sleep for no time', async () => {
    const { woken, sleeper } = clockAt()
    await sleeper('nothing', 0)
    await sleeper('less', -1)
    expect(woken).toEqual(['nothing at 1000', 'less at 1000'])
  })

  it('has a wall clock that jumps, which neither wakes nor delays anybody', async () => {
    const { clock, woken, sleeper } = clockAt()
    void sleeper('a', 10)
    clock.jump(1_000_000)
    await clock.advance(9)
    expect(woken).toEqual([])
    clock.jump(-2_000_000)
    expect(clock.now()).toBe(-998_991)
    await clock.advance(1)
    expect(woken).toEqual(['a at -998990'])
  })

  it('passes forwards alone', async () => {
    expect(await failureOf(clockAt().clock.advance(-1))).toMatchObject({ code: 'invalid_argument' })
  })
})

describe('run', () => {
  it('lets as much time pass as the work takes, and answers as it does', async () => {
    const { clock, woken, sleeper } = clockAt()
    void sleeper('other', 25)
    const work = async () => {
      for (let tries = 1; tries < 4; tries++) await sleeper(`try ${tries}`, 10)
      return 'done'
    }
    expect(await clock.run(work())).toBe('done')
    expect(woken).toEqual(['try 1 at 1010', 'try 2 at 1020', 'other at 1025', 'try 3 at 1030'])
    expect(clock.now()).toBe(1030)
    await expect(clock.run(Promise.reject(new Error('it failed')))).rejects.toThrow('it failed')
  })

  it('waits for what is not a matter of time, and for no idle sleeper', async () => {
    const { clock, woken, sleeper } = clockAt()
    void sleeper('idle', 10, undefined, true)
    // More turns of the event loop than the clock waits in one go.
    const real = async () => {
      for (let turn = 0; turn < 40; turn++) await new Promise((resolve) => setTimeout(resolve))
    }
    await clock.run(real())
    expect([clock.now(), woken]).toEqual([1000, []])
    await clock.run(sleeper('busy', 20))
    expect(woken).toEqual(['idle at 1010', 'busy at 1020'])
  })
})

it('is all the time that a client and its mock have', async () => {
  const clock = createManualClock()
  const mock = createMockAuthorizationServer({ clients: [{ clientId: 'web' }], clock })
  const client = createClient({ server: mock.server, clientId: 'web', fetch: mock.fetch, clock })
  const { refreshToken = '' } = mock.issue({ clientId: 'web' })
  const start = clock.now()
  mock.fault('token', { type: 'late_answer', ms: 2500 })
  const token = await clock.run(client.refresh(refreshToken))
  expect([clock.now(), token.expiresAt]).toEqual([start + 2500, start + 3_600_000])
  mock.fault('token', { type: 'hang', when: 'inside_body' })
  expect(await failureOf(clock.run(client.refresh(token)))).toMatchObject({ code: 'timeout' })
  expect(clock.now()).toBe(start + 12_500)
  expect(mock.requests.map(({ at, faults }) => [at - start, faults])).toEqual([
    [0, ['late_answer']],
    [2500, ['hang']],
  ])
})
