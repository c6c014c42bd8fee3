import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorizationServer, createClient, discover } from '../../src/index.js'
import { clientSecretJwt, privateKeyJwt } from '../../src/jwt/index.js'
import { keyOf } from '../jwt/keys.js'
import { statusWith, tokenOf } from './log-in.ts'
import { type RunningProvider, redirectUri, startProvider } from './provider.ts'
import { recordingClient } from './recording.ts'

const clientSecret = `${randomUUID()}${randomUUID()}`
const kinds = { RS256: 'rsa', PS256: 'rsa', ES256: 'P-256', EdDSA: 'ed25519' } as const

const everyGrant = ['authorization_code', 'refresh_token', 'client_credentials']
const common = { grant_types: everyGrant, redirect_uris: [redirectUri], scope: 'openid read write' }
const secretClient = {
  ...common,
  client_id: 'secret-jwt',
  client_secret: clientSecret,
  token_endpoint_auth_method: 'client_secret_jwt',
} as const

describe('assertions at a certified server', () => {
  let provider: RunningProvider
  let server: AuthorizationServer
  beforeAll(async () => {
    const keyClients = Object.entries(kinds).map(([alg, kind]) => ({
      ...common,
      client_id: `key-${alg}`,
      token_endpoint_auth_method: 'private_key_jwt' as const,
      token_endpoint_auth_signing_alg: alg as 'RS256',
      jwks: { keys: [{ ...keyOf(kind).publicJwk, kid: alg, use: 'sig' }] },
    }))
    provider = await startProvider({ moreClients: [...keyClients, secretClient] as never })
    server = await discover(provider.issuer)
  })
  afterAll(() => provider.close())

  it.each(Object.entries(kinds))(
    'private_key_jwt with %s proves the client for each of its grants',
    async (alg, kind) => {
      const clientAuthentication = privateKeyJwt({ key: keyOf(kind).pem, kid: alg, alg })
      const { client, sent } = recordingClient({ server, clientId: `key-${alg}`, clientAuthentication })
      const own = await client.clientCredentials({ scope: 'read' })
      expect(await statusWith(provider.resource, own)).toBe(200)
      const token = await tokenOf(client)
      const renewed = await client.refresh(token)
      expect(await statusWith(provider.resource, renewed)).toBe(200)
      await client.revoke(renewed)
      expect(await statusWith(provider.resource, renewed)).toBe(401)
      expect(sent.every(({ authorization }) => authorization === null)).toBe(true)
      expect(new Set(sent.map(({ form }) => form['client_assertion'])).size).toBe(4)
    },
  )

  it('client_secret_jwt proves the client', async () => {
    const clientAuthentication = clientSecretJwt({ clientSecret })
    const { client, sent } = recordingClient({ server, clientId: 'secret-jwt', clientAuthentication })
    expect(await statusWith(provider.resource, await client.clientCredentials({ scope: 'read' }))).toBe(200)
    expect(JSON.stringify(sent)).not.toContain(clientSecret)
  })

  it('takes the token endpoint for an audience, and refuses another', async () => {
    const clientOf = (audience: string) =>
      createClient({
        server,
        clientId: 'key-ES256',
        clientAuthentication: privateKeyJwt({ key: keyOf('P-256').pem, audience }),
      })
    expect((await clientOf(server.tokenEndpoint).clientCredentials()).tokenType).toBe('Bearer')
    await expect(clientOf('https://elsewhere.test').clientCredentials()).rejects.toMatchObject({
      code: 'error_response',
      error: 'invalid_client',
      status: 401,
    })
  })

  it('refuses the assertion of another key', async () => {
    const clientAuthentication = privateKeyJwt({ key: keyOf('ed25519').pem })
    const client = createClient({ server, clientId: 'key-ES256', clientAuthentication })
    await expect(client.clientCredentials()).rejects.toMatchObject({ code: 'error_response', error: 'invalid_client' })
  })
})
