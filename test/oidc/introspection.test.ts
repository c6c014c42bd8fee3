import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorizationServer, type Client, createClient, discover } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { tokenOf } from './log-in.ts'
import { clients, type RunningProvider, startProvider } from './provider.ts'

describe('introspection at a certified server', () => {
  let provider: RunningProvider
  let server: AuthorizationServer
  let client: Client
  beforeAll(async () => {
    provider = await startProvider()
    server = await discover(provider.issuer)
    client = createClient({ ...clients.basic, server })
  })
  afterAll(() => provider.close())

  it.for(['basic', 'post', 'awkward'] as const)('tells the %s client of its access token', async (kind) => {
    const asking = createClient({ ...clients[kind], server })
    const token = await tokenOf(asking)
    const told = await asking.introspect(token)
    expect(told).toMatchObject({
      active: true,
      clientId: clients[kind].clientId,
      subject: 'ada',
      scope: 'openid read write',
      tokenType: 'Bearer',
      issuer: provider.issuer,
    })
    expect(Math.abs((told.expiresAt ?? 0) - (token.expiresAt ?? 0))).toBeLessThan(2000)
  })

  it('tells of a refresh token, with the hint and without', async () => {
    const token = await tokenOf(client)
    expect(await client.introspect(token, { hint: 'refresh_token' })).toMatchObject({ active: true, subject: 'ada' })
    expect(await client.introspect(`${token.refreshToken}`)).toMatchObject({ active: true, subject: 'ada' })
  })

  it('says that a token is not active once it is revoked, and of one that was never issued', async () => {
    const token = await tokenOf(client)
    await client.revoke(token)
    expect(await client.introspect(token)).toEqual({ active: false, raw: { active: false } })
    expect(await client.introspect('made-up')).toEqual({ active: false, raw: { active: false } })
  })

  it('says nothing of the token of another client', async () => {
    const token = await tokenOf(createClient({ ...clients.post, server }))
    expect(await client.introspect(token)).toEqual({ active: false, raw: { active: false } })
  })

  it('is told invalid_client for a wrong secret', async () => {
    const intruder = createClient({ ...clients.basic, server, clientSecret: 'not-the-secret' })
    expect(await failureOf(intruder.introspect('any'))).toMatchObject({ status: 401, error: 'invalid_client' })
  })
})
