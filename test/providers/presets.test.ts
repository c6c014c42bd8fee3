import { describe, expect, it } from 'vitest'
import { type AuthorizationServer, createClient } from '../../src/index.js'
import type * as providers from '../../src/providers/index.js'
import {
  auth0,
  cognito,
  entra,
  github,
  google,
  keycloak,
  miwa,
  okta,
  slack,
  smokeball,
  spotify,
  wicked,
} from '../../src/providers/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'

const now = Date.UTC(2030, 0, 1)
const secret = { clientId: 'client_id', clientSecret: 'client_secret', clock: fakeClock(now) }
const portal = { host: 'api.example.com', authMethodId: 'default', apiId: 'pet store' }

describe('miwa', () => {
  it('is asked for a token as its page shows', async () => {
    const wire = scriptedServer(json({ access_token: 'at', token_type: 'bearer', expires_in: 3600 }))
    const token = await createClient({ server: miwa, ...secret, fetch: wire.fetch }).clientCredentials()
    expect(wire.only()).toMatchObject({
      url: 'https://miwa.lol/api/oauth2/token',
      body: 'grant_type=client_credentials&client_id=client_id&client_secret=client_secret',
    })
    expect(wire.only().headers.has('authorization')).toBe(false)
    expect(token).toMatchObject({ tokenType: 'Bearer', expiresAt: now + 3_600_000 })
  })

  it('gives tokens the documented lifetimes where its answers name none', async () => {
    const wire = scriptedServer(json({ access_token: 'at', refresh_token: 'rt2' }))
    const token = await createClient({ server: miwa, ...secret, fetch: wire.fetch }).refresh('rt')
    expect(token).toMatchObject({
      refreshToken: 'rt2',
      expiresAt: now + 3_600_000,
      refreshTokenExpiresAt: now + 7 * 24 * 3_600_000,
    })
  })

  it('sends its users to its authorize page', async () => {
    const client = createClient({ server: miwa, ...secret })
    const { url } = await client.authorizationRequest({ redirectUri: 'https://app.test/cb', scope: ['a', 'b'] })
    expect(url).toMatch(/^https:\/\/miwa\.lol\/oauth2\/authorize\?/)
    expect(new URL(url).searchParams.get('scope')).toBe('a b')
  })

  it('has no revocation: a typed error, and nothing is sent', async () => {
    const wire = scriptedServer()
    const error = await failureOf(createClient({ server: miwa, ...secret, fetch: wire.fetch }).revoke('at'))
    expect(error).toMatchObject({ code: 'unsupported', message: expect.stringContaining('revocationEndpoint') })
    expect(wire.sent).toHaveLength(0)
  })
})

describe('wicked', () => {
  it('has endpoints for each auth method and API', () => {
    expect(wicked(portal)).toMatchObject({
      authorizationEndpoint: 'https://api.example.com/auth/default/api/pet%20store/authorize',
      tokenEndpoint: 'https://api.example.com/auth/default/api/pet%20store/token',
    })
  })

  it('is sent the credentials in the body', async () => {
    const wire = scriptedServer(json({ access_token: 'at', token_type: 'bearer', expires_in: 3600, scope: '' }))
    const client = createClient({ server: wicked(portal), ...secret, fetch: wire.fetch })
    const token = await client.clientCredentials({ scope: 'read' })
    expect(wire.only().form.get('client_secret')).toBe('client_secret')
    expect(token).toMatchObject({ scope: '', requestedScope: 'read' })
  })

  it('is sent raw Basic credentials without client_id in the body, where that is chosen', async () => {
    const wire = scriptedServer(json({ access_token: 'at' }))
    const options = { ...secret, clientSecret: 'a+b', clientAuthentication: 'client_secret_basic' as const }
    await createClient({ server: wicked(portal), ...options, fetch: wire.fetch }).clientCredentials()
    expect(wire.only().headers.get('authorization')).toBe(`Basic ${btoa('client_id:a+b')}`)
    expect(wire.only().form.has('client_id')).toBe(false)
  })

  it('refuses a secret of a public client, before anything is sent', async () => {
    const server = wicked({ ...portal, clientType: 'public' })
    expect((await failureOf(() => createClient({ server, ...secret }))).code).toBe('unsupported')
  })

  it('refuses client credentials of a public client, before anything is sent', async () => {
    const wire = scriptedServer()
    const client = createClient({
      server: wicked({ ...portal, clientType: 'public' }),
      clientId: 'spa',
      fetch: wire.fetch,
    })
    expect((await failureOf(client.clientCredentials())).code).toBe('unsupported')
    expect(wire.sent).toHaveLength(0)
  })

  it('renews a single-page app with prompt=none, which a missing login refuses', async () => {
    const client = createClient({ server: wicked({ ...portal, clientType: 'public' }), clientId: 'spa' })
    const request = await client.authorizationRequest({
      redirectUri: 'https://app.test/cb',
      parameters: { prompt: 'none' },
    })
    expect(new URL(request.url).searchParams.get('prompt')).toBe('none')
    const error = await failureOf(client.exchangeCode(`?error=login_required&state=${request.state}`, request))
    expect(error).toMatchObject({ code: 'authorization_refused', error: 'login_required' })
  })

  it.each([
    { host: 'https://api.example.com' },
    { host: 'api.example.com/portal' },
    { host: '' },
    { host: 'user@api.example.com' },
    { authMethodId: '' },
    { apiId: '' },
  ])('refuses %o', async (wrong) => {
    expect((await failureOf(() => wicked({ ...portal, ...wrong }))).code).toBe('invalid_argument')
  })
})

describe('Smokeball', () => {
  it('is sent the worked example of its page', async () => {
    const wire = scriptedServer(json({ access_token: 'at', token_type: 'Bearer', expires_in: 3600 }))
    await createClient({ server: smokeball, ...secret, fetch: wire.fetch }).clientCredentials()
    expect(wire.only()).toMatchObject({
      url: 'https://auth.smokeball.com/oauth2/token',
      body: 'grant_type=client_credentials&client_id=client_id',
    })
    expect(wire.only().headers.get('authorization')).toBe('Basic Y2xpZW50X2lkOmNsaWVudF9zZWNyZXQ=')
  })

  it('keeps the refresh token, which its answers leave out', async () => {
    const wire = scriptedServer(json({ access_token: 'at', token_type: 'Bearer', expires_in: 3600 }))
    const token = await createClient({ server: smokeball, ...secret, fetch: wire.fetch }).refresh('rt')
    expect(token.refreshToken).toBe('rt')
  })
})

describe('Cognito', () => {
  it('has the endpoints of a user pool domain', () => {
    expect(cognito({ domain: 'x.auth.eu-central-1.amazoncognito.com' })).toMatchObject({
      authorizationEndpoint: 'https://x.auth.eu-central-1.amazoncognito.com/oauth2/authorize',
      tokenEndpoint: 'https://x.auth.eu-central-1.amazoncognito.com/oauth2/token',
      revocationEndpoint: 'https://x.auth.eu-central-1.amazoncognito.com/oauth2/revoke',
    })
  })

  it.each(['https://auth.example.com', 'auth.example.com/x', ''])('refuses %j', async (domain) => {
    expect((await failureOf(() => cognito({ domain }))).code).toBe('invalid_argument')
  })
})

describe('Entra', () => {
  const id = '72f988bf-86f1-41af-91ab-2d7cd011db47'

  it('has the endpoints of a tenant', () => {
    expect(entra({ tenant: 'contoso.onmicrosoft.com' })).toMatchObject({
      authorizationEndpoint: 'https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/authorize',
      tokenEndpoint: 'https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token',
    })
  })

  it('knows its issuer of an id only', () => {
    expect(entra({ tenant: id.toUpperCase() }).issuer).toBe(`https://login.microsoftonline.com/${id}/v2.0`)
    expect(entra({ tenant: 'common' })).not.toHaveProperty('issuer')
    expect(entra({ tenant: 'contoso.com' })).not.toHaveProperty('issuer')
  })

  it.each(['', 'a/b', 'a?b', 'https://x'])('refuses %j', async (tenant) => {
    expect((await failureOf(() => entra({ tenant }))).code).toBe('invalid_argument')
  })
})

describe('Auth0', () => {
  it('has the endpoints of a domain', () => {
    expect(auth0({ domain: 'x.eu.auth0.com' })).toMatchObject({
      issuer: 'https://x.eu.auth0.com/',
      tokenEndpoint: 'https://x.eu.auth0.com/oauth/token',
      revocationEndpoint: 'https://x.eu.auth0.com/oauth/revoke',
    })
  })

  it.each(['https://x.auth0.com', 'x.auth0.com/', ''])('refuses %j', async (domain) => {
    expect((await failureOf(() => auth0({ domain }))).code).toBe('invalid_argument')
  })
})

describe('Okta', () => {
  it.each([
    [undefined, 'https://x.okta.com/oauth2/default', 'https://x.okta.com/oauth2/default/v1/token'],
    ['aus1', 'https://x.okta.com/oauth2/aus1', 'https://x.okta.com/oauth2/aus1/v1/token'],
    ['org', 'https://x.okta.com', 'https://x.okta.com/oauth2/v1/token'],
  ])('with the authorization server %s is %s', (authorizationServer, issuer, tokenEndpoint) => {
    const server = okta({ domain: 'x.okta.com', ...(authorizationServer && { authorizationServer }) })
    expect(server).toMatchObject({ issuer, tokenEndpoint })
  })

  it.each([{ domain: 'https://x.okta.com' }, { authorizationServer: '' }, { authorizationServer: 'a/b' }])(
    'refuses %o',
    async (wrong) => {
      expect((await failureOf(() => okta({ domain: 'x.okta.com', ...wrong }))).code).toBe('invalid_argument')
    },
  )
})

describe('Keycloak', () => {
  it.each([
    ['https://sso.example.com', 'https://sso.example.com/realms/r'],
    ['https://sso.example.com/', 'https://sso.example.com/realms/r'],
    ['http://localhost:8080/auth', 'http://localhost:8080/auth/realms/r'],
  ])('at %s has the issuer %s', (url, issuer) => {
    const base = `${issuer}/protocol/openid-connect`
    expect(keycloak({ url, realm: 'r' })).toMatchObject({ issuer, tokenEndpoint: `${base}/token` })
  })

  it.each([
    { url: 'sso.example.com' },
    { url: 'https://sso.example.com/?a' },
    { url: 'https://sso.example.com/?' },
    { url: 'https://sso.example.com/#' },
    { url: 'https://SSO.example.com' },
    { url: 'https://a:b@sso.example.com' },
    { realm: '' },
  ])('refuses %o', async (wrong) => {
    const options = { url: 'https://sso.example.com', realm: 'r', ...wrong }
    expect((await failureOf(() => keycloak(options))).code).toBe('invalid_argument')
  })
})

describe('a preset that is a function', () => {
  it.each<[string, (options: never) => unknown]>([
    ['auth0', auth0],
    ['cognito', cognito],
    ['entra', entra],
    ['keycloak', keycloak],
    ['okta', okta],
    ['wicked', wicked],
  ])('%s has a typed error for no options', async (_, preset) => {
    for (const odd of [undefined, null, {}, 5]) {
      expect((await failureOf(() => Reflect.apply(preset, undefined, [odd]))).code).toBe('invalid_argument')
    }
  })

  it.each(['.', '..', ''])('lets %j lead nowhere else on its host', async (odd) => {
    for (const preset of [
      () => entra({ tenant: odd }),
      () => keycloak({ url: 'https://sso.example.com', realm: odd }),
      () => wicked({ ...portal, apiId: odd }),
      () => wicked({ ...portal, authMethodId: odd }),
    ]) {
      expect((await failureOf(preset)).code).toBe('invalid_argument')
    }
  })

  it('has a typed error for an option of another type', async () => {
    for (const preset of [
      () => Reflect.apply(okta, undefined, [{ domain: 'x.okta.com', authorizationServer: null }]),
      () => Reflect.apply(keycloak, undefined, [{ url: new URL('https://sso.example.com'), realm: 'r' }]),
      () => Reflect.apply(keycloak, undefined, [{ url: 'https://sso.example.com', realm: 5 }]),
      () => Reflect.apply(slack, undefined, [{ tokens: 'admin' }]),
    ]) {
      expect((await failureOf(preset)).code).toBe('invalid_argument')
    }
  })
})

describe('every preset', () => {
  const domain = 'example.com'
  const presets: Readonly<Record<keyof typeof providers, AuthorizationServer>> = {
    auth0: auth0({ domain }),
    cognito: cognito({ domain }),
    entra: entra({ tenant: 'common' }),
    github,
    google,
    keycloak: keycloak({ url: `https://${domain}`, realm: 'r' }),
    miwa,
    okta: okta({ domain }),
    slack: slack(),
    smokeball,
    spotify,
    wicked: wicked(portal),
  }

  it.each(Object.entries(presets))('%s takes a client, over https and nowhere else', async (_, server) => {
    const client = createClient({ server, clientId: 'id', clientSecret: 's' })
    const { url } = await client.authorizationRequest({ redirectUri: 'https://app.test/cb', offlineAccess: true })
    expect(url.startsWith(`${server.authorizationEndpoint}?`)).toBe(true)
    const urls = Object.entries(server).filter(([name]) => /Endpoint$|Uri$|^issuer$/.test(name))
    for (const [, endpoint] of urls) expect(endpoint).toMatch(/^https:\/\/[^?#]+$/)
  })
})
