import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorizationServer, createClient, discover } from '../../src/index.js'
import { statusWith } from './log-in.ts'
import { clients, type RunningProvider, startProvider } from './provider.ts'
import { recordingClient } from './recording.ts'

describe('client credentials at a certified server', () => {
  let provider: RunningProvider
  let server: AuthorizationServer
  beforeAll(async () => {
    provider = await startProvider({ accessTokenLifetime: 1234 })
    server = await discover(provider.issuer)
  })
  afterAll(() => provider.close())

  it('gets a token with client_secret_basic, and no client_id in the body', async () => {
    const { client, sent } = recordingClient({ ...clients.basic, server })
    const before = Date.now()
    const token = await client.clientCredentials({ scope: 'read' })
    expect(sent).toEqual([
      {
        authorization: `Basic ${btoa('basic-client:the-secret-of-basic')}`,
        form: { grant_type: 'client_credentials', scope: 'read' },
      },
    ])
    expect(token).toMatchObject({ tokenType: 'Bearer', scope: 'read' })
    expect(token.refreshToken).toBeUndefined()
    expect(token.expiresAt).toBeGreaterThanOrEqual(before + 1234_000)
    expect(token.expiresAt).toBeLessThanOrEqual(Date.now() + 1234_000)
  })

  it('gets a token with client_secret_post, and no Authorization header', async () => {
    const { client, sent } = recordingClient({ ...clients.post, server })
    const token = await client.clientCredentials({ scope: ['read', 'write'] })
    expect(sent).toEqual([
      {
        authorization: null,
        form: {
          grant_type: 'client_credentials',
          scope: 'read write',
          client_id: 'post-client',
          client_secret: 'the-secret-of-post',
        },
      },
    ])
    expect(token.scope).toBe('read write')
  })

  it.for(['client_secret_basic', 'client_secret_post'] as const)(
    'carries an id and a secret of awkward characters by %s',
    async (clientAuthentication) => {
      const { client, sent } = recordingClient({ ...clients.awkward, clientAuthentication, server })
      const token = await client.clientCredentials({ scope: 'read' })
      expect(await statusWith(provider.resource, token)).toBe(200)
      expect(sent[0]?.authorization?.startsWith('Basic ') ?? false).toBe(clientAuthentication === 'client_secret_basic')
    },
  )

  it('needs the form encoding of Basic credentials for them: raw ones are refused', async () => {
    const raw = { ...server, basicEncoding: 'raw' } as const
    const clientSecret = clients.awkward.clientSecret
    await expect(
      createClient({ server: raw, clientId: 'basic-client', clientSecret }).clientCredentials(),
    ).rejects.toMatchObject({
      code: 'error_response',
      error: 'invalid_client',
    })
  })

  it.for(['basic', 'post'] as const)('is told invalid_client with 401 for a wrong secret by %s', async (method) => {
    const client = createClient({ ...clients[method], server, clientSecret: 'not-the-secret' })
    const refusal = await client.clientCredentials().catch((error: unknown) => error)
    expect(refusal).toMatchObject({ name: 'OAuthError', code: 'error_response', error: 'invalid_client', status: 401 })
    expect(JSON.stringify(refusal) + String((refusal as Error).stack)).not.toContain('not-the-secret')
  })

  it('is told invalid_scope for a scope that the client may not have', async () => {
    const client = createClient({ ...clients.basic, server })
    await expect(client.clientCredentials({ scope: 'read admin' })).rejects.toMatchObject({
      code: 'error_response',
      error: 'invalid_scope',
      status: 400,
    })
  })

  it('has a token that the resource takes for what was granted and no more', async () => {
    const token = await createClient({ ...clients.basic, server }).clientCredentials({ scope: 'read' })
    expect(await statusWith(`${provider.resource}?scope=read`, token)).toBe(200)
    expect(await statusWith(`${provider.resource}?scope=write`, token)).toBe(403)
  })
})
