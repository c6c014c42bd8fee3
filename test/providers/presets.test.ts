import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { cognito, miwa, smokeball, wicked } from '../../src/providers/index.js'
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
