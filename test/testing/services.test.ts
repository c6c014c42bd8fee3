import { describe, expect, it } from 'vitest'
import { type AuthorizationServer, createClient } from '../../src/index.js'
import { auth0, cognito, entra, github, google, keycloak, okta, slack, spotify } from '../../src/providers/index.js'
import { createMockAuthorizationServer, type MockProfile } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { askResource } from './wire.js'

const redirectUri = 'https://app.test/callback'
const hour = 3600

interface Walk {
  readonly profile: MockProfile
  readonly server: AuthorizationServer
  readonly isPublic?: boolean
  /** Seconds that the access token lives. */
  readonly lifetime: number
  /** What a refresh does to the refresh token. */
  readonly refreshToken: 'replaced' | 'kept'
  readonly insecurePkce?: 'none'
}

const walks: readonly Walk[] = [
  { profile: 'google', server: google, lifetime: hour, refreshToken: 'kept' },
  { profile: 'entra', server: entra({ tenant: 'common' }), lifetime: hour, refreshToken: 'replaced' },
  {
    profile: 'entra',
    server: entra({ tenant: 'contoso.com' }),
    isPublic: true,
    lifetime: hour,
    refreshToken: 'replaced',
  },
  { profile: 'github', server: github, lifetime: 8 * hour, refreshToken: 'replaced' },
  { profile: 'auth0', server: auth0({ domain: 'x.eu.auth0.com' }), lifetime: 24 * hour, refreshToken: 'kept' },
  {
    profile: 'auth0',
    server: auth0({ domain: 'x.eu.auth0.com' }),
    isPublic: true,
    lifetime: 24 * hour,
    refreshToken: 'replaced',
  },
  { profile: 'cognito', server: cognito({ domain: 'auth.example.com' }), lifetime: hour, refreshToken: 'kept' },
  { profile: 'okta', server: okta({ domain: 'x.okta.com' }), lifetime: hour, refreshToken: 'kept' },
  {
    profile: 'okta',
    server: okta({ domain: 'x.okta.com', authorizationServer: 'org' }),
    isPublic: true,
    lifetime: hour,
    refreshToken: 'replaced',
  },
  {
    profile: 'keycloak',
    server: keycloak({ url: 'https://sso.example.com/auth', realm: 'my realm' }),
    lifetime: hour,
    refreshToken: 'replaced',
  },
  { profile: 'slack', server: slack(), lifetime: 12 * hour, refreshToken: 'replaced', insecurePkce: 'none' },
  {
    profile: 'slack',
    server: slack({ tokens: 'user' }),
    isPublic: true,
    lifetime: 12 * hour,
    refreshToken: 'replaced',
  },
  { profile: 'spotify', server: spotify, lifetime: hour, refreshToken: 'kept' },
  { profile: 'spotify', server: spotify, isPublic: true, lifetime: hour, refreshToken: 'replaced' },
]

const nameOf = ({ profile, isPublic = false, server }: Walk) =>
  `${profile}, ${isPublic ? 'public' : 'confidential'}, ${new URL(server.tokenEndpoint).pathname}`

describe.each(walks.map((walk) => [nameOf(walk), walk] as const))('%s', (_, walk) => {
  const { profile, server, isPublic = false, lifetime, refreshToken, insecurePkce } = walk
  const clock = fakeClock()
  const credentials = { clientId: 'id', ...(isPublic ? {} : { clientSecret: 's3cret' }) }
  const mock = createMockAuthorizationServer({
    profile,
    server,
    clients: [{ ...credentials, redirectUris: [redirectUri] }],
    clock,
  })
  const client = createClient({ server: mock.server, ...credentials, fetch: mock.fetch, clock })
  const logIn = async () => {
    const request = await client.authorizationRequest({
      redirectUri,
      scope: ['read', 'write'],
      offlineAccess: true,
      ...(insecurePkce && { insecurePkce }),
    })
    return client.exchangeCode(await mock.authorize(request.url), request)
  }

  it('is walked with its own preset, from the login to the resource', async () => {
    expect(mock.server).toEqual(server)
    const token = await logIn()
    expect(token).toMatchObject({ tokenType: 'Bearer', expiresAt: clock.now() + lifetime * 1000 })
    expect(token.scope?.split(' ')).toEqual(expect.arrayContaining(['read', 'write']))
    expect((await askResource(mock, token.accessToken)).status).toBe(200)
  })

  it('is refreshed', async () => {
    const first = await logIn()
    const second = await client.refresh(first)
    expect(first.refreshToken).toBeTruthy()
    expect(second.refreshToken === first.refreshToken).toBe(refreshToken === 'kept')
    expect(second.accessToken).not.toBe(first.accessToken)
    expect((await askResource(mock, second.accessToken)).status).toBe(200)
  })

  it('keeps a session, which ends with what the service says of a dead refresh token', async () => {
    const token = await logIn()
    const session = client.sessionSource({ token })
    clock.set(clock.now() + lifetime * 1000)
    const renewed = await session.token()
    expect(renewed.accessToken).not.toBe(token.accessToken)
    mock.revoke(`${renewed.refreshToken}`)
    clock.set(clock.now() + lifetime * 1000)
    expect((await failureOf(session.token())).code).toBe('session_ended')
  })

  it('is told of a logout, where it can be', async () => {
    const token = await logIn()
    if (server.revocationEndpoint === undefined) {
      expect((await failureOf(client.revoke(token))).code).toBe('unsupported')
      return
    }
    await client.revoke(token)
    expect((await failureOf(client.refresh(token))).code).toBe('error_response')
  })

  it('answers on a port of its own', async () => {
    const listening = await mock.listen()
    try {
      const there = createClient({ server: listening.server, ...credentials })
      const request = await there.authorizationRequest({ redirectUri, ...(insecurePkce && { insecurePkce }) })
      expect(new URL(request.url).origin).toBe(listening.origin)
      const callback = await fetch(request.url, { redirect: 'manual' })
      const token = await there.exchangeCode(`${callback.headers.get('location')}`, request)
      expect(token.accessToken).toBeTruthy()
    } finally {
      await listening.close()
    }
  })
})
