import { describe, expect, it } from 'vitest'
import { memoryStore, type TokenStore } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { settle } from '../fixtures/fake-clock.js'
import { lifetime, pair, quietStore, siblings } from './siblings.js'

/** A store whose lock is held until it is let go. */
const held = (inner: TokenStore) => {
  let letGo = () => {}
  const holding = inner.withLock('user', () => new Promise<void>((resolve) => (letGo = resolve)))
  return {
    letGo: async () => {
      letGo()
      await holding
      await settle()
    },
  }
}

/** A store that does not hear that a wait for its lock is over. */
const deaf = (inner: TokenStore): TokenStore => ({ ...inner, withLock: (key, work) => inner.withLock(key, work) })

describe.each([
  ['hears that a wait is over', memoryStore],
  ['does not', () => deaf(memoryStore())],
])('who waits for the lock of a store that %s', (_, make) => {
  it('is served at once when a sibling has stored a token, though the lock is not free', async () => {
    const { store, sibling, first, second, clock, sent, later } = await pair({ store: make() })
    later()
    const lock = held(store)
    const waiting = Promise.all([first.token(), second.token()])
    await settle()
    const next = { accessToken: 'new', tokenType: 'Bearer', refreshToken: 'rt-new', expiresAt: clock.now() + lifetime }
    const from = clock.now()
    await sibling().sessionSource({ store, key: 'user' }).replace(next)
    const tokens = await clock.run(waiting)
    expect(tokens.map(({ accessToken }) => accessToken)).toEqual(['new', 'new'])
    expect(clock.now()).toBe(from)
    await lock.letGo()
    expect(sent()).toEqual([])
  })

  it('is told at once of a logout, though the lock is not free', async () => {
    const { store, first, second, clock, later } = await pair({ store: make() })
    later()
    const lock = held(store)
    const waiting = failureOf(first.token())
    await settle()
    const from = clock.now()
    await second.end()
    expect((await clock.run(waiting)).code).toBe('session_ended')
    expect(clock.now()).toBe(from)
    await lock.letGo()
  })

  it('gives up after half a minute, sends nothing, and not when the lock is free at last either', async () => {
    const { store, first, clock, sent, later } = await pair({ store: make() })
    later()
    const lock = held(store)
    const from = clock.now()
    const failure = await failureOf(clock.run(first.token()))
    expect(failure).toMatchObject({ code: 'store_failed', message: expect.stringContaining('lock') })
    expect(clock.now() - from).toBe(30_000)
    // A process that does nothing but wait may end.
    expect(clock.idle).toContain(30_000)
    await lock.letGo()
    expect(sent()).toEqual([])
    expect(clock.sleeping()).toBe(0)
  })
})

it('client credentials that wait for the lock take what a sibling has stored at once', async () => {
  const { store, sibling, clock, mock } = siblings({ store: memoryStore() })
  const lock = held(store)
  const waiting = sibling().clientCredentialsSource({ store, key: 'user' }).token()
  await settle()
  const from = clock.now()
  const lockless: TokenStore = { ...store, withLock: (_, work) => work(new AbortController().signal) }
  const { accessToken } = await clock.run(sibling().clientCredentialsSource({ store: lockless, key: 'user' }).token())
  expect((await clock.run(waiting)).accessToken).toBe(accessToken)
  expect(clock.now()).toBe(from)
  expect(mock.requests).toHaveLength(1)
  await lock.letGo()
})

describe('a caller that leaves while its source waits for the lock', () => {
  it.each(['while it waits', 'while it looks'])('%s gives up its place in the queue', async (when) => {
    const inner = quietStore()
    const leave = new AbortController()
    const queued: (AbortSignal | undefined)[] = []
    const store: TokenStore = {
      ...inner,
      get: async (key) => {
        if (when === 'while it looks') leave.abort(new Error('enough'))
        return inner.get(key)
      },
      withLock: (key, work, options) => {
        queued.push(options?.signal)
        return inner.withLock(key, work, options)
      },
    }
    const lock = held(inner)
    const { sibling, mock } = siblings()
    const source = sibling().clientCredentialsSource({ store, key: 'user' })
    const left = expect(source.token({ signal: leave.signal })).rejects.toThrow('enough')
    await settle()
    leave.abort(new Error('enough'))
    await left
    await settle()
    expect(queued.every((signal) => signal?.aborted)).toBe(true)
    await lock.letGo()
    expect(mock.requests).toHaveLength(0)
  })
})

describe('a store that fails after the work under its lock was done', () => {
  const release: [string, () => Promise<never>, number][] = [
    ['cannot give the lock back', () => Promise.reject(new Error('connect ECONNREFUSED')), 0],
    ['hangs', () => new Promise(() => {}), 5000],
  ]
  it.each(release)('and %s does not keep the token from its caller', async (_, end, tookMs) => {
    const inner = quietStore()
    const withLock: TokenStore['withLock'] = async (key, work, options) => {
      await inner.withLock(key, work, options)
      return end()
    }
    const { first, clock, sent, token, later } = await pair({ store: { ...inner, withLock } })
    later()
    const from = clock.now()
    expect((await clock.run(first.token())).accessToken).not.toBe(token.accessToken)
    expect(sent()).toEqual([token.refreshToken])
    expect(clock.now() - from).toBe(tookMs)
  })
})
