import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorizationServer, bearerFetch, createClient, discover, type TokenEvent } from '../../src/index.js'
import { tokenOf } from './log-in.ts'
import { clients, type RunningProvider, startProvider } from './provider.ts'

/** oidc-provider counts whole seconds: a token of three may be refused after two. */
const expiryMarginMs = 1000

describe('a session at a certified server that rotates, with tokens that live three seconds', () => {
  let provider: RunningProvider
  let server: AuthorizationServer
  beforeAll(async () => {
    provider = await startProvider({ accessTokenLifetime: 3 })
    server = await discover(provider.issuer)
  })
  afterAll(() => provider.close())

  it('lives, and is renewed by one request at a time, while 25 callers use it for six seconds', async () => {
    const events: TokenEvent[] = []
    const client = createClient({ ...clients.basic, server, onEvent: (event) => events.push(event) })
    const session = client.sessionSource({ token: await tokenOf(client), expiryMarginMs })
    const api = bearerFetch(session, { origins: [new URL(provider.resource).origin] })
    const until = Date.now() + 6000
    const statuses = new Map<number, number>()
    const caller = async () => {
      while (Date.now() < until) {
        const response = await api(provider.resource)
        await response.body?.cancel()
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
      }
    }
    await Promise.all(Array.from({ length: 25 }, caller))
    const count = (type: TokenEvent['type']) => events.filter((event) => event.type === type).length
    expect(count('renewal_failed')).toBe(0)
    expect(count('session_ended')).toBe(0)
    // One may be under way when the callers stop.
    await expect.poll(() => count('requested') - count('renewed')).toBe(0)
    expect(count('renewed')).toBeGreaterThanOrEqual(2)
    // A call that takes a busy machine longer than the margin may meet a token that died on its way, twice at that.
    const calls = [...statuses.values()].reduce((sum, n) => sum + n)
    expect([...statuses.keys()].filter((status) => status !== 200 && status !== 401)).toEqual([])
    expect((statuses.get(401) ?? 0) / calls).toBeLessThan(0.05)
    expect((await session.token()).accessToken).toBeTruthy()
  })

  it('ends when its family is revoked behind its back, and says so', async () => {
    const client = createClient({ ...clients.basic, server })
    const token = await tokenOf(client)
    const session = client.sessionSource({ token })
    await client.revoke(token)
    await expect(session.token({ rejected: await session.token() })).rejects.toMatchObject({
      code: 'session_ended',
      error: 'invalid_grant',
    })
  })

  it('revokes its token when it is ended', async () => {
    const client = createClient({ ...clients.basic, server })
    const token = await tokenOf(client)
    await client.sessionSource({ token }).end()
    await expect(client.refresh(token)).rejects.toMatchObject({ error: 'invalid_grant' })
  })
})
