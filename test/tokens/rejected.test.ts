import { describe, expect, it } from 'vitest'
import { failureOf } from '../fixtures/failure-of.js'
import { settle } from '../fixtures/fake-clock.js'
import { codeOf, pair } from './siblings.js'
import { fails, resets, status, tokenServer } from './token-server.js'

describe('a token that a server refused', () => {
  it('is renewed if it is current', async () => {
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    const token = await source.token()
    expect((await source.token({ rejected: token })).accessToken).toBe('at2')
    expect(source.current()?.accessToken).toBe('at2')
  })

  it('costs nothing if it is not current any more', async () => {
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    const old = await source.token()
    await source.token({ rejected: old })
    expect((await source.token({ rejected: old })).accessToken).toBe('at2')
    expect((await source.token({ rejected: { ...old, accessToken: 'somebody else’s' } })).accessToken).toBe('at2')
    expect(server.sent).toHaveLength(2)
  })

  it('is renewed once for a thousand who were refused', async () => {
    const server = tokenServer({ takesMs: 300 })
    const source = server.client.clientCredentialsSource()
    const token = await server.clock.run(source.token())
    const refused = Promise.all(Array.from({ length: 1000 }, () => source.token({ rejected: token })))
    const renewed = await server.clock.run(refused)
    expect(new Set(renewed.map(({ accessToken }) => accessToken))).toEqual(new Set(['at2']))
    expect(server.sent).toHaveLength(2)
  })

  it('is renewed once for two who were refused one after the other', async () => {
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    const token = await source.token()
    const first = await source.token({ rejected: token })
    const second = await source.token({ rejected: token })
    expect(second).toBe(first)
    expect(server.sent).toHaveLength(2)
  })

  it('does not cost a renewal a call where the server refuses every token', async () => {
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    let token = await source.token()
    for (let call = 0; call < 100; call++) token = await source.token({ rejected: token })
    expect(server.sent).toHaveLength(2)
    server.clock.set(server.clock.now() + 29_999)
    expect((await source.token({ rejected: token })).accessToken).toBe('at2')
    server.clock.set(server.clock.now() + 1)
    expect((await source.token({ rejected: token })).accessToken).toBe('at3')
  })

  it('is replaced without a pause where it was not renewed for being refused', async () => {
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    await source.token()
    server.clock.set(server.clock.now() + 3_600_000 - 30_000)
    await source.token()
    await settle()
    const rejected = await source.token()
    expect(rejected.accessToken).toBe('at2')
    expect((await source.token({ rejected })).accessToken).toBe('at3')
  })

  it('is replaced without a pause once it is due anyway', async () => {
    const server = tokenServer({ expiresIn: 60 })
    const source = server.client.clientCredentialsSource()
    const renewed = await source.token({ rejected: await source.token() })
    server.clock.set(server.clock.now() + 55_000)
    expect((await source.token({ rejected: renewed })).accessToken).toBe('at3')
  })

  it('is still served to the others while it is renewed, and when that fails', async () => {
    const server = tokenServer({ takesMs: 300 })
    const source = server.client.clientCredentialsSource()
    const token = await server.clock.run(source.token())
    server.next(fails('server_error', 500))
    const refused = source.token({ rejected: token })
    expect(await source.token()).toBe(token)
    expect(await server.clock.run(refused)).toBe(token)
    expect(source.current()).toBe(token)
  })

  it('is not renewed while the server asked for patience', async () => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { accessToken: 'at0', refreshToken: 'rt0' } })
    const token = await session.token()
    server.next(status(503, { 'retry-after': '60' }))
    expect(await session.token({ rejected: token })).toBe(token)
    expect(await session.token({ rejected: token })).toBe(token)
    await settle()
    expect(server.sent).toHaveLength(1)
  })

  it('is not served any more when the answer of its renewal was lost, and the session is uncertain', async () => {
    const server = tokenServer()
    const sixtyDays = 60 * 86_400_000
    const session = server.client.sessionSource({
      token: { accessToken: 'at0', refreshToken: 'rt0', expiresAt: server.clock.now() + sixtyDays },
    })
    const rejected = await session.token()
    server.next(resets)
    expect(await session.token({ rejected })).toBe(rejected)
    // Whoever was not refused can live from it.
    expect(await session.token()).toBe(rejected)
    expect((await failureOf(session.token({ rejected }))).code).toBe('session_uncertain')
    expect(server.refreshTokens()).toEqual(['rt0'])
  })

  it('is renewed by a second try where its answer was lost and the server forgives', async () => {
    const server = tokenServer({
      client: { server: { tokenEndpoint: 'https://as.test/token', refreshTokenReuse: 'grace' } },
    })
    const session = server.client.sessionSource({ token: { accessToken: 'at0', refreshToken: 'rt0' } })
    const rejected = await session.token()
    server.next(resets)
    await session.token({ rejected })
    expect((await session.token({ rejected })).accessToken).toBe('at1')
    expect(server.refreshTokens()).toEqual(['rt0', 'rt0'])
  })

  it('ends a shared session as uncertain when the answer of its renewal was lost', async () => {
    const { first, second, clock, mock, sent } = await pair()
    const rejected = await first.token()
    mock.fault('token', { type: 'reset', when: 'after_processing' })
    await clock.run(first.token({ rejected }))
    for (const session of [first, second]) {
      expect(await codeOf(clock.run(session.token({ rejected })))).toBe('session_uncertain')
    }
    expect(sent()).toHaveLength(1)
  })
})
