import { describe, expect, it } from 'vitest'
import { type Lease, underLease } from '../../src/stores/lease.js'
import { fakeClock, settle } from '../fixtures/fake-clock.js'

const leaseMs = 3000
const never = new Promise<never>(() => {})

/** An answer that comes when the test wants it. */
const later = <Answer>() => {
  let resolve = (_: Answer) => {}
  let reject = (_: Error) => {}
  const answer = new Promise<Answer>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { answer, resolve, reject }
}

/** Asks for a lease that is as it is told to be, and by default free. */
const ask = (lease: Partial<Lease>, work: (lost: AbortSignal) => Promise<unknown> = async () => 'done') => {
  const clock = fakeClock()
  const leave = new AbortController()
  const told: string[] = []
  const asked = (what: keyof Lease, given?: () => unknown, usual?: unknown) => () => {
    told.push(what)
    return (given ? given() : Promise.resolve(usual)) as never
  }
  const { acquire, extend, release, listen } = lease
  const logged: Lease = {
    acquire: asked('acquire', acquire, 0),
    extend: asked('extend', extend, true),
    release: asked('release', release),
    listen,
  }
  const outcome = underLease(logged, work, { leaseMs, clock, signal: leave.signal }).catch((error) => error.message)
  return { clock, leave, told, outcome, times: (what: keyof Lease) => told.filter((each) => each === what).length }
}

describe('one who wants a lease', () => {
  it('gives back what is granted after the signal has ended the wait', async () => {
    const { answer, resolve } = later<number>()
    const { leave, told, outcome } = ask({ acquire: () => answer })
    leave.abort(new Error('of the caller'))
    expect(await outcome).toBe('of the caller')
    expect(told).toEqual(['acquire'])
    resolve(0)
    await settle()
    expect(told).toEqual(['acquire', 'release'])
  })

  it('gives back what may have been granted when the asking failed, and waits no longer', async () => {
    const { told, outcome } = ask({ acquire: () => Promise.reject(new Error('connection refused')) })
    expect(await outcome).toBe('connection refused')
    await settle()
    expect(told).toEqual(['acquire', 'release'])
  })

  it('asks again when the answer took more than a third of the lease', async () => {
    const { answer, resolve } = later<number>()
    const answers = [answer, Promise.resolve(0)]
    const { clock, told, outcome } = ask({ acquire: () => answers.shift() ?? never })
    await clock.pass(leaseMs / 3)
    resolve(0)
    expect(await outcome).toBe('done')
    expect(told).toEqual(['acquire', 'acquire', 'release'])
  })

  it('gives back what it had when it leaves while it asks again', async () => {
    const [first, second] = [later<number>(), later<number>()]
    const answers = [first.answer, second.answer]
    const { clock, leave, told, outcome } = ask({ acquire: () => answers.shift() ?? never })
    await clock.pass(leaseMs)
    leave.abort(new Error('of the caller'))
    first.resolve(0)
    expect(await outcome).toBe('of the caller')
    second.resolve(0)
    await settle()
    expect(told.at(-1)).toBe('release')
  })

  it('looks again at growing intervals', async () => {
    const { clock, times } = ask({ acquire: async () => Number.POSITIVE_INFINITY })
    await settle()
    await clock.pass(10_000)
    expect(Math.min(...clock.sleeps)).toBeGreaterThanOrEqual(10)
    expect(Math.max(...clock.sleeps)).toBeLessThanOrEqual(500)
    expect(times('acquire')).toBeGreaterThan(20)
    expect(times('acquire')).toBeLessThan(60)
  })

  it('is there when the lease of another one ends, if that is known', async () => {
    const answers = [200, 200, 0]
    const { clock, outcome } = ask({ acquire: async () => answers.shift() ?? 0, listen: () => () => {} })
    await settle()
    await clock.pass(230)
    expect(await outcome).toBe('done')
  })

  it('listens before it looks a second time, and until it has the lease', async () => {
    let ring = () => {}
    let stopped = 0
    const order: string[] = []
    const answers = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0]
    const { outcome } = ask({
      acquire: async () => {
        order.push('look')
        return answers.shift() ?? 0
      },
      listen: (listener) => {
        order.push('listen')
        ring = listener
        return () => {
          stopped += 1
        }
      },
    })
    await settle()
    expect(order).toEqual(['look', 'listen', 'look'])
    expect(stopped).toBe(0)
    ring()
    expect(await outcome).toBe('done')
    expect(stopped).toBe(1)
  })

  it('does not sleep over a release that is told while it looks', async () => {
    const { answer, resolve } = later<number>()
    const answers = [Promise.resolve(1e6), answer, Promise.resolve(0)]
    let ring = () => {}
    const { outcome } = ask({
      acquire: () => answers.shift() ?? never,
      listen: (listener) => {
        ring = listener
        return () => {}
      },
    })
    await settle()
    ring()
    resolve(1e6)
    expect(await outcome).toBe('done')
  })
})

describe('one who holds a lease', () => {
  const works = () => {
    let lost: AbortSignal | undefined
    const { answer, resolve } = later<string>()
    const work = (signal: AbortSignal) => {
      lost = signal
      return answer
    }
    return { work, finish: () => resolve('done'), whyLost: () => (lost?.reason as Error | undefined)?.message }
  }

  it('extends it every third of it', async () => {
    const { work, finish, whyLost } = works()
    const { clock, outcome, times } = ask({}, work)
    await settle()
    await clock.pass(10 * leaseMs)
    expect(times('extend')).toBe(30)
    expect(whyLost()).toBeUndefined()
    finish()
    expect(await outcome).toBe('done')
    await clock.pass(leaseMs)
    expect(times('extend')).toBe(30)
  })

  it('extends it once at a time, and is told when that came to nothing', async () => {
    const { work, finish, whyLost } = works()
    const { clock, outcome, times } = ask({ extend: () => never }, work)
    await settle()
    await clock.pass(leaseMs - 1)
    expect(whyLost()).toBeUndefined()
    await clock.pass(1)
    expect(whyLost()).toContain('it could not be extended in time')
    expect(times('extend')).toBe(1)
    finish()
    expect(await outcome).toBe('done')
  })

  it('goes on when extending it failed, and worked the next time', async () => {
    const { work, whyLost } = works()
    let fails = true
    const extend = async () => {
      fails = !fails
      if (!fails) throw new Error('connection refused')
      return true
    }
    const { clock } = ask({ extend }, work)
    await settle()
    await clock.pass(10 * leaseMs)
    expect(whyLost()).toBeUndefined()
  })

  it('is told when it is somebody else’s', async () => {
    const { work, whyLost } = works()
    const { clock } = ask({ extend: async () => false }, work)
    await settle()
    await clock.pass(leaseMs / 3)
    expect(whyLost()).toContain('somebody else has it')
  })

  it('waits for its release for a second at most', async () => {
    const { clock, outcome } = ask({ release: () => never })
    let settled = false
    outcome.then(() => {
      settled = true
    })
    await settle()
    await clock.pass(999)
    expect(settled).toBe(false)
    await clock.pass(1)
    expect(await outcome).toBe('done')
  })
})
