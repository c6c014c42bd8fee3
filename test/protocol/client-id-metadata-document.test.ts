import { describe, expect, it } from 'vitest'
import { type ClientMetadata, clientIdMetadataDocument, createClient } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'

const clientId = 'https://app.test/oauth/client.json'
const metadata: ClientMetadata = { redirectUris: ['http://127.0.0.1/cb'], clientName: 'App' }

describe('a client ID metadata document', () => {
  it('names its own URL, and a public client unless it is told otherwise', async () => {
    expect(await clientIdMetadataDocument(clientId, metadata)).toEqual({
      client_id: clientId,
      client_name: 'App',
      redirect_uris: ['http://127.0.0.1/cb'],
      token_endpoint_auth_method: 'none',
    })
  })

  it('may name the public keys of a confidential client', async () => {
    const jwks = { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] }
    for (const keys of [{ jwks }, { jwksUri: 'https://app.test/keys' }]) {
      const wanted = { ...metadata, ...keys, tokenEndpointAuthMethod: 'private_key_jwt' }
      expect(await clientIdMetadataDocument(clientId, wanted)).toMatchObject({
        token_endpoint_auth_method: 'private_key_jwt',
      })
    }
  })

  it.each([
    'https://app.test/',
    'https://app.test:8443/client',
    'https://app.test:443/client',
    'https://app.test/a..b/.well-known/client?v=1',
    'https://[::1]/client',
  ])('may be at %s', async (url) => {
    expect((await clientIdMetadataDocument(url, metadata))['client_id']).toBe(url)
  })

  it.each([
    'http://app.test/client',
    'HTTPS://app.test/client',
    'https://app.test',
    'https://app.test?client',
    'https://app.test/client#a',
    'https://app.test/client#',
    'https://user@app.test/client',
    'https://user:secret@app.test/client',
    'https://app.test/./client',
    'https://app.test/a/../client',
    'https://app.test/a/%2e%2E/client',
    'https://app.test/..',
    'https://app.test\\client',
    'https://app.test/cli ent',
    'https://app.test/client\n',
    'https:///client',
    'client',
    '',
  ])('may not be at %j (§3)', async (url) => {
    expect((await failureOf(clientIdMetadataDocument(url, metadata))).code).toBe('invalid_argument')
  })

  it.each<[string, ClientMetadata]>([
    ['client_secret_basic', { tokenEndpointAuthMethod: 'client_secret_basic' }],
    ['client_secret_jwt', { tokenEndpointAuthMethod: 'client_secret_jwt' }],
    ['a secret', { parameters: { client_secret: 'x' } }],
    ['the end of a secret', { parameters: { client_secret_expires_at: 0 } }],
    ['another client_id', { parameters: { client_id: 'https://evil.test/' } }],
    [
      'a private key',
      {
        jwks: {
          keys: [
            { kty: 'EC', x: 'x', y: 'y' },
            { kty: 'EC', x: 'x', y: 'y', d: 'd' },
          ],
        },
      },
    ],
    ['a symmetric key', { jwks: { keys: [{ kty: 'oct', k: 'k' }] } }],
    ['a private key among the parameters', { parameters: { jwks: { keys: [{ kty: 'EC', d: 'd' }] } } }],
    ['keys twice, once among the parameters', { jwksUri: 'https://app.test/keys', parameters: { jwks: { keys: [] } } }],
    ['private_key_jwt and no key', { tokenEndpointAuthMethod: 'private_key_jwt' }],
    ['keys twice', { jwks: { keys: [] }, jwksUri: 'https://app.test/keys' }],
    ['no redirect URI', { redirectUris: [] }],
    ['a redirect URI that is none', { redirectUris: ['cb'] }],
    ['a page over plain http', { clientUri: 'http://app.test' }],
    ['a logo that is data', { logoUri: 'data:image/png;base64,' }],
  ])('may not hold %s (§4.1)', async (_, odd) => {
    expect((await failureOf(clientIdMetadataDocument(clientId, { ...metadata, ...odd }))).code).toBe('invalid_argument')
  })

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])(
    'may not hold a key with a private %s',
    async (name) => {
      const odd = { ...metadata, jwks: { keys: [{ kty: 'RSA', n: 'n', e: 'AQAB', [name]: 'x' }] } }
      expect((await failureOf(clientIdMetadataDocument(clientId, odd))).code).toBe('invalid_argument')
    },
  )

  it.each(['clientUri', 'logoUri', 'tosUri', 'policyUri', 'jwksUri'])('may not name a %s over http', async (name) => {
    const odd = { ...metadata, [name]: 'http://app.test/x' }
    expect((await failureOf(clientIdMetadataDocument(clientId, odd))).code).toBe('invalid_argument')
  })

  it('has typed errors for what is no text, no object and no list', async () => {
    const make = (...given: unknown[]) => Reflect.apply(clientIdMetadataDocument, undefined, given)
    for (const odd of [undefined, null, 5, {}, new URL(clientId)]) {
      expect((await failureOf(make(odd, metadata))).code).toBe('invalid_argument')
    }
    for (const odd of [undefined, null, 5]) expect((await failureOf(make(clientId, odd))).code).toBe('invalid_argument')
    for (const odd of [5, 'authorization_code', {}, [5]]) {
      for (const name of ['grantTypes', 'redirectUris', 'responseTypes', 'contacts']) {
        expect((await failureOf(make(clientId, { ...metadata, [name]: odd }))).code).toBe('invalid_argument')
      }
    }
    for (const keys of [undefined, null, 5, {}, [null], [5]]) {
      expect((await failureOf(make(clientId, { ...metadata, jwks: { keys } }))).code).toBe('invalid_argument')
    }
    expect((await failureOf(make(clientId, { ...metadata, jwks: [] }))).code).toBe('invalid_argument')
  })

  it('needs no redirect URI for grants without one', async () => {
    const wanted = { grantTypes: ['client_credentials'], jwksUri: 'https://app.test/keys' }
    expect(await clientIdMetadataDocument(clientId, wanted)).not.toHaveProperty('redirect_uris')
  })

  it('makes its URL a client_id like any other, at the wire too', async () => {
    const wire = scriptedServer(json({ access_token: 'at' }))
    const server = { authorizationEndpoint: 'https://as.test/authorize', tokenEndpoint: 'https://as.test/token' }
    const client = createClient({ server, clientId, fetch: wire.fetch })
    const request = await client.authorizationRequest({ redirectUri: 'http://127.0.0.1/cb' })
    expect(new URL(request.url).searchParams.get('client_id')).toBe(clientId)
    await client.exchangeCode(`?code=c&state=${request.state}`, request)
    expect(wire.only().form.get('client_id')).toBe(clientId)
    expect(wire.only().headers.get('authorization')).toBe(null)
  })
})
