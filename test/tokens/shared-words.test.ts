import { describe, expect, it } from 'vitest'
import type { Session, TokenStore } from '../../src/index.js'
import { settle } from '../fixtures/fake-clock.js'
import { fragileStore, isAnswer, isIntent } from './fragile-store.js'
import { codeOf, lifetime, pair, quietStore, siblings } from './siblings.js'

describe('an answer that was stored, while the store’s word for it was lost', () => {
  it('is known to be stored by its first look', async () => {
    const { store, doom } = fragileStore()
    const { first, second, clock, later, looks, sent } = await pair({ store })
    later()
    doom(isAnswer, 'lost')
    const before = clock.now()
    const renewed = await clock.run(first.token())
    expect(clock.now() - before).toBeLessThan(1000)
    looks.length = 0
    await clock.pass(60_000)
    expect(looks).toEqual([])
    expect((await clock.run(second.token())).accessToken).toBe(renewed.accessToken)
    expect(sent()).toHaveLength(1)
  })
})

describe('an intent that was written, while the store’s word for it was lost', () => {
  it('is taken back, and costs no sibling the session', async () => {
    const { store, doom } = fragileStore()
    const { first, second, clock, later, sent, token } = await pair({ store })
    later()
    doom(isIntent, 'lost')
    expect(await codeOf(clock.run(first.token()))).toBe('store_failed')
    expect(sent()).toEqual([])
    expect((await clock.run(second.token())).accessToken).not.toBe(token.accessToken)
    expect(sent()).toEqual([token.refreshToken])
  })

  it('is taken back before anybody else has the lock', async () => {
    const { store, doom } = fragileStore()
    const { first, second, clock, later, sent, token } = await pair({ store })
    later()
    doom(isIntent, 'lost')
    const failing = codeOf(first.token())
    const other = second.token()
    await clock.run(failing)
    expect((await clock.run(other)).accessToken).not.toBe(token.accessToken)
    expect(sent()).toEqual([token.refreshToken])
  })

  it('is taken back as soon as that can be, and with it the end that a sibling wrote for want of an answer', async () => {
    const inner = quietStore()
    const { store, doom, turn } = fragileStore(inner)
    const { sibling, login, clock, sent } = siblings({ store: inner })
    const token = login()
    const [first, second] = [store, inner].map((its) =>
      sibling().sessionSource({ store: its, key: 'user', token }),
    ) as [Session, Session]
    await clock.run(Promise.all([first.token(), second.token()]))
    clock.set(clock.now() + lifetime)
    doom(isIntent, 'last')
    expect(await codeOf(clock.run(first.token()))).toBe('store_failed')
    expect(await codeOf(clock.run(second.token()))).toBe('session_uncertain')
    // Ever more seldom, and a process that has nothing else to do may end.
    await clock.pass(400)
    expect(clock.idle).toEqual(expect.arrayContaining([50, 100, 200]))
    turn('up')
    await clock.pass(5000)
    expect((await clock.run(second.token())).accessToken).not.toBe(token.accessToken)
    expect(sent()).toEqual([token.refreshToken])
  })

  it('costs the process that wrote it nothing, even where it cannot take it back', async () => {
    const { store, doom, turn } = fragileStore()
    const { first, clock, later, sent, token } = await pair({ store })
    later()
    doom(isIntent, 'last', 'refused')
    for (const _ of ['last', 'refused']) {
      expect(await codeOf(clock.run(first.token()))).toBe('store_failed')
      await clock.pass(60_000)
      turn('up')
    }
    expect((await clock.run(first.token())).accessToken).not.toBe(token.accessToken)
    expect(sent()).toEqual([token.refreshToken])
  })
})

describe('a store that forgot the intent', () => {
  it('does not make the process that sent the refresh token send it again', async () => {
    const { first, clock, later, sent, store, mock } = await pair({ store: quietStore() })
    const before = (await store.get('user'))?.value ?? ''
    later()
    mock.fault('token', { type: 'reset', when: 'after_processing' })
    expect(await codeOf(clock.run(first.token()))).toBe('connection_lost')
    await store.set('user', before, (await store.get('user'))?.version)
    expect(await codeOf(clock.run(first.token()))).toBe('session_uncertain')
    expect(sent()).toHaveLength(1)
  })
})

describe('a holder that outslept its lease after it had sent', () => {
  it('stores its answer over the uncertainty that a sibling wrote for want of it', async () => {
    const inner = quietStore()
    // The lease has ended: the sibling finds the lock free.
    const leaseless: TokenStore = { ...inner, withLock: (_, work) => work(new AbortController().signal) }
    const { sibling, login, clock, mock, sent } = siblings({ store: inner })
    const token = login()
    const [sleeper, other] = [inner, leaseless].map((store) =>
      sibling().sessionSource({ store, key: 'user', token }),
    ) as [Session, Session]
    await clock.run(Promise.all([sleeper.token(), other.token()]))
    clock.set(clock.now() + lifetime)
    mock.fault('token', { type: 'late_answer', ms: 1000 })
    const renewing = sleeper.token()
    await settle()
    expect(await codeOf(other.token())).toBe('session_uncertain')
    const renewed = await clock.run(renewing)
    expect((await clock.run(other.token())).accessToken).toBe(renewed.accessToken)
    expect(sent()).toHaveLength(1)
  })
})

describe('an answer that can be stored only after its caller has gone', () => {
  /** One process whose store hangs while it brings an answer home, and one that the store serves. */
  const parted = async () => {
    const inner = quietStore()
    const { store, turn } = fragileStore(inner)
    const world = siblings({ store: inner })
    const token = world.login()
    const one = world.sibling().sessionSource({ store, key: 'user', token })
    const other = world.sibling().sessionSource({ store: inner, key: 'user', token })
    const { clock, mock } = world
    await clock.run(Promise.all([one.token(), other.token()]))
    clock.set(clock.now() + lifetime)
    mock.fault('token', { type: 'late_answer', ms: 1000 })
    const renewing = one.token()
    await settle()
    turn('refuses')
    const renewed = await clock.run(renewing)
    return { ...world, one, other, renewed, turn }
  }

  it('is stored then', async () => {
    const { one, other, renewed, clock, turn, sent } = await parted()
    const pauses = [50, 100, 200, 400, 800, 1600, 3200]
    expect(clock.sleeps).toEqual(expect.arrayContaining(pauses))
    // While its caller waits the process must not end; after that it may.
    expect(clock.idle.filter((ms) => pauses.includes(ms))).toEqual([])
    const idle = clock.idle.length
    await clock.pass(12_000)
    expect(clock.idle.slice(idle)).toContain(5000)
    turn('up')
    await clock.pass(10_000)
    expect(one.current()?.accessToken).toBe(renewed.accessToken)
    expect((await clock.run(other.token())).accessToken).toBe(renewed.accessToken)
    expect(sent()).toHaveLength(1)
  })

  it('is dropped for a logout that came between, and revoked', async () => {
    const { one, other, renewed, clock, turn, mock } = await parted()
    await clock.run(other.end())
    expect(one.current()?.accessToken).toBe(renewed.accessToken)
    turn('up')
    await clock.pass(10_000)
    expect(one.current()).toBeUndefined()
    expect(await codeOf(clock.run(one.token()))).toBe('session_ended')
    const revoked = mock.requests.filter(({ endpoint }) => endpoint === 'revocation').map(({ form }) => form?.['token'])
    expect(revoked).toContain(renewed.refreshToken)
  })

  it('is dropped for a login that came between', async () => {
    const { one, other, clock, turn, login } = await parted()
    const next = login()
    await other.replace(next)
    turn('up')
    await clock.pass(10_000)
    expect(one.current()?.accessToken).toBe(next.accessToken)
  })
})

describe('a login that the store could not be told', () => {
  it('stands against the answer to a renewal of the login before', async () => {
    const { store, turn } = fragileStore()
    const { first, second, clock, login, mock, later, sent } = await pair({ store })
    later()
    mock.fault('token', { type: 'late_answer', ms: 1000 })
    const renewing = first.token()
    await settle()
    turn('refuses')
    const next = login()
    expect(await codeOf(clock.run(first.replace(next)))).toBe('store_failed')
    await clock.pass(2000)
    turn('up')
    await clock.run(renewing)
    await clock.pass(20_000)
    clock.set((next.expiresAt ?? 0) - 1000)
    const renewed = await clock.run(first.token())
    expect(sent().at(-1)).toBe(next.refreshToken)
    expect((await clock.run(second.token())).accessToken).toBe(renewed.accessToken)
  })

  it('stands against a sibling that renews the login before', async () => {
    const { store, turn } = fragileStore()
    const { first, second, clock, login, token, sent } = await pair({ store })
    turn('refuses')
    clock.set(clock.now() + lifetime - 30_000)
    const next = login()
    expect(await codeOf(clock.run(first.replace(next)))).toBe('store_failed')
    turn('up')
    clock.set(clock.now() + 30_000)
    await clock.run(second.token())
    clock.set((next.expiresAt ?? 0) - 5000)
    const renewed = await clock.run(first.token())
    expect(sent()).toEqual([token.refreshToken, next.refreshToken])
    clock.set(clock.now() + 40_000)
    expect((await clock.run(second.token())).accessToken).toBe(renewed.accessToken)
  })
})

describe('a logout that the store could not be told', () => {
  it('stands against a sibling that renews, and ends it too', async () => {
    const { store, turn } = fragileStore()
    const world = siblings({ store })
    const { revocationEndpoint: _, ...server } = world.mock.server
    const { sibling, login, clock, store: shared } = world
    const token = login()
    const [first, second] = [0, 1].map(() =>
      sibling({ server }).sessionSource({ store: shared, key: 'user', token }),
    ) as [Session, Session]
    await clock.run(Promise.all([first.token(), second.token()]))
    turn('refuses')
    expect(await codeOf(clock.run(first.end()))).toBe('store_failed')
    turn('up')
    clock.set(clock.now() + lifetime)
    await clock.run(second.token())
    expect(await codeOf(clock.run(first.token()))).toBe('session_ended')
    clock.set(clock.now() + lifetime)
    expect(await codeOf(clock.run(second.token()))).toBe('session_ended')
  })
})
