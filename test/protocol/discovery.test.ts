import { describe, expect, it } from 'vitest'
import { createClient, type DiscoverOptions, discover } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { json, type ScriptedServer, scriptedServer } from '../fixtures/scripted-server.js'

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
const nothing = () => new Response('no', { status: 404 })
const redirect = (location: string, status = 301) => new Response(null, { status, headers: { location } })

const discoverFrom = (...script: Parameters<typeof scriptedServer>) => {
  const wire = scriptedServer(...script)
  return { wire, found: discover(issuer, { fetch: wire.fetch }) }
}
const urlsOf = ({ sent }: ScriptedServer) => sent.map(({ url }) => url)

const oauthForm = 'https://as.test/.well-known/oauth-authorization-server/tenant'
const insertedForm = 'https://as.test/.well-known/openid-configuration/tenant'
const openIdForm = 'https://as.test/tenant/.well-known/openid-configuration'

describe('discovery', () => {
  it('reads the OAuth document, under the names of RFC 8414 in camelCase, and keeps what it does not know', async () => {
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
    expect(wire.only()).toMatchObject({ method: 'GET', url: oauthForm })
    expect(wire.only().headers.get('accept')).toBe('application/json')
  })

  it('looks for the OpenID Connect document where there is no other, its path behind or before the well-known part', async () => {
    const { wire, found } = discoverFrom(nothing(), nothing(), json(document))
    expect((await found).tokenEndpoint).toBe('https://as.test/token')
    expect(urlsOf(wire)).toEqual([oauthForm, insertedForm, openIdForm])
  })

  it('asks twice, not three times, where the issuer has no path', async () => {
    const wire = scriptedServer(nothing(), json({ ...document, issuer: 'https://as.test' }))
    await discover('https://as.test', { fetch: wire.fetch })
    expect(urlsOf(wire)).toEqual([
      'https://as.test/.well-known/oauth-authorization-server',
      'https://as.test/.well-known/openid-configuration',
    ])
  })

  it('finds the documents of an issuer that ends with a slash', async () => {
    for (const slashed of ['https://as.test/', 'https://as.test/tenant/']) {
      const right = json({ ...document, issuer: slashed })
      const wire = scriptedServer(...(slashed === 'https://as.test/' ? [] : [nothing()]), nothing(), right)
      expect((await discover(slashed, { fetch: wire.fetch })).issuer).toBe(slashed)
      const path = slashed.slice('https://as.test'.length, -1)
      expect(urlsOf(wire).at(0)).toBe(`https://as.test/.well-known/oauth-authorization-server${path}`)
      expect(urlsOf(wire).at(-1)).toBe(`https://as.test${path}/.well-known/openid-configuration`)
    }
  })

  it('refuses documents that name another issuer, character by character', async () => {
    for (const named of ['https://evil.test', `${issuer}/`, 'https://AS.test/tenant']) {
      const wrong = () => json({ ...document, issuer: named })
      const { wire, found } = discoverFrom(wrong(), wrong(), wrong())
      expect((await failureOf(found)).code).toBe('issuer_mismatch')
      expect(wire.sent).toHaveLength(3)
    }
  })

  it('passes over a document of another issuer, as of the server’s root, where the right one is further on', async () => {
    const { found } = discoverFrom(json({ ...document, issuer: 'https://as.test' }), nothing(), json(document))
    expect((await found).issuer).toBe(issuer)
  })

  it('takes endpoints on another origin, but none that is plain http', async () => {
    const elsewhere = { ...document, token_endpoint: 'https://login.other.test/token' }
    const server = await discoverFrom(json(elsewhere)).found
    expect(server.tokenEndpoint).toBe('https://login.other.test/token')
    const wire = scriptedServer(json({ access_token: 'at' }))
    await createClient({ server, clientId: 'id', clientSecret: 's', fetch: wire.fetch }).clientCredentials()
    expect(wire.only().url).toBe('https://login.other.test/token')
  })

  it.each(['token_endpoint', 'revocation_endpoint', 'jwks_uri', 'vendor_endpoint'])(
    'refuses a %s that is plain http',
    async (endpoint) => {
      const { found } = discoverFrom(json({ ...document, [endpoint]: 'http://as.test/x' }))
      expect((await failureOf(found)).code).toBe('insecure_url')
    },
  )

  it('refuses an endpoint on our own loopback, unless the document is there too, or we say so ourselves', async () => {
    const local = 'http://127.0.0.1:8080/token'
    for (const fields of [{ token_endpoint: local }, { mtls_endpoint_aliases: { token_endpoint: local } }]) {
      expect((await failureOf(discoverFrom(json({ ...document, ...fields })).found)).code).toBe('insecure_url')
    }
    const overrides = { tokenEndpoint: local }
    expect(await discover(issuer, { fetch: scriptedServer(json(document)).fetch, overrides })).toMatchObject(overrides)
    const origin = 'http://127.0.0.1:8080'
    const { fetch } = scriptedServer(json({ issuer: origin, token_endpoint: local }))
    expect((await discover(origin, { fetch })).tokenEndpoint).toBe(local)
  })

  it.each<{ readonly endpoint: unknown }>([{ endpoint: { toString: null } }, { endpoint: ['x'] }, { endpoint: 5 }])(
    'refuses an endpoint that is no text: %j',
    async ({ endpoint }) => {
      const { found } = discoverFrom(json({ ...document, revocation_endpoint: endpoint }))
      expect((await failureOf(found)).code).toBe('insecure_url')
    },
  )

  it('takes an endpoint that is empty for one that is not there, as servers write it that write every field', async () => {
    const aliases = { token_endpoint: 'https://mtls.as.test/token', revocation_endpoint: '' }
    const empty = { introspection_endpoint: '', jwks_uri: '', vendor_endpoint: '', mtls_endpoint_aliases: aliases }
    const server = await discoverFrom(json({ ...document, ...empty })).found
    expect(server).not.toHaveProperty('jwksUri')
    expect(server).not.toHaveProperty('introspectionEndpoint')
    expect(server).not.toHaveProperty('vendorEndpoint')
    expect(server.mtlsEndpointAliases).toEqual({ tokenEndpoint: 'https://mtls.as.test/token' })
    const without = discoverFrom(json({ ...document, token_endpoint: '' }), nothing(), nothing()).found
    expect(await failureOf(without)).toMatchObject({
      code: 'invalid_response',
      message: expect.stringContaining('token_endpoint'),
    })
  })

  it.each(['https://as.test:x@evil.test/t', 'https://user@as.test/t'])(
    'refuses an endpoint with a user in it, which reads like another host and which no fetch sends: %s',
    async (endpoint) => {
      const { found } = discoverFrom(json({ ...document, token_endpoint: endpoint }))
      expect((await failureOf(found)).code).toBe('insecure_url')
    },
  )

  it('lets a document lead to loopback where insecure requests are allowed', async () => {
    const admin = 'http://127.0.0.1:8080/admin'
    const { fetch } = scriptedServer(json({ ...document, token_endpoint: admin }))
    expect((await discover(issuer, { fetch, allowInsecureRequests: true })).tokenEndpoint).toBe(admin)
  })

  it.each(['https://mtls.as.test', ['https://mtls.as.test'], 5])('makes no aliases of %j', async (odd) => {
    const { found } = discoverFrom(json({ ...document, mtls_endpoint_aliases: odd }))
    expect(await found).not.toHaveProperty('mtlsEndpointAliases')
  })

  it('takes no field under the name that it has here for the one at the wire, which alone is checked', async () => {
    const odd = { tokenEndpointAuthMethodsSupported: 5, tokenEndpoint: 'https://as.test/odd', vendorThing: 2 }
    const server = await discoverFrom(json({ ...document, vendor_thing: null, ...odd })).found
    expect(server).toMatchObject({
      tokenEndpoint: 'https://as.test/token',
      tokenEndpointAuthMethodsSupported: ['client_secret_post'],
      vendorThing: 2,
    })
  })

  it('refuses a document that is nested so deep that it could not be copied', async () => {
    for (const levels of [110, 200_000]) {
      const deep = '['.repeat(levels) + ']'.repeat(levels)
      const text = `${JSON.stringify(document).slice(0, -1)},"x":${deep}}`
      const { found } = discoverFrom(new Response(text), nothing(), nothing())
      expect((await failureOf(found)).code).toBe('invalid_response')
    }
    const nested = JSON.parse('['.repeat(90) + ']'.repeat(90))
    expect((await discoverFrom(json({ ...document, nested })).found)['nested']).toEqual(nested)
  })

  it.each([undefined, null, 5, {}, new URL('https://as.test'), { url: 5 }])('is not asked of %o', async (odd) => {
    const asked = Reflect.apply(discover, undefined, [odd, { fetch: scriptedServer().fetch }])
    expect((await failureOf(asked)).code).toMatch(/^(invalid_argument|unsupported)$/)
  })

  it('takes null for no options, and for no overrides', async () => {
    const { fetch } = scriptedServer(json(document))
    expect((await Reflect.apply(discover, undefined, [issuer, { fetch, overrides: null }])).issuer).toBe(issuer)
    expect((await failureOf(Reflect.apply(discover, undefined, ['x', null]))).code).toBe('insecure_url')
  })

  it('reads the aliases for mutual TLS, and refuses one that is plain http (RFC 8705 §5)', async () => {
    const aliased = (url: string) => json({ ...document, mtls_endpoint_aliases: { token_endpoint: url } })
    const { mtlsEndpointAliases } = await discoverFrom(aliased('https://mtls.as.test/token')).found
    expect(mtlsEndpointAliases).toEqual({ tokenEndpoint: 'https://mtls.as.test/token' })
    expect((await failureOf(discoverFrom(aliased('http://mtls.as.test/token')).found)).code).toBe('insecure_url')
  })

  it.each(['http://as.test', 'https://as.test?a=1', 'https://as.test/#a', ''])(
    'refuses the issuer %j before it sends anything',
    async (odd) => {
      const wire = scriptedServer()
      const { code } = await failureOf(discover(odd, { fetch: wire.fetch }))
      expect(['insecure_url', 'invalid_argument', 'unsupported']).toContain(code)
      expect(wire.sent).toHaveLength(0)
    },
  )

  it('believes no document under an error status', async () => {
    const { found } = discoverFrom(json(document, 404), json(document, 401), json(document, 404))
    expect(await failureOf(found)).toMatchObject({ code: 'invalid_response', status: 401 })
  })

  it.each([
    ['HTML', () => new Response('<html>')],
    ['no issuer', () => json({ token_endpoint: 'https://as.test/token' })],
    ['no token endpoint', () => json({ issuer })],
    ['an array', () => json([])],
  ])('says what it found where that is %s', async (_, answer) => {
    for (const script of [
      [answer(), nothing(), nothing()],
      [nothing(), nothing(), answer()],
    ]) {
      expect(await failureOf(discoverFrom(...script).found)).toMatchObject({ code: 'invalid_response', status: 200 })
    }
  })

  it.each([
    'token_endpoint_auth_methods_supported',
    'code_challenge_methods_supported',
    'grant_types_supported',
    'scopes_supported',
    'dpop_signing_alg_values_supported',
    'token_endpoint_auth_signing_alg_values_supported',
    'id_token_signing_alg_values_supported',
    'authorization_details_types_supported',
  ])('refuses %s that are no list of texts', async (name) => {
    for (const value of ['client_secret_post', [5], {}]) {
      const { found } = discoverFrom(json({ ...document, [name]: value }), nothing(), nothing())
      const message = expect.stringContaining(name)
      expect(await failureOf(found)).toMatchObject({ code: 'invalid_response', message })
    }
  })

  it('leaves the facts that RFC 8414 has no name for to us', async () => {
    const facts = {
      default_expires_in: 'soon',
      basic_encoding: 'raw',
      basicEncoding: 'raw',
      scope_separator: ',',
      answered_scope_separator: ',',
      offline_access_parameters: { prompt: 'none' },
    }
    const { found } = discoverFrom(json({ ...document, ...facts }))
    expect(Object.keys(await found).filter((name) => /^(default|basic|scopeS|answered|offline)/.test(name))).toEqual([])
    const like = await discoverFrom(json({ ...document, default_scope: 'all', offline_access_lifetime: 1 })).found
    expect(like).toMatchObject({ defaultScope: 'all', offlineAccessLifetime: 1 })
  })

  it('asks no second place of a server that was asked too often', async () => {
    const busy = () => new Response('no', { status: 429, headers: { 'retry-after': '99' } })
    const { wire, found } = discoverFrom(busy(), busy(), busy())
    expect(await failureOf(found)).toMatchObject({ status: 429, retryAfterMs: 99_000 })
    expect(wire.sent).toHaveLength(1)
  })

  it('looks no further where the server is in trouble', async () => {
    const { wire, found } = discoverFrom(new Response('no', { status: 500 }), json(document))
    expect(await failureOf(found)).toMatchObject({ code: 'invalid_response', status: 500 })
    expect(wire.sent).toHaveLength(1)
  })
})

describe('a document that redirects', () => {
  it.each([300, 301, 302, 303, 307, 308])(
    'is followed through a %i to a trailing slash on the same origin',
    async (status) => {
      const { wire, found } = discoverFrom(redirect(`${oauthForm}/`, status), json(document))
      expect((await found).tokenEndpoint).toBe('https://as.test/token')
      expect(urlsOf(wire)).toEqual([oauthForm, `${oauthForm}/`])
      expect(wire.sent.every(({ method }) => method === 'GET')).toBe(true)
    },
  )

  it('is followed to a relative location too', async () => {
    const { wire, found } = discoverFrom(redirect('/elsewhere'), json(document))
    expect((await found).issuer).toBe(issuer)
    expect(urlsOf(wire)[1]).toBe('https://as.test/elsewhere')
  })

  it.each([
    'https://evil.test/x',
    'http://as.test/x',
    'https://as.test:8443/x',
    'https://as.test@evil.test/',
    'https://user@as.test/x',
    'https://:password@as.test/x',
    'data:,x',
    '',
  ])('is not followed to %j', async (location) => {
    const away = () => new Response(null, { status: 301, ...(location && { headers: { location } }) })
    const { wire, found } = discoverFrom(away(), away(), away())
    expect(await failureOf(found)).toMatchObject({ code: 'redirect_refused', status: 301 })
    expect(urlsOf(wire)).toEqual([oauthForm, insertedForm, openIdForm])
  })

  it('is not followed in circles', async () => {
    const wire = scriptedServer(...Array.from({ length: 9 }, () => redirect('/round')))
    const where = { url: 'https://as.test/round' }
    expect((await failureOf(discover(where, { fetch: wire.fetch }))).code).toBe('redirect_refused')
    expect(wire.sent).toHaveLength(4)
  })

  it('elsewhere says less than what is found further on', async () => {
    const { found } = discoverFrom(redirect('https://login.test/', 302), new Response('<html>'), nothing())
    expect(await failureOf(found)).toMatchObject({ code: 'invalid_response', status: 200 })
  })

  it('to the log-in page of another origin is passed over where the right one is further on', async () => {
    const { found } = discoverFrom(redirect('https://login.test/', 302), nothing(), json(document))
    expect((await found).issuer).toBe(issuer)
  })
})

describe('a document elsewhere', () => {
  const url = 'https://as.test/config.json'
  const at = (location: { url: string; issuer?: string }, named: string, options: DiscoverOptions = {}) => {
    const wire = scriptedServer(json({ ...document, issuer: named }))
    return { wire, found: discover(location, { fetch: wire.fetch, ...options }) }
  }

  it('is read from its URL, and may name any issuer on that origin', async () => {
    const { wire, found } = at({ url }, issuer)
    expect((await found).issuer).toBe(issuer)
    expect(wire.only().url).toBe(url)
  })

  it('of another origin must be told which issuer to name', async () => {
    expect((await failureOf(at({ url }, 'https://other.test').found)).code).toBe('issuer_mismatch')
    expect((await at({ url, issuer: 'https://other.test' }, 'https://other.test').found).issuer).toBe(
      'https://other.test',
    )
    // Entra's document for all tenants names no tenant.
    const templated = 'https://login.test/{tenantid}/v2.0'
    expect((await at({ url, issuer: templated }, templated).found).issuer).toBe(templated)
  })

  it('that was told to name nothing is refused, not believed', async () => {
    expect((await failureOf(at({ url, issuer: '' }, issuer).found)).code).toBe('issuer_mismatch')
  })

  it('that names another issuer than it was told to is refused', async () => {
    expect((await failureOf(at({ url, issuer }, 'https://as.test').found)).code).toBe('issuer_mismatch')
  })

  it('is not read over plain http', async () => {
    for (const odd of ['http://as.test/config.json', 'https://user:hush@as.test/config.json']) {
      const { wire, found } = at({ url: odd }, issuer)
      const failure = await failureOf(found)
      expect([failure.code, failure.message.includes('hush')]).toEqual(['insecure_url', false])
      expect(wire.sent).toHaveLength(0)
    }
  })
})

describe('overrides', () => {
  const corrected = (wrong: object, overrides: NonNullable<DiscoverOptions['overrides']>) => {
    const { fetch } = scriptedServer(json({ ...document, ...wrong }), nothing(), nothing())
    return discover(issuer, { fetch, overrides })
  }

  it('win over the document, and bring what it leaves out', async () => {
    const server = await corrected(
      { token_endpoint: undefined, token_endpoint_auth_methods_supported: 'basic' },
      {
        tokenEndpoint: 'https://as.test/right',
        tokenEndpointAuthMethodsSupported: ['client_secret_basic'],
        basicEncoding: 'raw',
      },
    )
    expect(server).toMatchObject({
      tokenEndpoint: 'https://as.test/right',
      tokenEndpointAuthMethodsSupported: ['client_secret_basic'],
      basicEncoding: 'raw',
      revocationEndpoint: 'https://as.test/revoke',
    })
  })

  it('take away what the document should not offer, an endpoint over plain http too', async () => {
    const server = await corrected({ revocation_endpoint: 'http://as.test/x' }, { revocationEndpoint: undefined })
    expect(server).not.toHaveProperty('revocationEndpoint')
  })

  it('may not be plain http', async () => {
    const failing = corrected({}, { tokenEndpoint: 'http://as.test/x' })
    expect((await failureOf(failing)).code).toBe('insecure_url')
  })

  it('accept a document that names another issuer only if they hold an issuer', async () => {
    const wrong = { issuer: 'https://internal.test' }
    const { fetch } = scriptedServer(json({ ...document, ...wrong }), nothing(), nothing())
    const overrides = { tokenEndpoint: 'https://as.test/t' }
    expect((await failureOf(discover(issuer, { fetch, overrides }))).code).toBe('issuer_mismatch')
    // What counts is what the caller says, be it the issuer that was asked or the one that tokens will name.
    for (const said of [issuer, 'https://tokens.test']) {
      expect((await corrected(wrong, { issuer: said })).issuer).toBe(said)
    }
  })
})
