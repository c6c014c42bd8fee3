import { describe, expect, it } from 'vitest'
import { createMockAuthorizationServer, type MockClient } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { askResource, askToken, authorizationUrl, basic, callbackOf, s256 } from './wire.js'

const redirect_uri = 'https://app.test/callback'
const web: MockClient = { clientId: 'web', clientSecret: 's3cret', redirectUris: [redirect_uri], scope: 'read write' }
const page: MockClient = { clientId: 'page', redirectUris: [redirect_uri] }
const native: MockClient = {
  clientId: 'native',
  redirectUris: ['http://127.0.0.1/cb', 'http://[::1]/cb', 'http://localhost/cb', 'com.app:/cb'],
}
const machine: MockClient = {
  clientId: 'machine',
  clientSecret: 's3cret',
  redirectUris: [redirect_uri],
  grantTypes: ['client_credentials'],
}
const openid: MockClient = { clientId: 'openid', clientSecret: 's3cret', redirectUris: [redirect_uri] }
const mockOf = () => createMockAuthorizationServer({ clients: [web, page, native, machine, openid] })
const webRequest = { client_id: 'web', redirect_uri }

describe('the callback', () => {
  it('carries the code, the state as it was, and the issuer', async () => {
    const mock = mockOf()
    const url = await mock.authorize(authorizationUrl(mock, { ...webRequest, state: 'a b&c=d+é' }))
    expect(url.startsWith('https://app.test/callback?code=')).toBe(true)
    const { code, ...others } = Object.fromEntries(new URL(url).searchParams)
    expect(code).toMatch(/^code-[\w-]{32}$/)
    expect(others).toEqual({ state: 'a b&c=d+é', iss: 'https://as.test' })
  })

  it('has no state where the request had none', async () => {
    expect(await callbackOf(mockOf(), { ...webRequest, ...s256, state: '' })).not.toHaveProperty('state')
  })

  it('keeps the query of the redirect URI to the letter', async () => {
    const uri = 'https://app.test/cb?tenant=a%20b&x=%7e'
    const mock = createMockAuthorizationServer({ clients: [{ ...web, redirectUris: [uri] }] })
    expect(await mock.authorize(authorizationUrl(mock, { client_id: 'web', redirect_uri: uri }))).toContain(
      `${uri}&code=`,
    )
  })

  it('goes to the one registered redirect URI where the request names none', async () => {
    const mock = mockOf()
    expect(await mock.authorize(authorizationUrl(mock, { client_id: 'web' }))).toContain(`${redirect_uri}?code=`)
  })

  it('comes as a redirect over HTTP, from GET and POST', async () => {
    const mock = mockOf()
    const url = authorizationUrl(mock, webRequest)
    const asked = await mock.fetch(url, { redirect: 'manual' })
    const posted = await mock.fetch(`${mock.server.authorizationEndpoint}`, {
      method: 'POST',
      redirect: 'manual',
      body: new URL(url).searchParams,
    })
    for (const { status, headers } of [asked, posted]) {
      expect(status).toBe(302)
      expect(headers.get('location')).toContain(`${redirect_uri}?code=`)
      expect(headers.get('cache-control')).toBe('no-store')
    }
    const put = await mock.fetch(url, { method: 'PUT' })
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST'])
  })
})

it('a form is the only body that is read', async () => {
  const mock = mockOf()
  const body = `${new URL(authorizationUrl(mock, webRequest)).searchParams}`
  const send = async (contentType: string) =>
    mock.fetch(`${mock.server.authorizationEndpoint}`, {
      ...{ method: 'POST', redirect: 'manual', body, headers: { 'content-type': contentType } },
    })
  expect((await send('text/plain')).status).toBe(400)
  expect(mock.requests.at(-1)?.refused).toBe('the body must be an application/x-www-form-urlencoded form')
  expect((await send('application/x-www-form-urlencoded')).status).toBe(302)
})

describe('nobody is redirected (RFC 6749 §4.1.2.1)', () => {
  it.each([
    ['for an unknown client', { client_id: 'nobody', redirect_uri }],
    ['without a client', { redirect_uri }],
    ['to another redirect URI', { client_id: 'web', redirect_uri: 'https://evil.test/callback' }],
    ['to a longer redirect URI', { client_id: 'web', redirect_uri: `${redirect_uri}/more` }],
    ['to a redirect URI with another port', { client_id: 'web', redirect_uri: 'https://app.test:8443/callback' }],
    ['to localhost on another port', { client_id: 'native', redirect_uri: 'http://localhost:5000/cb', ...s256 }],
    ['where one of several redirect URIs must be named', { client_id: 'native', ...s256 }],
  ])('%s', async (_, query) => {
    const mock = mockOf()
    expect(await failureOf(mock.authorize(authorizationUrl(mock, query)))).toMatchObject({
      code: 'authorization_refused',
      error: 'invalid_request',
      message: expect.stringContaining('RFC 6749 §4.1.2.1'),
    })
    const answer = await mock.fetch(authorizationUrl(mock, query))
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
    expect(answer.headers.get('content-type')).toContain('text/html')
  })

  it.each(['client_id=web', `redirect_uri=${encodeURIComponent(redirect_uri)}`])(
    'where %s comes twice',
    async (again) => {
      const mock = mockOf()
      const work = mock.authorize(`${authorizationUrl(mock, webRequest)}&${again}`)
      expect(await failureOf(work)).toMatchObject({ code: 'authorization_refused' })
    },
  )

  it('and a URL of somewhere else is no authorization request', async () => {
    const mock = mockOf()
    for (const url of ['https://other.test/authorize', mock.server.tokenEndpoint, 'no url']) {
      expect(await failureOf(mock.authorize(url))).toMatchObject({ code: 'invalid_argument' })
    }
  })
})

it.each(['http://127.0.0.1:51004/cb', 'http://[::1]:8080/cb', 'com.app:/cb'])(
  'a native app may be at %s (RFC 8252 §7)',
  async (uri) => {
    const mock = mockOf()
    const url = await mock.authorize(authorizationUrl(mock, { client_id: 'native', redirect_uri: uri, ...s256 }))
    expect(url).toContain(`${uri}?code=`)
  },
)

it.each([
  'http://127.0.0.1:51004/x/../cb',
  'HTTP://127.0.0.1:51004/cb',
  'http://127.1:51004/cb',
  'http://user@127.0.0.1:51004/cb',
  'http:\\\\127.0.0.1:51004\\cb',
  'http://127.0.0.1:51004/c\r\nb',
  ' http://127.0.0.1:51004/cb',
  'http://localhost:51004/cb',
  'https://127.0.0.1:51004/cb',
])('but not at %j, of which more than the port differs', async (uri) => {
  const mock = mockOf()
  const work = mock.authorize(authorizationUrl(mock, { client_id: 'native', redirect_uri: uri, ...s256 }))
  expect(await failureOf(work)).toMatchObject({ code: 'authorization_refused' })
})

describe('a request that nothing protects from forgery (RFC 9700 §2.1, §4.7)', () => {
  const unguarded = { ...webRequest, state: '' }
  const why =
    'nothing protects this request from forgery: it has neither state nor code_challenge nor an OpenID Connect nonce'

  it.each([
    ['has neither state nor PKCE nor a nonce', unguarded],
    ['has a nonce without openid, which no ID token will echo', { ...unguarded, nonce: 'n-0S6' }],
  ])('is refused where it %s', async (_, query) => {
    const mock = mockOf()
    expect(await callbackOf(mock, query)).toEqual({
      error: 'invalid_request',
      error_description: why,
      iss: 'https://as.test',
    })
    expect(mock.requests.at(-1)?.refused).toBe(why)
  })

  it.each([
    ['state', webRequest],
    ['PKCE', { ...unguarded, ...s256 }],
    ['a nonce', { ...unguarded, scope: 'openid', nonce: 'n-0S6' }],
  ])('is one no more with %s', async (_, query) => {
    const mock = createMockAuthorizationServer({ clients: [{ ...web, scope: 'openid' }] })
    expect(await callbackOf(mock, query)).toHaveProperty('code')
  })

  it('must have a state where that is wanted', async () => {
    const mock = createMockAuthorizationServer({ clients: [web], requireState: true })
    expect(await callbackOf(mock, { ...unguarded, ...s256 })).toMatchObject({ error_description: 'state is missing' })
    expect(await callbackOf(mock, webRequest)).toHaveProperty('code')
  })

  it('is taken by a service, as far as is known', async () => {
    const keycloak = createMockAuthorizationServer({ profile: 'keycloak', clients: [web] })
    expect(await callbackOf(keycloak, unguarded)).toHaveProperty('code')
  })
})

describe('an error goes back by redirect, with state and issuer', () => {
  it.each([
    ['response_type=token', 'unsupported_response_type', { ...webRequest, response_type: 'token' }],
    ['an empty response_type', 'invalid_request', { ...webRequest, response_type: '' }],
    ['a grant that the client may not use', 'unauthorized_client', { client_id: 'machine', redirect_uri }],
    ['a scope beyond the client', 'invalid_scope', { ...webRequest, scope: 'read admin' }],
    ['two spaces in the scope', 'invalid_scope', { ...webRequest, scope: 'read  write' }],
    ['a quote in the scope', 'invalid_scope', { ...webRequest, scope: 'read"' }],
    ['a public client without PKCE', 'invalid_request', { client_id: 'page', redirect_uri }],
    ['a method without a challenge', 'invalid_request', { ...webRequest, code_challenge_method: 'S256' }],
    ['an unknown method', 'invalid_request', { ...webRequest, ...s256, code_challenge_method: 'S512' }],
    ['a short S256 challenge', 'invalid_request', { ...webRequest, ...s256, code_challenge: 'a'.repeat(42) }],
    [
      'an S256 challenge in base64',
      'invalid_request',
      { ...webRequest, ...s256, code_challenge: `${'a'.repeat(42)}+` },
    ],
    [
      'a plain challenge (RFC 9700 §2.1.1)',
      'invalid_request',
      { ...webRequest, ...s256, code_challenge_method: 'plain' },
    ],
    [
      'a challenge without its method, which is plain',
      'invalid_request',
      { ...webRequest, code_challenge: 'a'.repeat(43) },
    ],
    ['metadata of a client', 'registration_not_supported', { ...webRequest, registration: '{}' }],
    ['a prompt that nobody knows', 'invalid_request', { ...webRequest, prompt: 'login now' }],
    ['a thumbprint that is none', 'invalid_request', { ...webRequest, dpop_jkt: 'key' }],
    ['openid without a redirect URI', 'invalid_request', { client_id: 'openid', scope: 'openid' }],
    ['another response_mode than is answered', 'invalid_request', { ...webRequest, response_mode: 'form_post' }],
    ['a request object', 'request_not_supported', { ...webRequest, request: 'a.b.c' }],
    ['a secret in the URL', 'invalid_request', { ...webRequest, client_secret: 's3cret' }],
    ['a verifier in the URL', 'invalid_request', { ...webRequest, ...s256, code_verifier: 'a'.repeat(43) }],
    ['prompt=none beside another', 'invalid_request', { ...webRequest, prompt: 'none login' }],
  ])('%s is %s', async (_, error, query) => {
    const callback = await callbackOf(mockOf(), { ...query, state: 'xyz' })
    expect(callback).toMatchObject({ error, state: 'xyz', iss: 'https://as.test' })
    expect(callback['error_description']).toBeTruthy()
    expect(callback).not.toHaveProperty('code')
  })

  it.each([
    ['a short', 42],
    ['a long', 129],
  ])('%s plain challenge is refused where the server takes plain', async (_, length) => {
    const { server } = mockOf()
    const plain = { ...server, codeChallengeMethodsSupported: ['S256', 'plain'] }
    const mock = createMockAuthorizationServer({ clients: [web], server: plain })
    expect(await callbackOf(mock, { ...webRequest, code_challenge: 'a'.repeat(length) })).toMatchObject({
      error_description: 'code_challenge is malformed',
    })
    expect(await callbackOf(mock, { ...webRequest, code_challenge: 'a'.repeat(43) })).toHaveProperty('code')
  })

  it('says which methods there are, and what leaving it out means', async () => {
    const why = 'transform algorithm not supported: code_challenge_method must be S256'
    const said = async (query: Record<string, string>) => await callbackOf(mockOf(), { ...webRequest, ...query })
    expect((await said({ ...s256, code_challenge_method: 'plain' }))['error_description']).toBe(why)
    expect((await said({ code_challenge: s256.code_challenge }))['error_description']).toBe(
      `${why}: left out, it is plain`,
    )
  })

  it('a repeated parameter is invalid_request', async () => {
    const mock = mockOf()
    const url = await mock.authorize(`${authorizationUrl(mock, { ...webRequest, scope: 'read' })}&scope=write`)
    expect(new URL(url).searchParams.get('error')).toBe('invalid_request')
  })

  it('the user refuses, in one way or another', async () => {
    expect(await callbackOf(mockOf(), webRequest, { deny: true })).toMatchObject({ error: 'access_denied' })
    expect(await callbackOf(mockOf(), webRequest, { deny: 'consent_required' })).toMatchObject({
      error: 'consent_required',
    })
  })
})

describe('prompt=none', () => {
  const silent = { ...webRequest, prompt: 'none' }

  it('is login_required before anybody has approved, and a code afterwards', async () => {
    const mock = mockOf()
    expect(await callbackOf(mock, silent)).toMatchObject({ error: 'login_required' })
    await callbackOf(mock, webRequest, { deny: true })
    expect(await callbackOf(mock, silent)).toMatchObject({ error: 'login_required' })
    await callbackOf(mock, webRequest)
    expect(await callbackOf(mock, silent)).toHaveProperty('code')
  })

  it('is for the user who is logged in', async () => {
    const mock = mockOf()
    await callbackOf(mock, webRequest, { user: 'ann' })
    const code = `${(await callbackOf(mock, silent))['code']}`
    const { json } = await askToken(
      mock,
      { grant_type: 'authorization_code', code, redirect_uri },
      basic('web', 's3cret'),
    )
    expect((await askResource(mock, json['access_token'])).json['subject']).toBe('ann')
    expect((await askResource(mock, mock.issue({ clientId: 'web' }).accessToken)).json['subject']).toBe('ann')
  })

  it('does as it is told of the session', async () => {
    const mock = mockOf()
    expect(await callbackOf(mock, silent, { session: true })).toHaveProperty('code')
    expect(await callbackOf(mock, silent, { session: false })).toMatchObject({ error: 'login_required' })
  })
})
