import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Clock, memoryStore, type Session, type Token, type TokenEvent, type TokenStore } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { type FakeClock, settle } from '../fixtures/fake-clock.js'
import { visible } from '../fixtures/visible.js'
import { fragileStore } from './fragile-store.js'
import { codeOf, lifetime, pair, quietStore, siblings } from './siblings.js'

afterEach(() => vi.restoreAllMocks())

describe('a shared session whose refresh was lost on its way', () => {
  const lose = { type: 'reset', when: 'after_processing' } as const

  it('serves the last token to all while it lives, and then ends for all without sending anything', async () => {
    const { first, second, clock, mock, sent, token, open, later } = await pair()
    clock.set(clock.now() + lifetime - 5000)
    mock.fault('token', lose)
    expect((await clock.run(first.token())).accessToken).toBe(token.accessToken)
    mock.clearFaults()
    for (const session of [first, second, open()]) {
      expect((await clock.run(session.token())).accessToken).toBe(token.accessToken)
    }
    later()
    for (const session of [second, first, open()]) {
      expect(await failureOf(clock.run(session.token()))).toMatchObject({
        code: 'session_uncertain',
        message: expect.stringContaining('lost on its way: authorize'),
      })
    }
    expect(sent()).toHaveLength(1)
  })

  it('says to a sibling that would renew how long there is nothing to be done', async () => {
    const events: TokenEvent[] = []
    const { store, sibling, login, clock, mock } = siblings()
    const token = login()
    const first = sibling().sessionSource({ store, key: 'user', token })
    const second = sibling({ onEvent: (event) => events.push(event) }).sessionSource({ store, key: 'user', token })
    await clock.run(Promise.all([first.token(), second.token()]))
    clock.set(clock.now() + lifetime - 5000)
    mock.fault('token', lose)
    await clock.run(first.token())
    mock.clearFaults()
    await clock.run(second.token())
    expect(events).toContainEqual({
      ...{ type: 'renewal_failed', source: 'session', verdict: 'passing' },
      error: expect.objectContaining({
        code: 'store_failed',
        retryAfterMs: 5000,
        message: expect.stringContaining('the last token is used up'),
      }),
    })
  })

  it('is not tried again where the server was seen to rotate', async () => {
    const { first, second, clock, mock, sent, later } = await pair()
    later()
    await clock.run(first.token())
    later()
    mock.fault('token', lose)
    expect(await codeOf(clock.run(first.token()))).toBe('connection_lost')
    mock.clearFaults()
    for (const session of [second, first]) expect(await codeOf(clock.run(session.token()))).toBe('session_uncertain')
    expect(sent()).toHaveLength(2)
  })

  /** A session at a server that forgives reuse, which meets what it is told to. */
  const forgiven = async (...fates: (() => Response)[]) => {
    const { store, sibling, clock, mock, login } = siblings()
    const token = login()
    const refreshTokens: (string | null)[] = []
    const fetch: typeof globalThis.fetch = async (input, init) => {
      refreshTokens.push(new URLSearchParams(String(init?.body)).get('refresh_token'))
      return (fates.shift() ?? (() => mock.fetch(new Request(input, init))))()
    }
    const server = { ...mock.server, refreshTokenReuse: 'grace' as const }
    const open = () => sibling({ server, fetch }).sessionSource({ store, key: 'user', token })
    await clock.run(open().token())
    clock.set(clock.now() + lifetime)
    return { clock, open, token, refreshTokens }
  }
  const failing = (code: string) => () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
  }
  const resets = failing('ECONNRESET')
  const refuses = failing('ECONNREFUSED')

  it('is tried once more also after the server surely did nothing with it', async () => {
    const { clock, open, token } = await forgiven(resets, refuses, refuses, refuses)
    expect(await codeOf(clock.run(open().token()))).toBe('connection_lost')
    expect(await codeOf(clock.run(open().token()))).toBe('unreachable')
    expect((await clock.run(open().token())).accessToken).not.toBe(token.accessToken)
  })

  it('is not tried a third time after the server may have done something with it', async () => {
    const { clock, open, refreshTokens } = await forgiven(resets, () => new Response('', { status: 503 }))
    expect(await codeOf(clock.run(open().token()))).toBe('connection_lost')
    expect(await codeOf(clock.run(open().token()))).toBe('invalid_response')
    expect(await codeOf(clock.run(open().token()))).toBe('session_uncertain')
    expect(refreshTokens).toHaveLength(2)
  })

  it('is tried once more where the server is known not to punish it, and only without a valid token', async () => {
    const world = siblings({ mock: { rotateRefreshTokens: false } })
    const { store, sibling, clock, mock, sent, login } = world
    const server = { ...mock.server, refreshTokenReuse: 'grace' as const }
    const token = login()
    const [first, second] = [0, 1].map(() => sibling({ server }).sessionSource({ store, key: 'user', token })) as [
      Session,
      Session,
    ]
    await clock.run(Promise.all([first.token(), second.token()]))
    clock.set(clock.now() + lifetime - 5000)
    mock.fault('token', lose)
    await clock.run(first.token())
    mock.clearFaults()
    await clock.run(second.token())
    expect(sent()).toHaveLength(1)
    clock.set(clock.now() + 5000)
    expect((await clock.run(second.token())).accessToken).not.toBe(token.accessToken)
    expect(sent()).toHaveLength(2)
  })

  it('is not tried a third time', async () => {
    const { store, sibling, clock, mock, sent, login } = siblings()
    const server = { ...mock.server, refreshTokenReuse: 'grace' as const }
    const token = login()
    const open = () => sibling({ server }).sessionSource({ store, key: 'user', token })
    await clock.run(open().token())
    clock.set(clock.now() + lifetime)
    const breaks = { type: 'reset', when: 'before_processing' } as const
    mock.fault('token', breaks)
    mock.fault('token', breaks)
    expect(await codeOf(clock.run(open().token()))).toBe('connection_lost')
    expect(await codeOf(clock.run(open().token()))).toBe('connection_lost')
    expect(await codeOf(clock.run(open().token()))).toBe('session_uncertain')
    expect(sent()).toHaveLength(2)
  })

  it('is tried once more where it was learnt that the server does not rotate', async () => {
    const { first, second, clock, mock, sent, later } = await pair({ mock: { rotateRefreshTokens: false } })
    later()
    await clock.run(first.token())
    later()
    mock.fault('token', lose)
    expect(await codeOf(clock.run(first.token()))).toBe('connection_lost')
    mock.clearFaults()
    await clock.run(second.token())
    expect(sent()).toHaveLength(3)
  })
})

describe.each(['refuses', 'hangs'] as const)('a store that %s', (way) => {
  it('does not keep a shared session from serving its token, and fails it when that is dead', async () => {
    const { store, turn } = fragileStore()
    const { first, clock, token, sent, later } = await pair({ store })
    turn(way)
    clock.set(clock.now() + lifetime - 9000)
    expect((await clock.run(first.token())).accessToken).toBe(token.accessToken)
    later()
    const failure = await failureOf(clock.run(first.token()))
    expect(failure).toMatchObject({
      code: 'store_failed',
      message: expect.stringMatching(/^the store (could|did) not/),
    })
    expect(visible(failure)).not.toContain('hush')
    expect(sent()).toHaveLength(0)
    turn('up')
    clock.set(clock.now() + 60_000)
    expect((await clock.run(first.token())).accessToken).not.toBe(token.accessToken)
  })

  it('makes a session wait that is told to', async () => {
    const { store, turn } = fragileStore()
    const { sibling, login, clock, sent } = siblings({ store })
    const token = login()
    const session = sibling().sessionSource({ store, key: 'user', token, whenStoreFails: 'wait' })
    await clock.run(session.token())
    turn(way)
    clock.set(clock.now() + lifetime)
    const leave = new AbortController()
    const waiting = session.token()
    const leaving = session.token({ signal: leave.signal })
    for (let i = 0; i < 40; i++) await clock.next()
    expect(clock.sleeps).toEqual(expect.arrayContaining([100, 200, 400, 800, 1600, 3200, 5000]))
    leave.abort(new Error('enough'))
    await expect(leaving).rejects.toThrow('enough')
    turn('up')
    expect((await clock.run(waiting)).accessToken).not.toBe(token.accessToken)
    expect(sent()).toHaveLength(1)
  })

  it('costs a client-credentials source requests, and nothing else', async () => {
    const { store, turn } = fragileStore()
    const { sibling, clock, mock } = siblings({ store })
    const sources = [sibling(), sibling()].map((client) => client.clientCredentialsSource({ store }))
    turn(way)
    await clock.run(Promise.all(sources.map((source) => source.token())))
    expect(mock.requests).toHaveLength(2)
  })

  it('while a refresh is under way does not lose the answer', async () => {
    const { store, turn } = fragileStore()
    const { first, second, clock, mock, sent, token, later } = await pair({ store })
    later()
    mock.fault('token', { type: 'late_answer', ms: 1000 })
    const renewing = first.token()
    await settle()
    turn(way)
    for (let i = 0; i < 12; i++) await clock.next()
    mock.clearFaults()
    turn('up')
    const renewed = await clock.run(renewing)
    expect(renewed.accessToken).not.toBe(token.accessToken)
    for (let i = 0; i < 8; i++) await clock.next()
    expect((await clock.run(second.token())).accessToken).toBe(renewed.accessToken)
    expect(sent()).toHaveLength(1)
  })

  it('lets a logout be known here, and says that the others do not know', async () => {
    const { store, turn } = fragileStore()
    const { first, clock, mock } = await pair({ store })
    turn(way)
    expect(await codeOf(clock.run(first.end()))).toBe('store_failed')
    expect(await codeOf(clock.run(first.token()))).toBe('session_ended')
    expect(mock.requests.map(({ endpoint }) => endpoint)).toEqual(['revocation'])
  })

  it('lets a login be used here, and told to the others as soon as it can', async () => {
    const { store, turn } = fragileStore()
    const { first, second, clock, login, token, later, sent } = await pair({ store })
    turn(way)
    const next = login()
    expect(await codeOf(clock.run(first.replace(next)))).toBe('store_failed')
    expect((await clock.run(first.token())).accessToken).toBe(next.accessToken)
    turn('up')
    later()
    await clock.run(first.token())
    await clock.run(second.token())
    expect(sent()).toEqual([next.refreshToken])
    expect(sent()).not.toContain(token.refreshToken)
  })
})

describe('a store that comes back after two minutes', () => {
  const outage = 120_000

  it('serves one who asks again and again within seconds', async () => {
    const { store, turn } = fragileStore()
    const { first, clock, later } = await pair({ store })
    vi.spyOn(Math, 'random').mockReturnValue(0.999)
    later()
    turn('refuses')
    for (let spent = 0; spent < outage; spent += 250) {
      await failureOf(first.token())
      await clock.pass(250)
    }
    turn('up')
    const back = clock.now()
    let served: Token | undefined
    while (!served) {
      await clock.pass(250)
      served = await clock.run(first.token()).catch(() => undefined)
    }
    expect(clock.now() - back).toBeLessThan(1500)
  })

  it('serves one who waits within seconds', async () => {
    const { store, turn } = fragileStore()
    const { sibling, login, clock } = siblings({ store })
    const session = sibling().sessionSource({ store, key: 'user', token: login(), whenStoreFails: 'wait' })
    await session.token()
    clock.set(clock.now() + lifetime)
    turn('refuses')
    const waiting = session.token()
    await settle()
    await clock.pass(outage)
    turn('up')
    const back = clock.now()
    await clock.run(waiting)
    expect(clock.now() - back).toBeLessThan(6000)
  })
})

describe('a store that cannot watch', () => {
  it('and throws is one that tells nothing', async () => {
    const inner = memoryStore()
    const watch = () => {
      throw new Error('redis://:hush@10.0.0.1')
    }
    const { first, second, clock, later, token } = await pair({ store: { ...inner, watch } })
    later()
    const renewed = await clock.run(first.token())
    expect(renewed.accessToken).not.toBe(token.accessToken)
    expect((await clock.run(second.token())).accessToken).toBe(renewed.accessToken)
  })
})

describe('a store in which others keep writing', () => {
  it('is left after ten tries, with nothing sent', async () => {
    const inner = quietStore()
    let refused = 0
    const set: TokenStore['set'] = async (key, value, version, options) => {
      if (!JSON.parse(value).intent && !JSON.parse(value).ended) return inner.set(key, value, version, options)
      refused += 1
      return false
    }
    const { first, clock, sent, later } = await pair({ store: { ...inner, set } })
    later()
    const failure = { code: 'store_failed', message: expect.stringContaining('others kept writing') }
    expect(await failureOf(clock.run(first.token()))).toMatchObject(failure)
    expect(refused).toBe(10)
    expect(await failureOf(clock.run(first.end()))).toMatchObject(failure)
    expect(refused).toBe(20)
    expect(sent()).toEqual([])
  })
})

describe('a lock that was lost before anything was sent', () => {
  it('has nothing sent, and the next one renews', async () => {
    const inner = quietStore()
    const lost = new AbortController()
    const withLock: TokenStore['withLock'] = (key, work, options) =>
      inner.withLock(key, () => work(lost.signal), options)
    const { sibling, login, clock, sent } = siblings({ store: inner })
    const token = login()
    const sessions = [{ ...inner, withLock }, inner].map((store) =>
      sibling().sessionSource({ store, key: 'user', token }),
    ) as [Session, Session]
    await clock.run(Promise.all(sessions.map((session) => session.token())))
    clock.set(clock.now() + lifetime)
    lost.abort()
    const failure = { code: 'store_failed', message: expect.stringContaining('nothing was sent') }
    expect(await failureOf(clock.run(sessions[0].token()))).toMatchObject(failure)
    expect(sent()).toEqual([])
    expect((await clock.run(sessions[1].token())).accessToken).not.toBe(token.accessToken)
    expect(sent()).toEqual([token.refreshToken])
  })
})

describe('a store that lost its last writes', () => {
  it.each([
    ['is empty', () => undefined],
    ['holds an older token', (older: string) => older],
  ])('and %s is told again, and its older token not taken', async (_, left) => {
    const { first, second, clock, store, sent, later } = await pair()
    const older = (await store.get('user'))?.value ?? ''
    later()
    await clock.run(first.token())
    await clock.run(second.token())
    const now = await store.get('user')
    const value = left(older)
    if (value) await store.set('user', value, now?.version)
    else await store.delete('user', now?.version ?? '')
    later()
    const [one, other] = await clock.run(Promise.all([first.token(), second.token()]))
    expect(one.accessToken).toBe(other.accessToken)
    expect(sent()).toHaveLength(2)
    expect(new Set(sent()).size).toBe(2)
  })
})

describe('clocks that differ by minutes', () => {
  const skewed = (clock: FakeClock, byMs: number): Clock => ({ ...clock, now: () => clock.now() + byMs })

  it.each([-300_000, 0, 300_000])('cost nothing where the store tells the time (%i ms)', async (byMs) => {
    const inner = memoryStore()
    const world = siblings()
    const { sibling, mock, sent, login } = world
    const store: TokenStore = {
      ...inner,
      get: async (key) => {
        const stored = await inner.get(key)
        return stored && { ...stored, now: world.clock.now() }
      },
    }
    const open = (clock: Clock) => sibling({ clock }).sessions({ store }).get('user')
    const [early, right] = [open(skewed(world.clock, byMs)), open(world.clock)]
    const token = login()
    await early.replace({ ...token, expiresAt: (token.expiresAt ?? 0) + byMs })
    for (let round = 0; round < 4; round++) {
      const [one, other] = await world.clock.run(Promise.all([early.token(), right.token()]))
      expect(one.accessToken).toBe(other.accessToken)
      expect(await world.clock.run(open(skewed(world.clock, -byMs)).token())).toMatchObject({
        accessToken: one.accessToken,
      })
      expect(mock.requests).toHaveLength(round)
      world.clock.set(world.clock.now() + lifetime)
    }
    expect(new Set(sent()).size).toBe(3)
  })
})
