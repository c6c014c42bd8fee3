import { describe, expect, it } from 'vitest'
import { failureOf } from '../fixtures/failure-of.js'
import { settle } from '../fixtures/fake-clock.js'
import { inspected } from '../fixtures/inspected.js'
import { json } from '../fixtures/scripted-server.js'
import { fails, status, tokenServer } from './token-server.js'

const hour = 3_600_000

describe('a session', () => {
  it('lives from the refresh token of each answer', async () => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    for (let i = 1; i < 4; i++) {
      expect((await session.token()).accessToken).toBe(`at${i}`)
      server.clock.set(server.clock.now() + hour)
    }
    expect(server.refreshTokens()).toEqual(['rt0', 'rt1', 'rt2'])
  })

  it('lives on from the old one where the server does not rotate', async () => {
    const server = tokenServer({ rotate: false })
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0', scope: 'a' } })
    await session.token()
    server.clock.set(server.clock.now() + hour)
    expect(await session.token()).toMatchObject({ accessToken: 'at2', refreshToken: 'rt0', scope: 'a' })
    expect(server.refreshTokens()).toEqual(['rt0', 'rt0'])
  })

  it('starts from a whole token without a request', async () => {
    const server = tokenServer()
    const session = server.client.sessionSource({
      token: { accessToken: 'at0', refreshToken: 'rt0', expiresAt: server.clock.now() + hour },
    })
    expect((await session.token()).accessToken).toBe('at0')
    expect(session.current()?.accessToken).toBe('at0')
    expect(server.sent).toHaveLength(0)
  })

  it('refreshes once for all who call at once', async () => {
    const server = tokenServer({ takesMs: 300 })
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    await server.clock.run(Promise.all(Array.from({ length: 1000 }, () => session.token())))
    expect(server.refreshTokens()).toEqual(['rt0'])
  })

  it('without a refresh token is over when its token is', async () => {
    const server = tokenServer()
    const expiresAt = server.clock.now() + hour
    const session = server.client.sessionSource({ token: { accessToken: 'at0', expiresAt } })
    server.clock.set(expiresAt - 1)
    expect((await session.token()).accessToken).toBe('at0')
    server.clock.set(expiresAt)
    expect((await failureOf(session.token())).code).toBe('session_ended')
    expect(server.sent).toHaveLength(0)
  })

  it('waits out a server that asks for patience, and sends its refresh token again', async () => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(status(429, { 'retry-after': '5' }))
    const from = server.clock.now()
    expect((await server.clock.run(session.token())).accessToken).toBe('at1')
    expect(server.clock.now() - from).toBe(5000)
    expect(server.refreshTokens()).toEqual(['rt0', 'rt0'])
  })

  it('goes on from the token of a new login', async () => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(fails('invalid_grant'))
    expect((await failureOf(session.token())).code).toBe('session_ended')
    await session.replace({ accessToken: 'new', refreshToken: 'rt-new', expiresAt: server.clock.now() + hour })
    expect((await session.token()).accessToken).toBe('new')
    server.clock.set(server.clock.now() + hour)
    expect((await session.token()).accessToken).toBe('at1')
    expect(server.refreshTokens()).toEqual(['rt0', 'rt-new'])
  })

  it('keeps the token of a new login when an older renewal comes home', async () => {
    const server = tokenServer({ takesMs: 300 })
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    const waiting = session.token()
    await settle()
    await session.replace({ accessToken: 'new', refreshToken: 'rt-new' })
    expect((await server.clock.run(waiting)).accessToken).toBe('new')
    expect(session.current()?.accessToken).toBe('new')
  })

  it('ends for everybody when it is ended, and revokes the newest token', async () => {
    const server = tokenServer({
      takesMs: 300,
      client: { server: { tokenEndpoint: 'https://as.test/token', revocationEndpoint: 'https://as.test/revoke' } },
    })
    const session = server.client.sessionSource({ token: { accessToken: 'at0', refreshToken: 'rt0' } })
    const renewing = failureOf(session.token({ rejected: await session.token() }))
    await settle()
    server.next(() => new Response())
    const ending = session.end()
    expect((await failureOf(session.token())).code).toBe('session_ended')
    await server.clock.run(Promise.all([ending, renewing]))
    expect((await renewing).code).toBe('session_ended')
    expect(server.sent.at(-1)).toMatchObject({
      url: 'https://as.test/revoke',
      body: 'token=rt1&token_type_hint=refresh_token',
    })
  })

  it('ends without a request where there is no revocation', async () => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    await session.end()
    expect(session.current()).toBeUndefined()
    expect(server.sent).toHaveLength(0)
  })

  it('shows no secret when it or its token is printed', async () => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { accessToken: 'at0', refreshToken: 'rt0' } })
    const printed = inspected([session, await session.token(), server.client], { depth: null, showHidden: true })
    expect(printed).not.toMatch(/at0|rt0/)
  })
})

describe('sessions', () => {
  it('are one a key', async () => {
    const server = tokenServer()
    const sessions = server.client.sessions()
    sessions.get('ada').replace({ refreshToken: 'rt-ada' })
    sessions.get('bob').replace({ refreshToken: 'rt-bob' })
    const tokens = await Promise.all([
      sessions.get('ada').token(),
      sessions.get('ada').token(),
      sessions.get('bob').token(),
    ])
    expect(tokens[0]).toBe(tokens[1])
    expect(server.refreshTokens().sort()).toEqual(['rt-ada', 'rt-bob'])
  })

  it('say that nobody has logged in', async () => {
    const server = tokenServer()
    expect((await failureOf(server.client.sessions().get('eve').token())).code).toBe('session_ended')
    expect(server.sent).toHaveLength(0)
  })

  it('lose nothing when they are put away', async () => {
    const server = tokenServer()
    const sessions = server.client.sessions({ mostHot: 2 })
    const keys = Array.from({ length: 50 }, (_, i) => `user${i}`)
    for (const key of keys) sessions.get(key).replace({ refreshToken: `rt-${key}` })
    for (const key of keys) await sessions.get(key).token()
    server.clock.set(server.clock.now() + hour)
    for (const key of keys) await sessions.get(key).token()
    const sent = server.refreshTokens()
    expect(new Set(sent).size).toBe(100)
    expect(sent.slice(0, 50)).toEqual(keys.map((key) => `rt-${key}`))
  })

  it('are not put away while they renew', async () => {
    const server = tokenServer({ takesMs: 300 })
    const sessions = server.client.sessions({ mostHot: 1 })
    for (const key of ['ada', 'bob', 'eve']) sessions.get(key).replace({ refreshToken: `rt-${key}` })
    const calls = ['ada', 'bob', 'eve', 'ada', 'bob', 'eve'].map((key) => sessions.get(key).token())
    await server.clock.run(Promise.all(calls))
    expect(server.refreshTokens()).toHaveLength(3)
  })

  it('are forgotten when they are ended', async () => {
    const server = tokenServer()
    const sessions = server.client.sessions({ mostHot: 1 })
    sessions.get('ada').replace({ refreshToken: 'rt-ada' })
    await sessions.get('ada').end()
    sessions.get('bob').replace({ refreshToken: 'rt-bob' })
    expect((await failureOf(sessions.get('ada').token())).code).toBe('session_ended')
    expect(server.sent).toHaveLength(0)
  })

  it('keep what the server sends beside the token', async () => {
    const server = tokenServer()
    server.next(() => json({ access_token: 'at', id_token: 'i.d', team: 'bears' }))
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    expect(await session.token()).toMatchObject({ idToken: 'i.d', raw: { team: 'bears' } })
  })
})
