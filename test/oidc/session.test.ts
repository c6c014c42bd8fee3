import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorizationServer, bearerFetch, createClient, discover, type TokenEvent } from '../../src/index.js'
import { tokenOf } from './log-in.ts'
import { clients, type RunningProvider, startProvider } from './provider.ts'

describe('a session at a certified server that rotates, with tokens that live a second', () => {
  let provider: RunningProvider
  let server: AuthorizationServer
  beforeAll(async () => {
    provider = await startProvider({ accessTokenLifetime: 1 })
    server = await discover(provider.issuer)
  })
  afterAll(() => provider.close())

  it('lives, and is renewed by one request at a time, while 25 callers use it for four seconds', async () => {
    const events: TokenEvent[] = []
    const client = createClient({ ...clients.basic, server, onEvent: (event) => events.push(event) })
    const session = client.sessionSource({ token: await tokenOf(client) })
    const api = bearerFetch(session, { origins: [new URL(provider.resource).origin] })
    const until = Date.now() + 4000
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
    expect(count('renewed')).toBe(count('requested'))
    expect(count('renewed')).toBeGreaterThanOrEqual(3)
    // oidc-provider counts whole seconds, so that a token may die in its first moment: what the one retry cannot mend is rare.
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
