import { afterEach, describe, expect, it } from 'vitest'
import {
  clientIdMetadataDocument,
  createClient,
  discover,
  discoverResource,
  type RegisterClientOptions,
  registerClient,
} from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { statusWith, tokenOf } from './log-in.ts'
import { type ProviderOptions, type RunningProvider, redirectUri, startProvider } from './provider.ts'

const started: RunningProvider[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((provider) => provider.close()))
})

const serverOf = async (options: ProviderOptions) => {
  const provider = await startProvider(options)
  started.push(provider)
  return { provider, server: await discover(provider.issuer) }
}

const native = {
  redirectUris: [redirectUri],
  grantTypes: ['authorization_code', 'refresh_token'],
  tokenEndpointAuthMethod: 'none',
  applicationType: 'native',
  clientName: 'Bears',
} as const

describe('registration at a certified server', () => {
  it('makes a public client that a user can log in to', async () => {
    const { provider, server } = await serverOf({ registration: 'open' })
    const registration = await registerClient(server, native)
    expect(registration).toMatchObject({
      clientAuthentication: 'none',
      issuer: provider.issuer,
      registrationAccessToken: expect.stringMatching(/./),
      registrationClientUri: expect.stringContaining(`${provider.issuer}/reg/`),
      raw: { client_name: 'Bears', application_type: 'native' },
    })
    const client = createClient({ server, ...registration })
    const token = await tokenOf(client)
    expect(await statusWith(provider.resource, token)).toBe(200)
    expect((await client.refresh(token)).refreshToken).not.toBe(token.refreshToken)
  })

  it.each(['client_secret_basic', 'client_secret_post'] as const)(
    'makes a confidential client with %s',
    async (method) => {
      const { server } = await serverOf({ registration: 'open' })
      const wanted = { grantTypes: ['client_credentials'], responseTypes: [], redirectUris: [] }
      const registration = await registerClient(server, { ...wanted, tokenEndpointAuthMethod: method })
      expect(registration).toMatchObject({ clientAuthentication: method, clientSecret: expect.stringMatching(/./) })
      expect(registration).not.toHaveProperty('clientSecretExpiresAt')
      expect((await createClient({ server, ...registration }).clientCredentials()).accessToken).not.toBe('')
    },
  )

  it('is told what the server does not take', async () => {
    const { server } = await serverOf({ registration: 'open' })
    const remote = { ...native, redirectUris: ['http://app.test/cb'] }
    expect(await failureOf(registerClient(server, remote))).toMatchObject({
      code: 'error_response',
      error: 'invalid_redirect_uri',
      status: 400,
    })
    const odd = { ...native, grantTypes: ['password'] }
    expect(await failureOf(registerClient(server, odd))).toMatchObject({ error: 'invalid_client_metadata' })
  })

  it('needs the initial access token that the server wants', async () => {
    const { server } = await serverOf({ registration: { initialAccessToken: 'invited' } })
    const withToken = (options: RegisterClientOptions) => registerClient(server, native, options)
    const refused = { code: 'error_response', error: 'invalid_token', status: 401 }
    expect(await failureOf(withToken({}))).toMatchObject(refused)
    expect(await failureOf(withToken({ initialAccessToken: 'other' }))).toMatchObject(refused)
    expect((await withToken({ initialAccessToken: 'invited' })).clientId).not.toBe('')
  })

  it('is not offered by a server that has none', async () => {
    const { server } = await serverOf({})
    expect((await failureOf(registerClient(server, native))).code).toBe('unsupported')
  })
})

describe('a client metadata document at a certified server', () => {
  const clientId = 'https://bears.test/client.json'

  it('lets a user log in to a client that nobody registered', async () => {
    const document = await clientIdMetadataDocument(clientId, native)
    const { provider, server } = await serverOf({ clientMetadataDocuments: { [clientId]: document } })
    expect(server.clientIdMetadataDocumentSupported).toBe(true)
    const token = await tokenOf(createClient({ server, clientId }))
    expect(await statusWith(provider.resource, token)).toBe(200)
  })

  it('of another URL, or with a secret, is refused by the server: so ours makes none', async () => {
    const document = await clientIdMetadataDocument(clientId, native)
    for (const odd of [{ client_id: 'https://bears.test/other.json' }, { client_secret: 'x' }]) {
      const { server } = await serverOf({ clientMetadataDocuments: { [clientId]: { ...document, ...odd } } })
      const { url } = await createClient({ server, clientId }).authorizationRequest({ redirectUri })
      const answer = await fetch(url, { redirect: 'manual' })
      expect([answer.status, await answer.text()]).toEqual([
        400,
        expect.stringContaining('client_id metadata document'),
      ])
    }
  })
})

describe('from a 401 to a token', () => {
  it('a client that knows nothing but the URL of a resource finds its way', async () => {
    const provider = await startProvider({ registration: 'open' })
    started.push(provider)
    const response = await fetch(provider.resource)
    expect(response.status).toBe(401)
    const resource = await discoverResource(provider.resource, { response })
    expect(resource).toMatchObject({ resource: provider.resource, authorizationServers: [provider.issuer] })
    const server = await discover(`${resource.authorizationServers[0]}`)
    const client = createClient({ server, ...(await registerClient(server, native)) })
    const token = await tokenOf(client, { scope: resource.scopesSupported ?? [] })
    expect(await statusWith(provider.resource, token)).toBe(200)
  })
})
