import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type AuthorizationServer, type Client, createClient, discover } from '../../src/index.js'
import { statusWith, tokenOf } from './log-in.ts'
import { clients, type RunningProvider, startProvider } from './provider.ts'

const dead = { name: 'OAuthError', code: 'error_response', error: 'invalid_grant', status: 400 }

describe('refresh at a certified server that rotates', () => {
  let provider: RunningProvider
  let server: AuthorizationServer
  let basic: Client
  beforeAll(async () => {
    provider = await startProvider({ accessTokenLifetime: 60, refreshTokenLifetime: 600 })
    server = await discover(provider.issuer)
    basic = createClient({ ...clients.basic, server })
  })
  afterAll(() => provider.close())
  afterEach(() => {
    vi.useRealTimers()
  })

  it.for(['basic', 'post', 'public', 'awkward'] as const)('gives the %s client two new tokens', async (kind) => {
    const client = createClient({ ...clients[kind], server })
    const first = await tokenOf(client)
    const second = await client.refresh(first)
    expect(second.accessToken).not.toBe(first.accessToken)
    expect(second.refreshToken).not.toBe(first.refreshToken)
    expect(await statusWith(provider.resource, second)).toBe(200)
  })

  it('brings a token to life again when the access token has expired', async () => {
    const token = await tokenOf(basic)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
    expect(token.expiresAt).toBeLessThan(Date.now())
    expect(await statusWith(provider.resource, token)).toBe(401)
    expect(await statusWith(provider.resource, await basic.refresh(token))).toBe(200)
  })

  it('is told invalid_grant when the refresh token has expired, too', async () => {
    const token = await tokenOf(basic)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 })
    await expect(basic.refresh(token)).rejects.toMatchObject(dead)
  })

  it('is told invalid_grant for a used refresh token, and the whole family is revoked', async () => {
    const first = await tokenOf(basic)
    const second = await basic.refresh(first)
    expect(await statusWith(provider.resource, second)).toBe(200)
    await expect(basic.refresh(first)).rejects.toMatchObject(dead)
    expect(await statusWith(provider.resource, second)).toBe(401)
    await expect(basic.refresh(second)).rejects.toMatchObject(dead)
  })

  it('does not take the refresh token of another client', async () => {
    const token = await tokenOf(basic)
    await expect(createClient({ ...clients.post, server }).refresh(token)).rejects.toMatchObject(dead)
  })

  it('narrows the scope of one access token, and has it whole again with the next', async () => {
    const token = await tokenOf(basic, { scope: 'read write' })
    const narrow = await basic.refresh(token, { scope: 'read' })
    expect(narrow.scope).toBe('read')
    expect(await statusWith(`${provider.resource}?scope=write`, narrow)).toBe(403)
    const whole = await basic.refresh(narrow)
    expect(whole.scope).toBe('read write')
    expect(await statusWith(`${provider.resource}?scope=write`, whole)).toBe(200)
  })

  it('is told invalid_scope for more than was granted, and the refresh token lives on', async () => {
    const token = await tokenOf(basic, { scope: 'read' })
    await expect(basic.refresh(token, { scope: 'read write' })).rejects.toMatchObject({
      code: 'error_response',
      error: 'invalid_scope',
    })
    expect((await basic.refresh(token)).scope).toBe('read')
  })
})

describe('refresh at a certified server that does not rotate', () => {
  let provider: RunningProvider
  let server: AuthorizationServer
  beforeAll(async () => {
    provider = await startProvider({ rotateRefreshTokens: false })
    server = await discover(provider.issuer)
  })
  afterAll(() => provider.close())

  it('can use the one refresh token again', async () => {
    const client = createClient({ ...clients.basic, server })
    const first = await tokenOf(client)
    const second = await client.refresh(first)
    expect(second.refreshToken).toBe(first.refreshToken)
    expect((await client.refresh(second)).refreshToken).toBe(first.refreshToken)
  })

  it('keeps of a whole token what the answer leaves out', async () => {
    const left = ['refresh_token', 'id_token', 'scope']
    const client = createClient({
      ...clients.basic,
      server,
      fetch: async (url, init) => {
        const answer = await fetch(url, init)
        const body: Record<string, unknown> = await answer.json()
        if (`${init?.body}`.includes('grant_type=refresh_token')) for (const name of left) delete body[name]
        return Response.json(body, { status: answer.status })
      },
    })
    const first = await tokenOf(client)
    const second = await client.refresh(JSON.parse(JSON.stringify(first)))
    expect(second.accessToken).not.toBe(first.accessToken)
    expect(second.refreshToken).toBe(first.refreshToken)
    expect(second.idToken).toBe(first.idToken)
    expect(second.scope).toBe('openid read write')
    expect(await statusWith(provider.resource, second)).toBe(200)
    // A bare refresh token knows nothing else to keep.
    const bare = await client.refresh(`${first.refreshToken}`)
    expect(bare).toMatchObject({ refreshToken: first.refreshToken })
    expect(bare.idToken).toBeUndefined()
  })
})
