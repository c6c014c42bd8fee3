import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorizationServer, type Client, createClient, discover } from '../../src/index.js'
import { statusWith, tokenOf } from './log-in.ts'
import { clients, type RunningProvider, startProvider } from './provider.ts'
import { recordingClient } from './recording.ts'

describe('revocation at a certified server', () => {
  let provider: RunningProvider
  let server: AuthorizationServer
  let basic: Client
  beforeAll(async () => {
    provider = await startProvider()
    server = await discover(provider.issuer)
    basic = createClient({ ...clients.basic, server })
  })
  afterAll(() => provider.close())

  it.for(['basic', 'post', 'public', 'awkward'] as const)(
    'ends the refresh token of the %s client and what came of it',
    async (kind) => {
      const { client, sent } = recordingClient({ ...clients[kind], server })
      const token = await tokenOf(client)
      expect(await statusWith(provider.resource, token)).toBe(200)
      await client.revoke(token)
      expect(sent.at(-1)?.form).toMatchObject({ token: token.refreshToken, token_type_hint: 'refresh_token' })
      expect(await statusWith(provider.resource, token)).toBe(401)
      await expect(client.refresh(token)).rejects.toMatchObject({ code: 'error_response', error: 'invalid_grant' })
    },
  )

  it('sends the access token of a whole token where the hint says so', async () => {
    const { client, sent } = recordingClient({ ...clients.basic, server })
    const token = await tokenOf(client)
    await client.revoke(token, { hint: 'access_token' })
    expect(sent.at(-1)?.form).toEqual({ token: token.accessToken, token_type_hint: 'access_token' })
    expect(await statusWith(provider.resource, token)).toBe(401)
  })

  it('ends a token of the client itself', async () => {
    const token = await basic.clientCredentials({ scope: 'read' })
    await basic.revoke(token)
    expect(await statusWith(provider.resource, token)).toBe(401)
  })

  it('takes a token that the server does not know for revoked', async () => {
    await expect(basic.revoke('unknown-to-the-server')).resolves.toBeUndefined()
    const token = await tokenOf(basic)
    await basic.revoke(token)
    await expect(basic.revoke(token)).resolves.toBeUndefined()
  })

  it('is told invalid_client for a wrong secret, and the token lives on', async () => {
    const token = await tokenOf(basic)
    const intruder = createClient({ ...clients.basic, server, clientSecret: 'not-the-secret' })
    await expect(intruder.revoke(token)).rejects.toMatchObject({
      code: 'error_response',
      error: 'invalid_client',
      status: 401,
    })
    expect(await statusWith(provider.resource, token)).toBe(200)
  })
})

describe('a protected resource', () => {
  it('answers 401 to no token and to one that was made up', async () => {
    const provider = await startProvider()
    try {
      expect((await fetch(provider.resource)).status).toBe(401)
      expect(await statusWith(provider.resource, { accessToken: 'made-up' })).toBe(401)
    } finally {
      await provider.close()
    }
  })
})
