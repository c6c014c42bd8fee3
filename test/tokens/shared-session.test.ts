import { describe, expect, it } from 'vitest'
import { encrypted, memoryStore, type Session, type TokenEvent, type TokenStore } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { settle } from '../fixtures/fake-clock.js'
import { visible } from '../fixtures/visible.js'
import { codeOf, lifetime, quietStore, siblings } from './siblings.js'

/** Many processes that share one session. */
const family = (given: Parameters<typeof siblings>[0] = {}, size = 8) => {
  const world = siblings(given)
  const { store, sibling, login } = world
  const token = login()
  const open = () => sibling().sessionSource({ store, key: 'user', token })
  const sessions = Array.from({ length: size }, open)
  return {
    ...world,
    token,
    open,
    sessions,
    first: sessions[0] as Session,
    second: sessions[1] as Session,
    all: () => world.clock.run(Promise.all(sessions.map((session) => session.token()))),
  }
}

describe.each([
  ['hears of changes', memoryStore],
  ['tells nothing', quietStore],
])('a session in a store that %s', (_, store) => {
  it('starts from its first token without a request', async () => {
    const { all, token, mock } = family({ store: store() })
    for (const { accessToken } of await all()) expect(accessToken).toBe(token.accessToken)
    expect(mock.requests).toHaveLength(0)
  })

  it('is renewed once for all, round after round, and sends no refresh token twice', async () => {
    const { all, clock, sent } = family({ store: store() })
    for (let round = 0; round < 10; round++) {
      const tokens = await all()
      expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1)
      clock.set(clock.now() + lifetime)
    }
    expect(sent()).toHaveLength(9)
    expect(new Set(sent()).size).toBe(9)
  })

  it('does not touch the store while the token is fresh', async () => {
    const { all, looks } = family({ store: store() })
    await all()
    looks.length = 0
    for (let i = 0; i < 20; i++) await all()
    expect(looks).toEqual([])
  })

  it('is taken up by a process that knows only the key', async () => {
    const { all, store: shared, sibling, clock, sent } = family({ store: store() })
    await all()
    clock.set(clock.now() + lifetime)
    const [{ accessToken } = { accessToken: '' }] = await all()
    const late = sibling().sessions({ store: shared }).get('user')
    expect((await late.token()).accessToken).toBe(accessToken)
    expect(sent()).toHaveLength(1)
  })

  it('is not handed a token that is about to die, but a new one', async () => {
    const { first, second, clock, sent, token } = family({ store: store() })
    await first.token()
    clock.set(clock.now() + lifetime - 1)
    expect((await clock.run(second.token())).accessToken).not.toBe(token.accessToken)
    expect(sent()).toHaveLength(1)
  })

  it('that nobody has logged in to says so, until somebody does', async () => {
    const { sibling, login, clock, mock } = siblings()
    const shared = store()
    const [one, other] = [sibling(), sibling()].map((client) => client.sessions({ store: shared }).get('user')) as [
      Session,
      Session,
    ]
    expect((await failureOf(clock.run(one.token()))).code).toBe('session_ended')
    const token = login()
    await other.replace(token)
    expect((await clock.run(one.token())).accessToken).toBe(token.accessToken)
    expect(mock.requests).toHaveLength(0)
  })

  it('ends for all, and its newest token is revoked', async () => {
    const { all, first, second, clock, mock, sent } = family({ store: store() })
    await all()
    clock.set(clock.now() + lifetime)
    const { refreshToken } = await clock.run(second.token())
    await clock.run(first.end())
    clock.set(clock.now() + lifetime)
    const failure = await failureOf(clock.run(second.token()))
    expect(failure).toMatchObject({ code: 'session_ended', message: expect.stringContaining('has ended: authorize') })
    expect((await failureOf(clock.run(first.token()))).code).toBe('session_ended')
    expect(sent()).toHaveLength(1)
    const revoked = mock.requests.filter(({ endpoint }) => endpoint === 'revocation')
    expect(revoked.map(({ form }) => form?.['token'])).toEqual([refreshToken])
  })

  it('that has ended is told of once, however often it is asked', async () => {
    const events: TokenEvent['type'][] = []
    const { first, sibling, store: shared, clock } = family({ store: store() })
    const onEvent = ({ type }: TokenEvent) => events.push(type)
    const session = sibling({ onEvent }).sessions({ store: shared }).get('user')
    await first.token()
    await clock.run(session.token())
    await clock.run(first.end())
    clock.set(clock.now() + lifetime)
    for (let call = 0; call < 3; call++) expect(await codeOf(clock.run(session.token()))).toBe('session_ended')
    expect(events.filter((type) => type === 'session_ended')).toHaveLength(1)
  })

  it('that was adopted is due when its lifetime says so, which began with the renewal', async () => {
    const { first, second, clock, sent } = family({ store: store() })
    await first.token()
    await second.token()
    clock.set(clock.now() + lifetime)
    await clock.run(first.token())
    clock.set(clock.now() + 0.55 * lifetime)
    await clock.run(second.token())
    clock.set(clock.now() + 0.22 * lifetime)
    await second.token()
    await settle()
    expect(sent()).toHaveLength(1)
    clock.set(clock.now() + 0.1 * lifetime)
    await second.token()
    await settle()
    expect(sent()).toHaveLength(2)
  })

  it('of unknown lifetime is shared too, and that of its refresh token is not lost', async () => {
    const { sibling, login, clock, mock } = siblings()
    const { expiresAt: _, ...token } = login()
    const refreshTokenExpiresAt = clock.now() + 86_400_000
    const place = { store: store(), key: 'user' }
    const client = sibling()
    expect(await client.sessionSource({ ...place, token: { ...token, refreshTokenExpiresAt } }).token()).toEqual(
      await sibling().sessionSource(place).token(),
    )
    const taken = await sibling().sessionSource(place).token()
    expect(taken).toMatchObject({ accessToken: token.accessToken, refreshTokenExpiresAt })
    expect(taken).not.toHaveProperty('expiresAt')
    expect(mock.requests).toHaveLength(0)
  })

  it('that was renewed a while ago by a sibling is adopted, and is no more due for it', async () => {
    const { first, second, clock, sent } = family({ store: store() })
    await first.token()
    await second.token()
    clock.set(clock.now() + lifetime)
    const { accessToken } = await clock.run(first.token())
    clock.set(clock.now() + 0.55 * lifetime)
    for (let call = 0; call < 3; call++) expect((await clock.run(second.token())).accessToken).toBe(accessToken)
    await settle()
    expect(sent()).toHaveLength(1)
  })

  it('that has ended is found so by a process that starts later, whatever token it brings', async () => {
    const { first, open, clock, mock } = family({ store: store() })
    await first.token()
    await clock.run(first.end())
    expect((await failureOf(clock.run(open().token()))).code).toBe('session_ended')
    expect(mock.requests.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(0)
  })

  it('is ended for all by the one request that the server refuses', async () => {
    const { all, sessions, token, clock, mock, sent } = family({ store: store() })
    await all()
    mock.revoke(token.refreshToken ?? '')
    clock.set(clock.now() + lifetime)
    for (const session of sessions) expect((await failureOf(clock.run(session.token()))).code).toBe('session_ended')
    expect(sent()).toHaveLength(1)
  })

  it('goes on for all from the token of a new login', async () => {
    const { all, sessions, second, clock, login, mock } = family({ store: store() })
    await all()
    clock.set(clock.now() + lifetime / 2)
    await clock.run(second.end())
    const token = login()
    await second.replace(token)
    clock.set(clock.now() + lifetime / 2)
    for (const session of sessions) expect((await clock.run(session.token())).accessToken).toBe(token.accessToken)
    expect(mock.requests.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(0)
  })

  it('goes on from the last login, however many another process has seen before it', async () => {
    const { all, sessions, first, second, clock, login, mock } = family({ store: store() })
    await all()
    for (let logins = 0; logins < 3; logins++) await second.replace(login())
    clock.set(clock.now() + lifetime / 2)
    const token = login()
    await first.replace(token)
    clock.set(clock.now() + lifetime / 2)
    for (const session of sessions) expect((await clock.run(session.token())).accessToken).toBe(token.accessToken)
    expect(mock.requests).toHaveLength(0)
  })

  it('costs one renewal when all come with the same refused token', async () => {
    const { all, sessions, clock, sent } = family({ store: store() })
    const [rejected] = await all()
    if (!rejected) throw new Error('no token')
    const tokens = await clock.run(Promise.all(sessions.map((session) => session.token({ rejected }))))
    expect(sent()).toHaveLength(1)
    for (const { accessToken } of tokens) expect(accessToken).not.toBe(rejected.accessToken)
  })

  it('is left to the next one by a server that is down for a moment', async () => {
    const { all, first, second, clock, mock, sent } = family({ store: store() })
    await all()
    clock.set(clock.now() + lifetime)
    mock.fault('token', { type: 'status', status: 503 })
    expect((await failureOf(clock.run(first.token()))).code).toBe('invalid_response')
    mock.clearFaults()
    await clock.run(second.token())
    expect(new Set(sent()).size).toBe(1)
  })
})

describe('a shared session', () => {
  it('hears of a login and of a logout at once where the store can tell', async () => {
    const { all, first, second, clock, login } = family()
    await all()
    const token = login()
    await first.replace(token)
    await settle()
    expect(second.current()?.accessToken).toBe(token.accessToken)
    await clock.run(first.end())
    await settle()
    expect(second.current()).toBeUndefined()
  })

  it('hands a renewal to its siblings at once where the store can tell', async () => {
    const events: TokenEvent[] = []
    const { store, sibling, login, clock } = siblings()
    const token = login()
    const one = sibling().sessionSource({ store, key: 'user', token })
    const other = sibling({ onEvent: (event) => events.push(event) }).sessionSource({ store, key: 'user' })
    await one.token()
    await other.token()
    const renewed = await clock.run(one.token({ rejected: await one.token() }))
    await settle()
    expect(other.current()?.accessToken).toBe(renewed.accessToken)
    expect(events.map(({ type }) => type)).toEqual(['requested', 'adopted', 'adopted'])
    expect(events.at(-1)).toEqual({ type: 'adopted', source: 'session', expiresAt: renewed.expiresAt })
  })

  it.each([
    ['no store', { store: {} as TokenStore, key: 'user' }],
    ['no key', { store: memoryStore(), key: '' }],
    ['a key that some engines cannot hold', { store: memoryStore(), key: 'a\0b' }],
    ['a key that is half a letter', { store: memoryStore(), key: '\ud800' }],
  ])('is refused with %s', async (_, options) => {
    const { sibling } = siblings()
    expect((await failureOf(() => sibling().sessionSource(options))).code).toBe('invalid_argument')
  })

  it('does not take something else for a token', async () => {
    const { store, sibling, login, clock } = siblings()
    for (const [i, value] of ['', 'null', '[]', '{"generation":"1"}', 'hush'].entries()) {
      await store.set(`${i}`, value, undefined)
      const session = sibling().sessionSource({ store, key: `${i}`, token: login() })
      const failure = await failureOf(clock.run(session.token()))
      expect(failure.code).toBe('foreign_record')
      expect(visible(failure)).not.toContain('hush')
      expect((await store.get(`${i}`))?.value).toBe(value)
    }
  })

  it.each([
    ['an end of another kind', { ended: [] }],
    ['a generation that is no whole number', { generation: '1' }],
    ['a token that is a text', { token: 'hush' }],
    ...['accessToken', 'tokenType', 'refreshToken', 'scope', 'idToken', 'keyThumbprint'].map(
      (name): [string, object] => [`a token whose ${name} is no text`, { token: { [name]: { hush: 1 } } }],
    ),
    ['a moment that is no number', { token: { accessToken: 'hush', expiresAt: 'soon' } }],
    [
      'the end of a refresh token that is no number',
      { token: { refreshToken: 'hush', refreshTokenExpiresAt: 'soon' } },
    ],
    ['a moment of asking that is none', { askedAt: null }],
    ['an intent without an id', { intent: { hush: 1 } }],
  ])('does not believe a record with %s', async (_, fields) => {
    const { store, sibling, login, clock } = siblings()
    const session = sibling().sessionSource({ store, key: 'user', token: login() })
    await clock.run(session.token())
    const { value = '', version } = (await store.get('user')) ?? {}
    await store.set('user', JSON.stringify({ ...JSON.parse(value), ...fields }), version)
    const failure = await failureOf(clock.run(sibling().sessionSource({ store, key: 'user' }).token()))
    expect(failure.code).toBe('foreign_record')
    expect(visible(failure)).not.toContain('hush')
  })

  it('without a refresh token is over when its token is spent, and nothing is written for that', async () => {
    const { store, sibling, login, clock, mock } = siblings()
    const { refreshToken: _, ...token } = login()
    const session = sibling().sessionSource({ store, key: 'user', token })
    await clock.run(session.token())
    clock.set(clock.now() + lifetime)
    const before = await store.get('user')
    expect(await failureOf(clock.run(session.token()))).toMatchObject({
      code: 'session_ended',
      message: expect.stringContaining('there is no refresh token'),
    })
    expect(await store.get('user')).toEqual(before)
    expect(mock.requests).toEqual([])
  })

  it('goes on from a new login over a record that cannot be read any more', async () => {
    const { store, sibling, login, mock } = siblings()
    const [lost, kept] = ['a', 'b'].map((letter) => encrypted(store, { keys: [letter.repeat(43)] })) as [
      TokenStore,
      TokenStore,
    ]
    await sibling().sessionSource({ store: lost, key: 'user', token: login() }).token()
    const session = sibling().sessionSource({ store: kept, key: 'user' })
    // What Web Crypto does takes real time, and the clock of the test must not run meanwhile.
    expect((await failureOf(session.token())).code).toBe('undecipherable')
    const token = login()
    await session.replace(token)
    const other = sibling().sessionSource({ store: kept, key: 'user' })
    expect((await other.token()).accessToken).toBe(token.accessToken)
    expect(mock.requests).toHaveLength(0)
  })

  it('leaves no secret behind when it has ended', async () => {
    const { first, clock, store, token } = family()
    await first.token()
    await clock.run(first.end())
    const { value } = (await store.get('user')) ?? {}
    expect(value).not.toContain(token.accessToken)
    expect(value).not.toContain(token.refreshToken)
  })

  it('logged out while a sibling renews: what comes home is revoked', async () => {
    const { all, first, second, clock, mock } = family()
    await all()
    clock.set(clock.now() + lifetime)
    mock.fault('token', { type: 'late_answer', ms: 1000 })
    const renewing = failureOf(first.token())
    await settle()
    await clock.run(second.end())
    expect((await clock.run(renewing)).code).toBe('session_ended')
    const revoked = mock.requests.filter(({ endpoint }) => endpoint === 'revocation').map(({ form }) => form?.['token'])
    expect(revoked).toHaveLength(2)
    expect(new Set(revoked).size).toBe(2)
  })

  it('logged out while a sibling renews, at a server that revokes nothing, is over all the same', async () => {
    const world = siblings()
    const { revocationEndpoint: _, ...server } = world.mock.server
    const { store, sibling, login, clock, mock } = world
    const token = login()
    const [first, second] = [0, 1].map(() => sibling({ server }).sessionSource({ store, key: 'user', token })) as [
      Session,
      Session,
    ]
    await clock.run(Promise.all([first.token(), second.token()]))
    clock.set(clock.now() + lifetime)
    mock.fault('token', { type: 'late_answer', ms: 1000 })
    const renewing = failureOf(first.token())
    await settle()
    await clock.run(second.end())
    expect((await clock.run(renewing)).code).toBe('session_ended')
  })

  it('refused while a user logs in again elsewhere goes on from that login', async () => {
    const store = quietStore()
    const world = siblings({ store })
    const { sibling, login, clock, mock } = world
    const token = login()
    const other = sibling().sessionSource({ store, key: 'user', token })
    const next = login()
    const fetch: typeof globalThis.fetch = async () => {
      await other.replace(next)
      return Response.json({ error: 'invalid_grant' }, { status: 400 })
    }
    const session = sibling({ fetch }).sessionSource({ store, key: 'user', token })
    await clock.run(Promise.all([session.token(), other.token()]))
    expect((await clock.run(session.token({ rejected: token }))).accessToken).toBe(next.accessToken)
    expect(mock.requests).toHaveLength(0)
  })

  it('whose background renewal begins tells `waitUntil` of it', async () => {
    const { store, sibling, login, clock } = siblings()
    const handed: Promise<unknown>[] = []
    const session = sibling().sessionSource({
      ...{ store, key: 'user', token: login() },
      waitUntil: (work) => handed.push(work),
    })
    await clock.run(session.token())
    clock.set(clock.now() + 0.87 * lifetime)
    await session.token()
    expect(handed).toHaveLength(1)
    await clock.run(Promise.all(handed))
  })

  it('takes its first token also where another source without one was made after', async () => {
    const { store, sibling, login, clock } = siblings()
    const client = sibling()
    const token = login()
    client.sessionSource({ store, key: 'user', token }).current()
    const later = client.sessionSource({ store, key: 'user' })
    expect((await clock.run(later.token())).accessToken).toBe(token.accessToken)
  })

  it('takes its first token also from a source that was made later than one without', async () => {
    const { store, sibling, login, clock } = siblings()
    const client = sibling()
    expect(await codeOf(clock.run(client.sessionSource({ store, key: 'user' }).token()))).toBe('session_ended')
    const token = login()
    const session = client.sessionSource({ store, key: 'user', token })
    expect((await clock.run(session.token())).accessToken).toBe(token.accessToken)
  })

  it('that was put away does not answer with the very token that a server has refused', async () => {
    const { store, sibling, login, clock, sent } = siblings()
    const sessions = sibling().sessions({ store, mostHot: 1 })
    await sessions.get('ada').replace(login())
    const rejected = await sessions.get('ada').token()
    sessions.get('bob').current()
    const next = await clock.run(sessions.get('ada').token({ rejected }))
    expect(next.accessToken).not.toBe(rejected.accessToken)
    expect(sent()).toHaveLength(1)
  })

  it('is renewed ahead of its expiry where it was but looked at', async () => {
    const { store, sibling, login, clock, sent } = siblings()
    sibling().sessionSource({ store, key: 'user', token: login(), prefetch: true }).current()
    await settle()
    await clock.pass(lifetime)
    expect(sent()).toHaveLength(1)
  })

  it('that nobody has logged in to can be ended: there is nothing to revoke', async () => {
    const { store, sibling, clock, mock } = siblings()
    await clock.run(sibling().sessions({ store }).get('nobody').end())
    await sibling().sessions().get('nobody').end()
    expect(mock.requests).toHaveLength(0)
  })

  it('is renewed ahead of its expiry also after a login that followed an end', async () => {
    const { store, sibling, login, clock, sent } = siblings()
    const session = sibling().sessionSource({ store, key: 'user', prefetch: true })
    expect(await codeOf(clock.run(session.token()))).toBe('session_ended')
    await clock.pass(3000)
    await session.replace(login())
    await clock.pass(lifetime)
    expect(sent()).toHaveLength(1)
  })

  it('tells of its life in events, each once, to whoever renews and to its siblings', async () => {
    const events: TokenEvent['type'][][] = [[], []]
    const { store, sibling, login, clock } = siblings()
    const token = login()
    const [one, other] = events.map((told) =>
      sibling({ onEvent: ({ type }) => told.push(type) }).sessionSource({ store, key: 'user', token }),
    ) as [Session, Session]
    await clock.run(Promise.all([one.token(), other.token()]))
    clock.set(clock.now() + lifetime)
    await clock.run(one.token())
    await settle()
    await clock.run(one.end())
    await settle()
    await other.replace(login())
    await settle()
    const [renewing, hearing] = events
    expect(renewing).toEqual(['requested', 'adopted', 'requested', 'renewed', 'session_ended', 'adopted'])
    expect(hearing).toEqual(['requested', 'adopted', 'adopted', 'session_ended'])
  })
})
