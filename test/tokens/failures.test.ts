import { afterEach, describe, expect, it, vi } from 'vitest'
import { createClient, OAuthError, type TokenEvent } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock, settle } from '../fixtures/fake-clock.js'
import { fails, hangs, resets, status, type Turn, tokenServer, unreachable } from './token-server.js'

afterEach(() => vi.restoreAllMocks())

const hour = 3_600_000

type Verdict = Extract<TokenEvent, { readonly type: 'renewal_failed' }>['verdict']

/** A server that is known not to punish a refresh token that it sees twice. */
const forgiving = { tokenEndpoint: 'https://as.test/token', refreshTokenReuse: 'grace' } as const

const passing: [string, Turn][] = [
  ['a 500', fails('server_error', 500)],
  ['a 503', status(503)],
  ['a 429', fails('slow_down', 429)],
  ['an HTML page', status(502)],
  ['an HTML page under a 403', status(403)],
  ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://x.test' } })],
  ['a connection refused', unreachable],
]

describe('a passing failure', () => {
  it.each(passing)('of %s keeps the valid token served', async (_, turn) => {
    const server = tokenServer()
    const source = server.client.sessionSource({
      token: { accessToken: 'at0', refreshToken: 'rt0', expiresAt: server.clock.now() + hour },
    })
    server.clock.set(server.clock.now() + hour - 30_000)
    server.next(turn, turn, turn)
    expect((await source.token()).accessToken).toBe('at0')
    await settle()
    server.clock.set(server.clock.now() + 21_000)
    expect((await server.clock.run(source.token())).accessToken).toBe('at0')
  })

  it.each(passing)('of %s is tried again when wanted, once nothing is left', async (_, turn) => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(turn, turn, turn)
    await failureOf(server.clock.run(session.token()))
    server.calm()
    expect((await server.clock.run(session.token())).accessToken).toBe('at1')
  })

  it('backs off with full jitter that grows', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(...Array.from({ length: 20 }, () => fails('server_error', 500)))
    await failureOf(session.token())
    await failureOf(session.token())
    expect(server.sent).toHaveLength(2)
    for (const pause of [500, 1000, 2000, 4000, 8000, 15_000, 15_000]) {
      const before = server.sent.length
      server.clock.set(server.clock.now() + pause - 1)
      expect(await failureOf(session.token())).toMatchObject({ code: 'error_response', status: 500 })
      expect(server.sent).toHaveLength(before)
      server.clock.set(server.clock.now() + 1)
      await failureOf(session.token())
      expect(server.sent).toHaveLength(before + 1)
    }
    expect(random).toHaveBeenCalled()
  })

  it('honours Retry-After', async () => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(status(503, { 'retry-after': '120' }))
    expect(await failureOf(session.token())).toMatchObject({ retryAfterMs: 120_000 })
    server.clock.set(server.clock.now() + 119_999)
    await failureOf(session.token())
    expect(server.sent).toHaveLength(1)
    server.clock.set(server.clock.now() + 1)
    expect((await session.token()).accessToken).toBe('at1')
  })

  it('waits for a Retry-After of some seconds itself where nobody shares the token', async () => {
    const { client, clock, next, sent } = tokenServer()
    next(status(429, { 'retry-after': '5' }))
    const from = clock.now()
    expect((await clock.run(client.clientCredentialsSource().token())).accessToken).toBe('at1')
    expect(clock.now() - from).toBe(5000)
    expect(sent).toHaveLength(2)
  })

  it.each([
    ['for a day', '86400'],
    ['for ever', '9'.repeat(400)],
    ['until the year 9999', 'Fri, 31 Dec 9999 23:59:59 GMT'],
  ])('asks again after an hour, though the server wants to be left alone %s', async (_, asked) => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(status(503, { 'retry-after': asked }))
    await failureOf(session.token())
    server.clock.set(server.clock.now() + hour - 1)
    await failureOf(session.token())
    expect(server.sent).toHaveLength(1)
    server.clock.set(server.clock.now() + 1)
    expect((await session.token()).accessToken).toBe('at1')
  })

  it('never serves a dead token', async () => {
    const server = tokenServer({ expiresIn: 60 })
    const source = server.client.clientCredentialsSource()
    await source.token()
    server.clock.set(server.clock.now() + 60_000)
    server.next(fails('server_error', 500))
    expect((await failureOf(source.token())).code).toBe('error_response')
    expect(source.current()).toBeUndefined()
  })
})

describe('a failure of the configuration', () => {
  it.each([
    ...['invalid_client', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope', 'invalid_dpop_proof'],
    'invalid_target',
  ])('%s fails fast, and is not hammered', async (error) => {
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    server.next(fails(error, 401))
    for (let call = 0; call < 50; call++) expect(await failureOf(source.token())).toMatchObject({ error })
    expect(server.sent).toHaveLength(1)
    server.clock.set(server.clock.now() + 30_000)
    expect((await source.token()).accessToken).toBe('at1')
  })

  it.each(['invalid_client', 'incorrect_client_credentials', 'bad_client_secret', 'invalid_client_id'])(
    'may be said as %s, and is given time to be mended',
    async (error) => {
      const server = tokenServer()
      const source = server.client.clientCredentialsSource()
      server.next(fails(error, 200))
      await failureOf(source.token())
      server.clock.set(server.clock.now() + 20_000)
      expect(await failureOf(source.token())).toMatchObject({ error })
      expect(server.sent).toHaveLength(1)
    },
  )

  it('of a renewal ahead of expiry is not hammered either', async () => {
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    await source.token()
    server.clock.set(server.clock.now() + hour - 40_000)
    server.next(fails('invalid_client', 401))
    for (let call = 0; call < 50; call++) {
      expect((await source.token()).accessToken).toBe('at1')
      await settle()
      server.clock.set(server.clock.now() + 500)
    }
    expect(server.sent).toHaveLength(2)
  })

  it('of a session does not end it', async () => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(fails('invalid_client', 401))
    await failureOf(session.token())
    server.clock.set(server.clock.now() + 30_000)
    expect((await session.token()).accessToken).toBe('at1')
    expect(server.refreshTokens()).toEqual(['rt0', 'rt0'])
  })
})

describe('a definitive failure', () => {
  it('ends the session, and says to authorize again', async () => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(fails('invalid_grant'))
    for (let call = 0; call < 3; call++) {
      expect(await failureOf(session.token())).toMatchObject({
        code: 'session_ended',
        error: 'invalid_grant',
        message: expect.stringContaining('authorize again'),
      })
    }
    expect(session.current()).toBeUndefined()
    expect(server.sent).toHaveLength(1)
  })

  it('is told to each waiter with a stack of its own', async () => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(fails('invalid_grant'))
    const errors = await Promise.all(Array.from({ length: 100 }, () => failureOf(session.token())))
    expect(new Set(errors).size).toBe(100)
    expect(server.sent).toHaveLength(1)
  })

  const vague: [string, Turn][] = [
    ['invalid_request', fails('invalid_request')],
    ['invalid_code', fails('invalid_code', 403)],
    ['bad_refresh_token', fails('bad_refresh_token', 200)],
    ['invalid_refresh_token', fails('invalid_refresh_token', 200)],
    ['interaction_required', fails('interaction_required')],
    ['consent_required', fails('consent_required')],
    ['an empty 400', () => new Response('', { status: 400 })],
  ]

  it.each(vague)('may be said as %s, once the client is known to be right', async (_, turn) => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    await session.token()
    server.clock.set(server.clock.now() + hour)
    server.next(turn)
    expect((await failureOf(session.token())).code).toBe('session_ended')
  })

  it('may be said so after a login too: its code and its answer have shown that the client is right', async () => {
    const { client, next } = tokenServer({
      client: {
        server: { tokenEndpoint: 'https://as.test/token', authorizationEndpoint: 'https://as.test/authorize' },
      },
    })
    const request = await client.authorizationRequest({ redirectUri: 'https://app.test/callback' })
    await client.exchangeCode(`https://app.test/callback?code=c&state=${request.state}`, request)
    next(fails('invalid_request'))
    const session = client.sessionSource({ token: { refreshToken: 'rt0' } })
    expect((await failureOf(session.token())).code).toBe('session_ended')
  })

  it.each(vague)('is not assumed from %s while the client itself may be wrong', async (_, turn) => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(turn)
    expect((await failureOf(session.token())).code).not.toBe('session_ended')
    server.clock.set(server.clock.now() + 30_000)
    expect((await session.token()).accessToken).toBe('at1')
  })

  it('has no word of the server where that said none', async () => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    await session.token()
    server.clock.set(server.clock.now() + hour)
    server.next(() => new Response('', { status: 400 }))
    const failure = await failureOf(session.token())
    expect(failure.code).toBe('session_ended')
    expect(failure).not.toHaveProperty('error')
  })

  it('is never assumed from what a proxy says', async () => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    await session.token()
    server.clock.set(server.clock.now() + hour)
    server.next(status(400), status(403), fails('rate_limited', 403))
    for (let call = 0; call < 3; call++) {
      expect((await failureOf(session.token())).code).not.toBe('session_ended')
      server.clock.set(server.clock.now() + 30_000)
    }
    expect((await session.token()).accessToken).toBe('at2')
  })
})

describe('a refresh whose answer was lost', () => {
  const lost: [string, Turn][] = [
    ['a reset', resets],
    ['a time-out', hangs],
    ['an answer cut short', () => new Response('{"access_token":"a')],
    ['a token that cannot be used', () => new Response('{"access_token":"at9","token_type":"mac"}')],
  ]

  it.each(lost)('by %s is not sent again while the token is valid', async (_, turn) => {
    const server = tokenServer()
    const expiresAt = server.clock.now() + hour
    const session = server.client.sessionSource({ token: { accessToken: 'at0', refreshToken: 'rt0', expiresAt } })
    server.next(turn)
    server.clock.set(expiresAt - 40_000)
    expect((await session.token()).accessToken).toBe('at0')
    await server.clock.run(settle()).catch(() => {})
    for (const beforeMs of [25_000, 15_000, 5000, 1]) {
      server.clock.set(Math.max(server.clock.now(), expiresAt - beforeMs))
      expect((await server.clock.run(session.token())).accessToken).toBe('at0')
    }
    expect(server.refreshTokens()).toEqual(['rt0'])
  })

  it.each(lost)('by %s ends the session when nothing valid is left, with a code of its own', async (_, turn) => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(turn)
    await failureOf(server.clock.run(session.token()))
    expect(await failureOf(session.token())).toMatchObject({
      code: 'session_uncertain',
      message: expect.stringContaining('authorize again'),
    })
    expect(server.refreshTokens()).toEqual(['rt0'])
  })

  it('is sent once more where the server is known to forgive it', async () => {
    const server = tokenServer({ client: { server: forgiving } })
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(resets)
    await failureOf(session.token())
    expect((await session.token()).accessToken).toBe('at1')
    expect(server.refreshTokens()).toEqual(['rt0', 'rt0'])
  })

  it('is sent once more, and no more than that', async () => {
    const server = tokenServer({ client: { server: forgiving } })
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(resets, resets)
    await failureOf(session.token())
    expect((await failureOf(session.token())).code).toBe('connection_lost')
    server.clock.set(server.clock.now() + hour)
    expect((await failureOf(session.token())).code).toBe('session_uncertain')
    expect(server.refreshTokens()).toEqual(['rt0', 'rt0'])
  })

  it('is sent once more, and again where the server surely did nothing with it', async () => {
    const server = tokenServer({ client: { server: forgiving } })
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(resets, unreachable, unreachable, unreachable)
    await failureOf(session.token())
    expect((await failureOf(server.clock.run(session.token()))).code).toBe('unreachable')
    server.clock.set(server.clock.now() + hour)
    expect((await session.token()).accessToken).toBe('at1')
  })

  it('is sent once more, and no more than that where the server may have done something with it', async () => {
    const server = tokenServer({ client: { server: forgiving } })
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(resets, status(503))
    await failureOf(session.token())
    expect((await failureOf(session.token())).code).toBe('invalid_response')
    server.clock.set(server.clock.now() + hour)
    expect((await failureOf(session.token())).code).toBe('session_uncertain')
    expect(server.refreshTokens()).toEqual(['rt0', 'rt0'])
  })

  it('is not sent again where the server was seen to rotate', async () => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    await session.token()
    server.clock.set(server.clock.now() + hour)
    server.next(resets)
    await failureOf(session.token())
    expect((await failureOf(session.token())).code).toBe('session_uncertain')
    expect(server.refreshTokens()).toEqual(['rt0', 'rt1'])
  })

  it('is sent once more where the server was seen not to rotate', async () => {
    const server = tokenServer({ rotate: false })
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    await session.token()
    server.clock.set(server.clock.now() + hour)
    server.next(resets)
    await failureOf(session.token())
    expect((await session.token()).accessToken).toBe('at2')
  })
})

describe('the verdict on a failure', () => {
  it.each<[string, Turn, Verdict, Verdict]>([
    ['a connection lost', resets, 'ambiguous', 'passing'],
    ['a connection refused', unreachable, 'passing', 'passing'],
    ['half an answer', () => new Response('{"access_token":"a'), 'ambiguous', 'passing'],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: '/' } }), 'passing', 'passing'],
    ['a 503', status(503), 'passing', 'passing'],
    ['a page under a 400', () => new Response('<html>', { status: 400 }), 'passing', 'passing'],
    ['an empty 400', () => new Response('', { status: 400 }), 'configuration', 'configuration'],
    ['invalid_grant', fails('invalid_grant'), 'definitive', 'configuration'],
    ['invalid_client', fails('invalid_client', 401), 'configuration', 'configuration'],
    ['a word that ends as one of these', fails('our_invalid_scope'), 'passing', 'passing'],
    ['a word that begins as one of these', fails('invalid_scope_now'), 'passing', 'passing'],
    ['invalid_request', fails('invalid_request'), 'configuration', 'configuration'],
    ['invalid_request under a 500', fails('invalid_request', 500), 'passing', 'passing'],
    ['a word that ends as this one', fails('our_invalid_request'), 'passing', 'passing'],
    ['a word that begins as this one', fails('invalid_request_object'), 'passing', 'passing'],
  ])('%s is told, for a session and for what can be asked for again', async (_, turn, ofSession, ofSource) => {
    const verdicts: Verdict[] = []
    const onEvent = (event: TokenEvent) => event.type === 'renewal_failed' && verdicts.push(event.verdict)
    for (const kind of ['session', 'source']) {
      const server = tokenServer({ client: { onEvent } })
      server.next(turn, turn, turn)
      const { client } = server
      const source =
        kind === 'session' ? client.sessionSource({ token: { refreshToken: 'rt0' } }) : client.clientCredentialsSource()
      await failureOf(server.clock.run(source.token()))
    }
    expect(verdicts).toEqual([ofSession, ofSource])
  })

  it.each<[string, () => Error]>([
    ['an error of the caller’s own', () => new RangeError('the key is locked')],
    ['a session that has ended, which the grant lives from', () => new OAuthError('session_ended', 'log in')],
    ['one that is uncertain', () => new OAuthError('session_uncertain', 'log in')],
    ['a store that fails', () => new OAuthError('store_failed', 'no store')],
  ])('%s is passing', async (_, failure) => {
    const verdicts: Verdict[] = []
    const onEvent = (event: TokenEvent) => event.type === 'renewal_failed' && verdicts.push(event.verdict)
    const { client } = tokenServer({ client: { onEvent } })
    const subjectToken = { token: () => Promise.reject(failure()) }
    const source = client.tokenExchangeSource({ subjectToken, subjectTokenType: 'access_token' })
    await expect(source.token()).rejects.toThrow()
    expect(verdicts).toEqual(['passing'])
  })
})

describe('a client-credentials source', () => {
  it('loses nothing by an answer that was lost', async () => {
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    server.next(resets, resets, resets)
    await failureOf(server.clock.run(source.token()))
    expect((await source.token()).accessToken).toBe('at1')
  })

  it('of a public client is refused before anything is sent', async () => {
    const client = createClient({
      server: { tokenEndpoint: 'https://as.test/token' },
      clientId: 'app',
      clock: fakeClock(),
    })
    expect((await failureOf(client.clientCredentialsSource().token())).code).toBe('unsupported')
  })
})
