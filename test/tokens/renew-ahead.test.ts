import { afterEach, describe, expect, it, vi } from 'vitest'
import { settle } from '../fixtures/fake-clock.js'
import { tokenServer } from './token-server.js'

const at = (server: ReturnType<typeof tokenServer>, seconds: number) => {
  server.clock.set(start + seconds * 1000)
}
const start = Date.UTC(2030, 0, 1)

afterEach(() => vi.restoreAllMocks())

const noJitter = () => vi.spyOn(Math, 'random').mockReturnValue(0)

describe('a source', () => {
  it('asks for a token once in its life', async () => {
    const server = tokenServer()
    const source = server.client.clientCredentialsSource({ scope: 'a' })
    const first = await source.token()
    expect(first).toMatchObject({ accessToken: 'at1', scope: 'a' })
    for (let i = 0; i < 100; i++) expect(await source.token()).toBe(first)
    expect(source.current()).toBe(first)
    expect(server.sent).toHaveLength(1)
  })

  it('serves the valid token while it renews it', async () => {
    noJitter()
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    await source.token()
    at(server, 3600 - 61)
    expect((await source.token()).accessToken).toBe('at1')
    expect(server.sent).toHaveLength(1)
    at(server, 3600 - 60)
    expect((await source.token()).accessToken).toBe('at1')
    await settle()
    expect(server.sent).toHaveLength(2)
    expect((await source.token()).accessToken).toBe('at2')
  })

  it('starts the renewal from current() too', async () => {
    noJitter()
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    expect(source.current()).toBeUndefined()
    expect(server.sent).toHaveLength(0)
    await source.token()
    at(server, 3600 - 60)
    expect(source.current()?.accessToken).toBe('at1')
    await settle()
    expect(source.current()?.accessToken).toBe('at2')
  })

  it('lets callers wait inside the expiry margin', async () => {
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    await source.token()
    at(server, 3600 - 10)
    expect(source.current()).toBeUndefined()
    expect((await source.token()).accessToken).toBe('at2')
  })

  it.each([
    ['60 s before the end of an hour', 3600, 60],
    ['a fifth before the end of a minute', 60, 12],
    ['half before the end where the answers are slow', 4, 2, 1500],
    ['margin and one and a half answers before the end', 100, 10 + 30, 20_000],
  ])('renews %s', async (_, expiresIn, before, takesMs = 0) => {
    noJitter()
    const server = tokenServer({ expiresIn, takesMs, client: { timeoutMs: 60_000 } })
    const source = server.client.clientCredentialsSource()
    await server.clock.run(source.token())
    at(server, expiresIn - before - 0.001)
    await source.token()
    await settle()
    expect(server.sent).toHaveLength(1)
    at(server, expiresIn - before)
    await source.token()
    await settle()
    expect(server.sent).toHaveLength(2)
  })

  it('is nothing that the synchronous way begins where there is no token yet', async () => {
    const server = tokenServer()
    expect(server.client.clientCredentialsSource().current()).toBeUndefined()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    expect(session.current()).toBeUndefined()
    await settle()
    expect(server.sent).toHaveLength(0)
  })

  it('renews earlier by chance, never later, so that a thousand do not renew at once', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.999)
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    await source.token()
    at(server, 3600 - 119)
    await source.token()
    await settle()
    expect(server.sent).toHaveLength(2)
  })

  it('renews and waits when it is told to', async () => {
    noJitter()
    const server = tokenServer()
    const source = server.client.clientCredentialsSource({ renewBeforeMs: 600_000, expiryMarginMs: 120_000 })
    await source.token()
    at(server, 3600 - 600)
    await source.token()
    await settle()
    expect(server.sent).toHaveLength(2)
    at(server, 3600 - 600 + 3600 - 120)
    expect(source.current()).toBeUndefined()
  })

  it('counts a lifetime from the moment the request was sent', async () => {
    const server = tokenServer({ expiresIn: 60, takesMs: 9000 })
    const source = server.client.clientCredentialsSource()
    const token = await server.clock.run(source.token())
    expect(token.expiresAt).toBe(start + 60_000)
  })
})

describe('a lifetime', () => {
  it('that is unknown lasts until a 401', async () => {
    const server = tokenServer({ expiresIn: undefined })
    const source = server.client.clientCredentialsSource()
    const token = await source.token()
    at(server, 400 * 24 * 3600)
    expect(await source.token()).toBe(token)
    expect((await source.token({ rejected: token })).accessToken).toBe('at2')
  })

  it.each([0, -5])('of %i s is served once to those who waited', async (expiresIn) => {
    const server = tokenServer({ expiresIn })
    const source = server.client.clientCredentialsSource()
    const tokens = await Promise.all([source.token(), source.token(), source.token()])
    expect(tokens.map(({ accessToken }) => accessToken)).toEqual(['at1', 'at1', 'at1'])
    expect(source.current()).toBeUndefined()
    expect((await source.token()).accessToken).toBe('at2')
    expect(server.sent).toHaveLength(2)
  })

  it('of 1 s is renewed ahead all the same', async () => {
    const server = tokenServer({ expiresIn: 1 })
    const source = server.client.clientCredentialsSource()
    await source.token()
    at(server, 0.85)
    expect((await source.token()).accessToken).toBe('at1')
    await settle()
    expect(source.current()?.accessToken).toBe('at2')
  })

  it('of 60 days overflows nothing', async () => {
    const server = tokenServer({ expiresIn: 60 * 24 * 3600 })
    const source = server.client.clientCredentialsSource()
    const token = await source.token()
    at(server, 59 * 24 * 3600)
    expect(await source.token()).toBe(token)
    expect(server.clock.sleeps.filter((ms) => ms !== 10_000)).toEqual([])
  })
})

describe('the clock', () => {
  it('may be set back: a token does not live longer for it', async () => {
    noJitter()
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    await source.token()
    at(server, 1800)
    await source.token()
    at(server, -1800)
    await source.token()
    at(server, -1800 + 1741)
    await source.token()
    await settle()
    expect(server.sent).toHaveLength(2)
  })

  it('may be set back while current() is asked alone', async () => {
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    await source.token()
    at(server, 3000)
    source.current()
    at(server, 0)
    source.current()
    at(server, 601)
    expect(source.current()).toBeUndefined()
  })

  it('may jump ahead, as over a laptop that slept', async () => {
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    await source.token()
    at(server, 8 * 3600)
    expect((await source.token()).accessToken).toBe('at2')
    expect(server.sent).toHaveLength(2)
  })
})
