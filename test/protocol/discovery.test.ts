import { describe, expect, it } from 'vitest'
import { discover } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'

const issuer = 'https://as.test/tenant'
const document = {
  issuer,
  authorization_endpoint: 'https://as.test/authorize',
  token_endpoint: 'https://as.test/token',
  revocation_endpoint: 'https://as.test/revoke',
  introspection_endpoint: null,
  jwks_uri: 'https://as.test/jwks',
  token_endpoint_auth_methods_supported: ['client_secret_post'],
  authorization_response_iss_parameter_supported: true,
  vendor_thing: { deep_name: 1 },
}

const discoverFrom = (...script: Parameters<typeof scriptedServer>) => {
  const wire = scriptedServer(...script)
  return { wire, found: discover(issuer, { fetch: wire.fetch }) }
}

describe('discovery', () => {
  it('reads the OpenID Connect document, under the names of RFC 8414 in camelCase', async () => {
    const { wire, found } = discoverFrom(json(document))
    expect(await found).toStrictEqual({
      issuer,
      authorizationEndpoint: 'https://as.test/authorize',
      tokenEndpoint: 'https://as.test/token',
      revocationEndpoint: 'https://as.test/revoke',
      jwksUri: 'https://as.test/jwks',
      tokenEndpointAuthMethodsSupported: ['client_secret_post'],
      authorizationResponseIssParameterSupported: true,
      vendorThing: { deep_name: 1 },
    })
    expect(wire.only()).toMatchObject({
      method: 'GET',
      url: 'https://as.test/tenant/.well-known/openid-configuration',
    })
  })

  it('reads the OAuth document where there is no other, its path after the well-known part', async () => {
    const { wire, found } = discoverFrom(new Response('no', { status: 404 }), json(document))
    expect((await found).tokenEndpoint).toBe('https://as.test/token')
    expect(wire.sent[1]?.url).toBe('https://as.test/.well-known/oauth-authorization-server/tenant')
  })

  it('refuses the document of another issuer', async () => {
    const { wire, found } = discoverFrom(json({ ...document, issuer: 'https://evil.test' }))
    expect((await failureOf(found)).code).toBe('issuer_mismatch')
    expect(wire.sent).toHaveLength(1)
  })

  it.each<{ readonly endpoint: unknown }>([{ endpoint: { toString: null } }, { endpoint: ['x'] }, { endpoint: 5 }])(
    'refuses an endpoint that is no text: %j',
    async ({ endpoint }) => {
      const { found } = discoverFrom(json({ ...document, revocation_endpoint: endpoint }))
      expect((await failureOf(found)).code).toBe('insecure_url')
    },
  )

  it.each(['token_endpoint', 'revocation_endpoint'])('refuses a %s that is plain http', async (endpoint) => {
    const { found } = discoverFrom(json({ ...document, [endpoint]: 'http://as.test/x' }))
    expect((await failureOf(found)).code).toBe('insecure_url')
  })

  it('finds the documents of an issuer that ends with a slash', async () => {
    for (const slashed of ['https://as.test/', 'https://as.test/tenant/']) {
      const wire = scriptedServer(new Response('no', { status: 404 }), json({ ...document, issuer: slashed }))
      expect((await discover(slashed, { fetch: wire.fetch })).issuer).toBe(slashed)
      const path = slashed.slice('https://as.test'.length, -1)
      expect(wire.sent.map(({ url }) => url)).toEqual([
        `https://as.test${path}/.well-known/openid-configuration`,
        `https://as.test/.well-known/oauth-authorization-server${path}`,
      ])
    }
  })

  it('believes no document under an error status', async () => {
    const { found } = discoverFrom(json(document, 404), json(document, 401))
    expect(await failureOf(found)).toMatchObject({ code: 'invalid_response', status: 404 })
  })

  it('refuses an issuer that is plain http, before it sends anything', async () => {
    const wire = scriptedServer()
    expect((await failureOf(discover('http://as.test', { fetch: wire.fetch }))).code).toBe('insecure_url')
    expect(wire.sent).toHaveLength(0)
  })

  it.each([
    ['HTML', new Response('<html>')],
    ['no issuer', json({ token_endpoint: 'https://as.test/token' })],
    ['no token endpoint', json({ issuer })],
    ['an array', json([])],
  ])('says what it found where that is %s', async (_, answer) => {
    const { found } = discoverFrom(answer, new Response('no', { status: 404 }))
    expect(await failureOf(found)).toMatchObject({ code: 'invalid_response', status: 200 })
  })

  it('refuses authentication methods that are no list', async () => {
    const odd = json({ ...document, token_endpoint_auth_methods_supported: 'client_secret_post' })
    const { found } = discoverFrom(odd, new Response('no', { status: 404 }))
    expect(await failureOf(found)).toMatchObject({
      code: 'invalid_response',
      message: expect.stringContaining('token_endpoint_auth_methods_supported'),
    })
  })

  it('leaves the facts that RFC 8414 has no name for to us', async () => {
    const facts = {
      default_expires_in: 'soon',
      basic_encoding: 'raw',
      scope_separator: ',',
      answered_scope_separator: ',',
      offline_access_parameters: { prompt: 'none' },
    }
    const { found } = discoverFrom(json({ ...document, ...facts }))
    expect(Object.keys(await found).filter((name) => /^(default|basic|scopeS|answered|offline)/.test(name))).toEqual([])
  })

  it('looks no further where the server is in trouble', async () => {
    const { wire, found } = discoverFrom(new Response('no', { status: 500 }), json(document))
    expect(await failureOf(found)).toMatchObject({ code: 'invalid_response', status: 500 })
    expect(wire.sent).toHaveLength(1)
  })

  it('never follows a redirect', async () => {
    const { found } = discoverFrom(new Response(null, { status: 301, headers: { location: 'https://evil.test' } }))
    expect((await failureOf(found)).code).toBe('redirect_refused')
  })
})
