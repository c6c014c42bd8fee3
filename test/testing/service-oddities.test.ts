import { describe, expect, it } from 'vitest'
import { type AuthorizationServer, createClient } from '../../src/index.js'
import { keycloak, slack } from '../../src/providers/index.js'
import {
  createMockAuthorizationServer,
  type MockAuthorizationServerOptions,
  type MockClient,
  type MockProfile,
} from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { askRevocation, askToken, authorizationUrl, basic, codeOf, codeVerifier, s256 } from './wire.js'

const redirect_uri = 'https://app.test/callback'
const app: MockClient = { clientId: 'id', clientSecret: 's3cret', redirectUris: [redirect_uri] }
const page: MockClient = { clientId: 'page', redirectUris: [redirect_uri] }
const post = { client_id: 'id', client_secret: 's3cret' }

const mockOf = (profile: MockProfile, options: Partial<MockAuthorizationServerOptions> = {}) =>
  createMockAuthorizationServer({ profile, clients: [app], ...options })

type Mock = ReturnType<typeof mockOf>

/** The answer to the code of a login. */
const login = async (mock: Mock, query: Record<string, string> = {}, headers: Record<string, string> = {}) => {
  const code = await codeOf(mock, { client_id: 'id', redirect_uri, ...query })
  const form = { grant_type: 'authorization_code', code, redirect_uri, ...(headers['authorization'] ? {} : post) }
  return askToken(mock, form, headers)
}

const refresh = (mock: Mock, refresh_token: unknown, headers: Record<string, string> = {}) =>
  askToken(
    mock,
    { grant_type: 'refresh_token', refresh_token: `${refresh_token}`, ...(headers['authorization'] ? {} : post) },
    headers,
  )

describe('Google', () => {
  it('gives a refresh token for access_type=offline, and again only for prompt=consent', async () => {
    const mock = mockOf('google')
    const hasRefreshToken = async (query: Record<string, string>) => 'refresh_token' in (await login(mock, query)).json
    expect(await hasRefreshToken({ access_type: 'offline' })).toBe(true)
    expect(await hasRefreshToken({ access_type: 'offline' })).toBe(false)
    expect(await hasRefreshToken({ prompt: 'consent' })).toBe(false)
    expect(await hasRefreshToken({ access_type: 'offline', prompt: 'consent' })).toBe(true)
    expect(await hasRefreshToken({ access_type: 'offline', prompt: 'select_account consent' })).toBe(true)
  })

  it('answers a refresh without a refresh token', async () => {
    const mock = mockOf('google')
    const { json } = await login(mock, { access_type: 'offline' })
    expect((await refresh(mock, json['refresh_token'])).json).not.toHaveProperty('refresh_token')
  })

  it('revokes for whoever has the token, and refuses one that it does not know', async () => {
    const mock = mockOf('google')
    const { refreshToken } = mock.issue({ clientId: 'id' })
    expect((await askRevocation(mock, { token: `${refreshToken}` })).status).toBe(200)
    expect((await refresh(mock, refreshToken)).json).toMatchObject({ error: 'invalid_grant' })
    expect((await askRevocation(mock, { token: 'unknown' })).status).toBe(400)
  })

  it('is on several hosts, all of them in the mock', async () => {
    const mock = mockOf('google')
    const found = await mock.fetch('https://accounts.google.com/.well-known/openid-configuration')
    expect(await found.json()).toMatchObject({ issuer: 'https://accounts.google.com' })
    expect(new URL(mock.server.tokenEndpoint).host).toBe('oauth2.googleapis.com')
  })
})

describe('Entra', () => {
  it('gives a refresh token for the scope offline_access only', async () => {
    const mock = mockOf('entra')
    expect((await login(mock, { scope: 'mail' })).json).not.toHaveProperty('refresh_token')
    expect((await login(mock, { scope: 'mail offline_access' })).json).toHaveProperty('refresh_token')
  })

  it('replaces a refresh token with each use, and leaves the used one good', async () => {
    const mock = mockOf('entra')
    const { refreshToken } = mock.issue({ clientId: 'id' })
    const answers = [await refresh(mock, refreshToken), await refresh(mock, refreshToken)]
    const tokens = answers.map(({ json }) => json['refresh_token'])
    expect(new Set([refreshToken, ...tokens]).size).toBe(3)
    expect((await refresh(mock, tokens[0])).status).toBe(200)
  })

  it('has no revocation', async () => {
    expect(mockOf('entra').server.revocationEndpoint).toBeUndefined()
  })
})

describe('GitHub', () => {
  it('says every error in a 200, in words of its own', async () => {
    const mock = mockOf('github')
    const { refreshToken } = mock.issue({ clientId: 'id' })
    await refresh(mock, refreshToken)
    const code = { grant_type: 'authorization_code', redirect_uri, ...post, code: 'unknown' }
    const errors = [
      await askToken(mock, { ...code, client_secret: 'wrong' }),
      await askToken(mock, code),
      await askToken(mock, { ...code, code: await codeOf(mock, { client_id: 'id', redirect_uri }), redirect_uri: 'x' }),
      await refresh(mock, refreshToken),
    ]
    expect(errors.map(({ status, json }) => [status, json['error']])).toEqual([
      [200, 'incorrect_client_credentials'],
      [200, 'bad_verification_code'],
      [200, 'redirect_uri_mismatch'],
      [200, 'bad_refresh_token'],
    ])
  })

  it('takes Basic credentials beside those in the body that its pages show', async () => {
    const answer = await login(mockOf('github'), {}, basic('id', 's3cret'))
    expect(answer.json).toMatchObject({ access_token: expect.any(String) })
  })

  it('takes scopes parted by spaces, and names them parted by commas', async () => {
    expect((await login(mockOf('github'), { scope: 'repo gist' })).json).toMatchObject({ scope: 'repo,gist' })
  })

  it('gives a GitHub App eight hours and six months, in seconds', async () => {
    const { json } = await login(mockOf('github'))
    expect(json).toMatchObject({ token_type: 'bearer', expires_in: 28_800, refresh_token_expires_in: 15_811_200 })
  })

  it('gives an OAuth app a token without end', async () => {
    const clock = fakeClock()
    const mock = mockOf('github', { clients: [{ ...app, grantTypes: ['authorization_code'] }], clock })
    const client = createClient({
      server: mock.server,
      clientId: 'id',
      clientSecret: 's3cret',
      fetch: mock.fetch,
      clock,
    })
    const request = await client.authorizationRequest({ redirectUri: redirect_uri, scope: 'repo gist' })
    const token = await client.exchangeCode(await mock.authorize(request.url), request)
    expect(token).not.toHaveProperty('expiresAt')
    expect(token).not.toHaveProperty('refreshToken')
    expect(token.scope).toBe('repo gist')
    expect(mock.issue({ clientId: 'id' })).not.toHaveProperty('expiresAt')
  })

  it('knows S256 only', async () => {
    const url = authorizationUrl(mockOf('github'), {
      client_id: 'id',
      redirect_uri,
      ...s256,
      code_challenge_method: 'plain',
    })
    expect(new URL(await mockOf('github').authorize(url)).searchParams.get('error')).toBe('invalid_request')
  })
})

describe('Auth0', () => {
  it('has an issuer that ends in a slash', () => {
    expect(mockOf('auth0').server.issuer).toBe('https://example.auth0.com/')
  })

  it('lets no rotated refresh token outlive the first', async () => {
    const clock = fakeClock()
    const mock = mockOf('auth0', { clients: [page], clock })
    const { refreshToken, refreshTokenExpiresAt = 0 } = mock.issue({ clientId: 'page' })
    const asked = { grant_type: 'refresh_token', client_id: 'page' }
    clock.set(refreshTokenExpiresAt - 1)
    const rotated = await askToken(mock, { ...asked, refresh_token: `${refreshToken}` })
    clock.set(refreshTokenExpiresAt)
    const { json } = await askToken(mock, { ...asked, refresh_token: `${rotated.json['refresh_token']}` })
    expect(json).toMatchObject({ error: 'invalid_grant', error_description: expect.stringContaining('expired') })
  })
})

describe('Okta', () => {
  it('answers a refresh of a confidential client with the same refresh token', async () => {
    const mock = mockOf('okta')
    const { refreshToken } = mock.issue({ clientId: 'id' })
    expect((await refresh(mock, refreshToken)).json['refresh_token']).toBe(refreshToken)
  })

  it('forgives a public client for 30 seconds', async () => {
    const clock = fakeClock()
    const mock = mockOf('okta', { clients: [page], clock })
    const form = {
      grant_type: 'refresh_token',
      client_id: 'page',
      refresh_token: `${mock.issue({ clientId: 'page' }).refreshToken}`,
    }
    const { json } = await askToken(mock, form)
    clock.set(clock.now() + 29_999)
    expect((await askToken(mock, form)).json['refresh_token']).toBe(json['refresh_token'])
    clock.set(clock.now() + 1)
    expect((await askToken(mock, form)).json).toMatchObject({ error: 'invalid_grant' })
  })
})

describe('Keycloak', () => {
  it('tells the life of a refresh token in refresh_expires_in, which the client reads', async () => {
    const clock = fakeClock()
    const mock = mockOf('keycloak', { refreshTokenLifetime: 1800, clock })
    const client = createClient({
      server: mock.server,
      clientId: 'id',
      clientSecret: 's3cret',
      fetch: mock.fetch,
      clock,
    })
    const token = await client.refresh(mock.issue({ clientId: 'id' }))
    expect(token.refreshTokenExpiresAt).toBe(clock.now() + 1_800_000)
    expect((await login(mockOf('keycloak'))).json['refresh_expires_in']).toBe(0)
  })

  it('calls a wrong secret unauthorized_client', async () => {
    const answer = await askToken(mockOf('keycloak'), { grant_type: 'client_credentials' }, basic('id', 'wrong'))
    expect(answer).toMatchObject({ status: 401, json: { error: 'unauthorized_client' } })
  })

  it('is found where its realm is', async () => {
    const server = keycloak({ url: 'https://example.com/auth', realm: 'a b' })
    const mock = mockOf('keycloak', { server })
    const found = await mock.fetch('https://example.com/auth/realms/a%20b/.well-known/openid-configuration')
    expect(await found.json()).toMatchObject({ issuer: 'https://example.com/auth/realms/a%20b' })
  })
})

describe('Slack', () => {
  const header = basic('id', 's3cret')

  it('says every error in a 200 beside ok: false, in words of its own', async () => {
    const mock = mockOf('slack')
    const code = { grant_type: 'authorization_code', redirect_uri, code: 'unknown' }
    const answers = [
      await askToken(mock, code, basic('nobody', 's3cret')),
      await askToken(mock, code, basic('id', 'wrong')),
      await askToken(mock, code, header),
      await refresh(mock, 'unknown', header),
    ]
    expect(answers.map(({ status, json }) => [status, json])).toEqual([
      [200, { ok: false, error: 'invalid_client_id' }],
      [200, { ok: false, error: 'bad_client_secret' }],
      [200, { ok: false, error: 'invalid_code' }],
      [200, { ok: false, error: 'invalid_refresh_token' }],
    ])
  })

  it('takes and names scopes parted by commas', async () => {
    const { json } = await login(mockOf('slack'), { scope: 'commands,chat:write' }, header)
    expect(json).toMatchObject({ ok: true, token_type: 'bot', scope: 'commands,chat:write', expires_in: 43_200 })
    const spaced = await mockOf('slack').authorize(
      authorizationUrl(mockOf('slack'), { client_id: 'id', redirect_uri, scope: 'commands chat:write' }),
    )
    expect(new URL(spaced).searchParams.get('error')).toBe('invalid_scope')
  })

  it('knows each scope by itself', async () => {
    const mock = mockOf('slack', { clients: [{ ...app, scope: 'commands chat:write' }] })
    const { json } = await login(mock, { scope: 'chat:write,commands' }, header)
    expect(json['scope']).toBe('chat:write,commands')
    const url = authorizationUrl(mock, { client_id: 'id', redirect_uri, scope: 'commands,admin' })
    expect(new URL(await mock.authorize(url)).searchParams.get('error')).toBe('invalid_scope')
  })

  it('refuses PKCE of an app that has not switched it on', async () => {
    const mock = mockOf('slack')
    const client = createClient({ server: mock.server, clientId: 'id', clientSecret: 's3cret', fetch: mock.fetch })
    const request = await client.authorizationRequest({ redirectUri: redirect_uri })
    const error = await failureOf(client.exchangeCode(await mock.authorize(request.url), request))
    expect(error).toMatchObject({ code: 'error_response', error: 'pkce_not_allowed' })
  })

  it('lets the client have the rest of the answer, which it does not print', async () => {
    const mock = mockOf('slack')
    const client = createClient({ server: mock.server, clientId: 'id', clientSecret: 's3cret', fetch: mock.fetch })
    const request = await client.authorizationRequest({ redirectUri: redirect_uri, insecurePkce: 'none' })
    const token = await client.exchangeCode(await mock.authorize(request.url), request)
    expect(token.raw).toMatchObject({ ok: true, authed_user: { id: 'U1234' } })
  })

  it('without token rotation gives a token without end', async () => {
    const mock = mockOf('slack', { clients: [{ ...app, grantTypes: ['authorization_code'] }] })
    const { json } = await login(mock, {}, header)
    expect(json).not.toHaveProperty('expires_in')
    expect(json).not.toHaveProperty('refresh_token')
  })

  it('has an endpoint for the tokens of users alone', async () => {
    const mock = mockOf('slack', { server: slack({ tokens: 'user' }) })
    expect(mock.server).toMatchObject({
      authorizationEndpoint: 'https://slack.com/oauth/v2_user/authorize',
      tokenEndpoint: 'https://slack.com/api/oauth.v2.user.access',
    })
    expect((await login(mock, {}, header)).json).toMatchObject({ token_type: 'user' })
  })
})

describe('Spotify', () => {
  it('takes the secret in the header only', async () => {
    expect(await login(mockOf('spotify'))).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
    expect((await login(mockOf('spotify'), {}, basic('id', 's3cret'))).status).toBe(200)
  })

  it('wants PKCE of a public client, and rotates its refresh tokens', async () => {
    const mock = mockOf('spotify', { clients: [page] })
    const query = { client_id: 'page', redirect_uri }
    expect(new URL(await mock.authorize(authorizationUrl(mock, query))).searchParams.get('error')).toBe(
      'invalid_request',
    )
    const code = await codeOf(mock, { ...query, ...s256 })
    const form = {
      grant_type: 'authorization_code',
      client_id: 'page',
      redirect_uri,
      code,
      code_verifier: codeVerifier,
    }
    const { json } = await askToken(mock, form)
    const again = { grant_type: 'refresh_token', client_id: 'page', refresh_token: `${json['refresh_token']}` }
    expect((await askToken(mock, again)).json['refresh_token']).not.toBe(json['refresh_token'])
    expect((await askToken(mock, again)).json).toMatchObject({ error: 'invalid_grant' })
  })
})

describe('any other service', () => {
  const acme: AuthorizationServer = {
    authorizationEndpoint: 'https://acme.test/in',
    tokenEndpoint: 'https://acme.test/oauth/token',
    basicEncoding: 'raw',
    scopeSeparator: ',',
  }

  it('has a mock that keeps to the RFCs and to its facts', async () => {
    const credentials = { clientId: 'id', clientSecret: 'a+b%20' }
    const mock = createMockAuthorizationServer({
      server: acme,
      clients: [{ ...credentials, redirectUris: [redirect_uri], scope: 'a b' }],
    })
    const client = createClient({ server: mock.server, ...credentials, fetch: mock.fetch })
    const request = await client.authorizationRequest({ redirectUri: redirect_uri, scope: 'a b' })
    const token = await client.exchangeCode(await mock.authorize(request.url), request)
    expect(token.scope).toBe('a b')
    expect((await client.refresh(token)).refreshToken).not.toBe(token.refreshToken)
    expect((await client.clientCredentials({ scope: 'a b' })).scope).toBe('a b')
    expect(mock.requests.at(-1)?.form).toMatchObject({ scope: 'a,b' })
  })

  it('has URLs of its own', async () => {
    const make = () => createMockAuthorizationServer({ server: acme, issuer: 'https://as.test', clients: [app] })
    expect(await failureOf(make)).toMatchObject({ code: 'invalid_argument' })
  })
})
