import { describe, expect, it } from 'vitest'
import { clientIdMetadataDocument, createClient, registerClient } from '../../src/index.js'
import { privateKeyJwt } from '../../src/jwt/index.js'
import { createMockAuthorizationServer, type MockAuthorizationServer } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { keyOf } from '../jwt/keys.js'
import { askToken, basic } from './wire.js'

const redirectUri = 'https://app.test/cb'
const good = { redirect_uris: [redirectUri] }

const register = async (mock: MockAuthorizationServer, metadata: unknown, headers: Record<string, string> = {}) => {
  const response = await mock.fetch('https://as.test/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(metadata),
  })
  return { status: response.status, headers: response.headers, json: await response.json() }
}

describe('the registration endpoint of the mock', () => {
  const clock = fakeClock()
  const mock = createMockAuthorizationServer({ clients: [], clock })

  it('gives a confidential client unless another is wanted (RFC 7591 §2, §3.2.1)', async () => {
    const { status, json, headers } = await register(mock, { ...good, vendor: 1 })
    expect([status, headers.get('cache-control')]).toEqual([201, 'no-store'])
    expect(json).toEqual({
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      vendor: 1,
      client_id: expect.stringMatching(/^client-.{16}$/),
      client_secret: expect.stringMatching(/^secret-.{32}$/),
      client_secret_expires_at: 0,
      client_id_issued_at: clock.now() / 1000,
    })
    expect(mock.requests.at(-1)).toMatchObject({ endpoint: 'registration', json: { ...good, vendor: 1 }, status: 201 })
  })

  it('gives a public client no secret', async () => {
    const { json } = await register(mock, { ...good, token_endpoint_auth_method: 'none' })
    expect(json).not.toHaveProperty('client_secret')
    expect(json).not.toHaveProperty('client_secret_expires_at')
  })

  it.each([['https://a.test/cb'], ['http://127.0.0.1:8080/cb'], ['http://localhost/cb'], ['com.example.app:/cb']])(
    'takes the redirect URI %s',
    async (uri) => {
      expect((await register(mock, { redirect_uris: [uri] })).status).toBe(201)
    },
  )

  it.each([
    ['http://a.test/cb'],
    ['https://a.test/#'],
    ['/cb'],
    ['javascript:alert(1)'],
    ['app:/cb'],
    ['https://a.test/c\nb'],
    ['https://a.test/→'],
  ])('refuses the redirect URI %s', async (uri) => {
    const { status, json } = await register(mock, { redirect_uris: [uri] })
    expect([status, json.error]).toEqual([400, 'invalid_redirect_uri'])
  })

  it('refuses a client without a redirect URI that needs one', async () => {
    expect((await register(mock, {})).json.error).toBe('invalid_redirect_uri')
    expect((await register(mock, { grant_types: ['client_credentials'] })).status).toBe(201)
  })

  it.each([
    ['no object', [good]],
    ['a grant it does not have', { ...good, grant_types: ['password'] }],
    ['a response type it does not have', { ...good, response_types: ['token'] }],
    ['a grant without its response type', { ...good, response_types: [] }],
    ['a response type without its grant', { grant_types: ['client_credentials'], response_types: ['code'] }],
    ['a client authentication it does not have', { ...good, token_endpoint_auth_method: 'tls_client_auth' }],
    ['credentials of a public client', { grant_types: ['client_credentials'], token_endpoint_auth_method: 'none' }],
    ['a name that is no text', { ...good, client_name: 1 }],
    ['redirect URIs that are no list', { redirect_uris: redirectUri }],
    ['an assertion that it has no key for', { ...good, token_endpoint_auth_method: 'private_key_jwt' }],
    [
      'a private key',
      { ...good, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'EC', d: 'd' }] } },
    ],
    ['a private key beside a secret', { ...good, jwks: { keys: [{ kty: 'EC', d: 'd' }] } }],
    ['keys that are none', { ...good, jwks: { keys: ['key'] } }],
    ['an identifier of its own', { ...good, client_id: 'mine' }],
    ['a secret of its own', { ...good, client_secret: 'mine' }],
    ['an address that is none', { ...good, logo_uri: 'javascript:alert(1)' }],
    ['a logout to where nobody should go', { ...good, post_logout_redirect_uris: ['http://a.test/'] }],
    ['a binding that is neither true nor false', { ...good, dpop_bound_access_tokens: 'yes' }],
    ['keys twice', { ...good, jwks: { keys: [] }, jwks_uri: 'https://a.test/keys' }],
  ])('refuses %s', async (_, metadata) => {
    const { status, json } = await register(mock, metadata)
    expect([status, json.error]).toEqual([400, 'invalid_client_metadata'])
  })

  it('reads JSON alone, by POST', async () => {
    expect((await register(mock, good, { 'content-type': 'text/plain' })).json.error).toBe('invalid_client_metadata')
    const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }
    expect((await mock.fetch('https://as.test/register', broken)).status).toBe(400)
    expect((await mock.fetch('https://as.test/register')).status).toBe(405)
  })

  it('wants an initial access token where it is told to', async () => {
    const closed = createMockAuthorizationServer({ clients: [], initialAccessToken: 'invited' })
    for (const headers of [{}, { authorization: 'Bearer other' }]) {
      const answer = await register(closed, good, headers)
      expect([answer.status, answer.json.error]).toEqual([401, 'invalid_token'])
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /)
    }
    expect((await register(closed, good, { authorization: 'Bearer invited' })).status).toBe(201)
    expect((await register(closed, good, { authorization: 'bearer invited' })).status).toBe(201)
  })

  it('keeps where a client has its users sent to that it logs out, and answers it', async () => {
    const post_logout_redirect_uris = ['https://app.test/bye']
    const { json } = await register(mock, { ...good, post_logout_redirect_uris })
    expect(json).toMatchObject({ post_logout_redirect_uris })
    const query = new URLSearchParams({ client_id: json.client_id, post_logout_redirect_uri: 'https://app.test/bye' })
    const answer = await mock.fetch(`${mock.server.endSessionEndpoint}?${query}`, { redirect: 'manual' })
    expect(answer.headers.get('location')).toBe('https://app.test/bye')
  })

  it('gives secrets that end, where it is told to, and tokens that are bound', async () => {
    const short = createMockAuthorizationServer({ clients: [], clock, clientSecretLifetime: 60 })
    const metadata = { grant_types: ['client_credentials'] }
    const { json } = await register(short, metadata)
    expect(json.client_secret_expires_at).toBe(clock.now() / 1000 + 60)
    const form = { grant_type: 'client_credentials' }
    const credentials = basic(json.client_id, json.client_secret)
    expect((await askToken(short, form, credentials)).status).toBe(200)
    const { json: other } = await register(short, { ...metadata, dpop_bound_access_tokens: true })
    const bound = await askToken(short, form, basic(other.client_id, other.client_secret))
    expect(bound.json['error']).toBe('invalid_dpop_proof')
    await clock.pass(60_000)
    expect((await askToken(short, form, credentials)).json['error']).toBe('invalid_client')
    expect(short.requests.at(-1)?.refused).toBe('the client secret has expired')
  })

  it('registers clients that work, as they were registered and no other way', async () => {
    const { server, fetch } = mock
    const metadata = { redirectUris: [redirectUri], grantTypes: ['authorization_code'], scope: 'read' }
    const registration = await registerClient(
      server,
      { ...metadata, tokenEndpointAuthMethod: 'client_secret_post' },
      { fetch },
    )
    const client = createClient({ server, ...registration, fetch })
    const request = await client.authorizationRequest({ redirectUri, scope: 'read' })
    expect((await client.exchangeCode(await mock.authorize(request.url), request)).scope).toBe('read')
    expect(mock.requests.at(-1)?.form).toMatchObject({ client_id: registration.clientId })
    expect(await failureOf(client.clientCredentials())).toMatchObject({ error: 'unauthorized_client' })
    const basic = createClient({ server, ...registration, clientAuthentication: 'client_secret_basic', fetch })
    expect(await failureOf(basic.refresh('rt'))).toMatchObject({ error: 'invalid_client' })
    const elsewhere = await client.authorizationRequest({ redirectUri: 'https://evil.test/' })
    expect((await failureOf(mock.authorize(elsewhere.url))).code).toBe('authorization_refused')
  })
})

describe('a client metadata document of the mock', () => {
  const clientId = 'https://app.test/client.json'
  const documentOf = (metadata = {}) =>
    clientIdMetadataDocument(clientId, { redirectUris: [redirectUri], clientName: 'App', ...metadata })
  const mockWith = (document: Record<string, unknown>, url = clientId) =>
    createMockAuthorizationServer({ clients: [], clientMetadataDocuments: { [url]: document } })

  it('makes its URL a client, and the server says that it reads such documents', async () => {
    const mock = mockWith(await documentOf({ grantTypes: ['authorization_code', 'refresh_token'] }))
    const { server, fetch } = mock
    expect(server.clientIdMetadataDocumentSupported).toBe(true)
    const client = createClient({ server, clientId, fetch })
    const request = await client.authorizationRequest({ redirectUri })
    const token = await client.exchangeCode(await mock.authorize(request.url), request)
    expect((await client.refresh(token)).accessToken).not.toBe(token.accessToken)
    expect(createMockAuthorizationServer({ clients: [] }).server).not.toHaveProperty(
      'clientIdMetadataDocumentSupported',
    )
  })

  it('may be that of a client that signs', async () => {
    const { jwk, publicJwk } = keyOf('P-256')
    const mock = mockWith(await documentOf({ tokenEndpointAuthMethod: 'private_key_jwt', jwks: { keys: [publicJwk] } }))
    const { server, fetch } = mock
    const request = await createClient({ server, clientId }).authorizationRequest({ redirectUri })
    const callback = await mock.authorize(request.url)
    const unsigned = createClient({ server, clientId, fetch })
    expect(await failureOf(unsigned.exchangeCode(callback, request))).toMatchObject({ error: 'invalid_client' })
    const signing = createClient({ server, clientId, clientAuthentication: privateKeyJwt({ key: jwk }), fetch })
    expect((await signing.exchangeCode(callback, request)).accessToken).not.toBe('')
  })

  it('binds its client to its redirect URIs', async () => {
    const mock = mockWith(await documentOf())
    const client = createClient({ server: mock.server, clientId, fetch: mock.fetch })
    const { url } = await client.authorizationRequest({ redirectUri: 'https://evil.test/cb' })
    expect((await failureOf(mock.authorize(url))).code).toBe('authorization_refused')
  })

  it.each([
    ['another client_id', { client_id: 'https://app.test/other.json' }],
    ['a secret', { client_secret: 'x' }],
    ['the end of a secret', { client_secret_expires_at: 0 }],
    ['a shared secret for authentication', { token_endpoint_auth_method: 'client_secret_post' }],
    ['no client authentication, which is a secret (RFC 7591 §2)', { token_endpoint_auth_method: undefined }],
    ['no redirect URI', { redirect_uris: [] }],
  ])('is refused with %s', async (_, odd) => {
    const document = { ...(await documentOf()), ...odd }
    expect((await failureOf(() => mockWith(document))).code).toBe('invalid_argument')
  })

  it.each([
    'http://app.test/client',
    'https://app.test',
    'https://app.test/a/../client',
    'https://app.test/%2E/client',
    'https://me@app.test/client',
    'https://app.test/client#',
  ])('is not read at %s', async (url) => {
    const document = { ...(await documentOf()), client_id: url }
    expect((await failureOf(() => mockWith(document, url))).code).toBe('invalid_argument')
  })

  it('goes without profile, as registration does', async () => {
    const options = { clients: [], profile: 'miwa' } as const
    for (const odd of [{ clientMetadataDocuments: {} }, { initialAccessToken: 'x' }]) {
      const failure = await failureOf(() => createMockAuthorizationServer({ ...options, ...odd }))
      expect(failure.code).toBe('invalid_argument')
    }
  })
})
