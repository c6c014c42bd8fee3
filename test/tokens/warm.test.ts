import { describe, expect, it } from 'vitest'
import { memoryStore, type Session } from '../../src/index.js'
import { settle } from '../fixtures/fake-clock.js'
import { hangs, status, tokenServer } from './token-server.js'

type Server = ReturnType<typeof tokenServer>

/** Lets the time pass that a sleeping source waits for. */
const pass = async (server: Server, times: number) => {
  for (let i = 0; i < times; i++) {
    await server.clock.next()
    await settle()
  }
}

describe('prefetch', () => {
  it('keeps a token warm though nobody asks', async () => {
    const server = tokenServer()
    await using source = server.client.clientCredentialsSource({ prefetch: true })
    await settle()
    expect(server.sent).toHaveLength(1)
    await pass(server, 4)
    expect(server.sent.length).toBeGreaterThan(1)
    expect(source.current()).toBeDefined()
  })

  it('ends when the source is disposed of', async () => {
    const server = tokenServer()
    {
      await using source = server.client.clientCredentialsSource({ prefetch: true })
      await source.token()
      await settle()
    }
    expect(server.clock.sleeping()).toBe(0)
  })

  it.each([
    ['a source', ({ client }: Server) => client.clientCredentialsSource({ prefetch: true })],
    ['a session', ({ client }: Server) => client.sessionSource({ token: { refreshToken: 'rt0' }, prefetch: true })],
  ])('goes on soon after %s has failed', async (_, open) => {
    const server = tokenServer()
    server.next(status(500))
    const source = open(server)
    await settle()
    expect(source.current()).toBeUndefined()
    expect(server.clock.idle).toEqual([1000])
    await pass(server, 1)
    expect(source.current()).toBeDefined()
  })

  it('waits for nothing any more once its source is disposed of', async () => {
    const server = tokenServer()
    server.next(hangs)
    const source = server.client.clientCredentialsSource({ prefetch: true })
    await settle()
    expect(server.sent).toHaveLength(1)
    await source[Symbol.asyncDispose]()
    expect(server.clock.sleeping()).toBe(0)
  })

  it('ends with its session', async () => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' }, prefetch: true })
    await settle()
    await session.end()
    await pass(server, 1)
    expect(server.clock.sleeping()).toBe(0)
  })

  it.each([
    ['that followed an end', async (session: Session) => session.end()],
    ['while the one before was good for long', async () => {}],
  ])('goes on after a login %s', async (_, before) => {
    const server = tokenServer()
    const token = { accessToken: 'at0', refreshToken: 'rt0', expiresAt: server.clock.now() + 3_600_000 }
    const session = server.client.sessionSource({ token, prefetch: true })
    await settle()
    await before(session)
    await session.replace({ refreshToken: 'next' })
    await server.clock.pass(2000)
    expect(server.refreshTokens()).toEqual(['next'])
    expect(session.current()?.accessToken).toBe('at1')
  })

  it('renews a shared session for nobody once a second at most, however short its tokens are good for', async () => {
    const server = tokenServer({ expiresIn: 300 })
    server.next(
      ...Array.from({ length: 20 }, (_, sent) => () => {
        if (sent > 10) throw new Error('it renews in a circle')
        return undefined
      }),
    )
    const session = server.client.sessionSource({
      ...{ store: memoryStore(), key: 'user', token: { refreshToken: 'rt0' } },
      ...{ prefetch: true, expiryMarginMs: 600_000 },
    })
    session.current()
    await settle()
    await server.clock.pass(5000)
    expect(server.sent.length).toBeGreaterThan(1)
    expect(server.sent.length).toBeLessThanOrEqual(6)
  })

  it('sleeps no longer than a timer can, and keeps no process alive', async () => {
    const server = tokenServer({ expiresIn: 60 * 24 * 3600 })
    await using source = server.client.clientCredentialsSource({ prefetch: true })
    await source.token()
    await settle()
    expect(Math.max(...server.clock.sleeps)).toBe(2 ** 31 - 1)
    expect(server.clock.idle).toEqual([2 ** 31 - 1])
  })
})
