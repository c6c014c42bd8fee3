import { afterEach, describe, expect, it, vi } from 'vitest'
import { memoryStore } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { settle } from '../fixtures/fake-clock.js'
import { tokenServer } from './token-server.js'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
})

const workerd = () => vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
const lambda = () => vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'f')

describe.each([
  ['workerd', workerd],
  ['Lambda', lambda],
])('on %s, which stops between requests', (_, runtime) => {
  it('callers wait for a renewal that is due', async () => {
    runtime()
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    await source.token()
    server.clock.set(server.clock.now() + 3_600_000 - 30_000)
    expect(source.current()).toBeUndefined()
    expect((await source.token()).accessToken).toBe('at2')
  })

  it('waitUntil takes a renewal in the background', async () => {
    runtime()
    const server = tokenServer()
    const handed: Promise<unknown>[] = []
    const source = server.client.clientCredentialsSource({ waitUntil: (work) => handed.push(work) })
    await source.token()
    server.clock.set(server.clock.now() + 3_600_000 - 30_000)
    expect((await source.token()).accessToken).toBe('at1')
    expect(handed).toHaveLength(1)
    await Promise.all(handed)
    expect(source.current()?.accessToken).toBe('at2')
  })

  it('a single-use refresh token is never renewed in the background', async () => {
    runtime()
    const server = tokenServer()
    const handed: Promise<unknown>[] = []
    const session = server.client.sessionSource({
      token: { accessToken: 'at0', refreshToken: 'rt0', expiresAt: server.clock.now() + 3_600_000 },
      waitUntil: (work) => handed.push(work),
    })
    server.clock.set(server.clock.now() + 3_600_000 - 30_000)
    expect((await session.token()).accessToken).toBe('at1')
    expect(handed).toHaveLength(0)
  })
})

describe('on workerd', () => {
  it('all can be made at the top of a module, where nothing may be begun or drawn at random', () => {
    workerd()
    const { client, clock } = tokenServer()
    const refuse = () => {
      throw new Error('Disallowed operation called within global scope')
    }
    vi.stubGlobal('AbortController', refuse)
    vi.spyOn(crypto, 'randomUUID').mockImplementation(refuse)
    vi.spyOn(crypto, 'getRandomValues').mockImplementation(refuse)
    const store = memoryStore()
    client.clientCredentialsSource()
    client.clientCredentialsSource({ store })
    client.sessionSource({ token: { refreshToken: 'rt0' } })
    client.sessionSource({ store, key: 'user' })
    client.sessions({ store }).get('user')
    expect(clock.sleeps).toEqual([])
  })

  it('no request waits for the promise of another, and one renewal is made all the same', async () => {
    workerd()
    const server = tokenServer({ takesMs: 300 })
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    const tokens = await server.clock.run(Promise.all([session.token(), session.token(), session.token()]))
    expect(tokens.map(({ accessToken }) => accessToken)).toEqual(['at1', 'at1', 'at1'])
    expect(server.refreshTokens()).toEqual(['rt0'])
    expect(server.clock.sleeps).toContain(50)
  })

  it('a renewal that was cut off is given up, and its refresh token not sent again', async () => {
    workerd()
    const server = tokenServer({ client: { timeoutMs: 2 ** 31 - 1 } })
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(() => new Promise(() => {}))
    void session.token().catch(() => {})
    await settle()
    const waiting = session.token()
    await settle()
    server.clock.set(server.clock.now() + 60_001)
    await expect(server.clock.run(waiting)).rejects.toMatchObject({ code: 'session_uncertain' })
    expect(server.refreshTokens()).toEqual(['rt0'])
  })

  it('a renewal that was given up and comes home all the same goes on with the session', async () => {
    workerd()
    const server = tokenServer({ takesMs: 90_000, client: { timeoutMs: 2 ** 31 - 1 } })
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    const renewing = session.token()
    await settle()
    const waiting = failureOf(session.token())
    await server.clock.pass(61_000)
    expect((await waiting).code).toBe('session_uncertain')
    expect((await server.clock.run(renewing)).accessToken).toBe('at1')
    expect((await session.token()).accessToken).toBe('at1')
    await server.clock.run(session.token({ rejected: await session.token() }))
    expect(server.refreshTokens()).toEqual(['rt0', 'rt1'])
  })

  it('a token that can be asked for again is, after a renewal that was cut off', async () => {
    workerd()
    const server = tokenServer({ client: { timeoutMs: 2 ** 31 - 1 } })
    const source = server.client.clientCredentialsSource()
    server.next(() => new Promise(() => {}))
    void source.token().catch(() => {})
    await settle()
    const waiting = source.token()
    await settle()
    server.clock.set(server.clock.now() + 60_001)
    expect((await server.clock.run(waiting)).accessToken).toBe('at1')
  })

  it('a renewal that was cut off is given up no later where the clock was set back', async () => {
    workerd()
    const server = tokenServer({ client: { timeoutMs: 2 ** 31 - 1 } })
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    server.next(() => new Promise(() => {}))
    void session.token().catch(() => {})
    await settle()
    server.clock.set(server.clock.now() - 3_600_000)
    const from = server.clock.now()
    await expect(server.clock.run(session.token())).rejects.toMatchObject({ code: 'session_uncertain' })
    expect(server.clock.now() - from).toBeLessThan(61_000)
  })
})

describe('elsewhere', () => {
  it('a waitUntil that throws takes no valid token away', async () => {
    const server = tokenServer()
    const source = server.client.clientCredentialsSource({
      waitUntil: () => {
        throw new Error('the request is over')
      },
    })
    await source.token()
    server.clock.set(server.clock.now() + 3_600_000 - 30_000)
    expect((await source.token()).accessToken).toBe('at1')
  })

  it('waitUntil is told of a renewal in the background too', async () => {
    const server = tokenServer()
    const handed: Promise<unknown>[] = []
    const source = server.client.clientCredentialsSource({ waitUntil: (work) => handed.push(work) })
    await source.token()
    server.clock.set(server.clock.now() + 3_600_000 - 30_000)
    source.current()
    expect(handed).toHaveLength(1)
    await Promise.all(handed)
  })
})
