import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { miwa } from '../../src/providers/index.js'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { askResource, askToken, basic, codeOf, codeVerifier, s256 } from './wire.js'

const redirect_uri = 'https://example.com/callback'
const clock = fakeClock()
const client = { clientId: 'id', clientSecret: 's3cret', redirectUris: [redirect_uri] }
const mock = createMockAuthorizationServer({ profile: 'miwa', clients: [client], clock })
const credentials = { client_id: 'id', client_secret: 's3cret' }

describe('miwa', () => {
  it('is reached through its preset', () => {
    expect(mock.server).toBe(miwa)
    expect(mock.resource).toBe('https://miwa.lol/resource')
  })

  it('answers client credentials as documented, and looks at no scope', async () => {
    const form = { grant_type: 'client_credentials', ...credentials, scope: 'what  ever"' }
    const { status, json } = await askToken(mock, form)
    expect([status, json]).toEqual([200, { access_token: expect.any(String), token_type: 'bearer', expires_in: 3600 }])
    expect((await askResource(mock, json['access_token'], '?scope=everything')).status).toBe(200)
  })

  it('takes credentials in the body only', async () => {
    const answer = await askToken(mock, { grant_type: 'client_credentials' }, basic('id', 's3cret'))
    expect(answer).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
  })

  it('answers a code and a refresh with the two tokens alone, and a new pair each time', async () => {
    const pair = { access_token: expect.any(String), refresh_token: expect.any(String) }
    const code = await codeOf(mock, { client_id: 'id', redirect_uri, scope: 'read' })
    const first = await askToken(mock, { grant_type: 'authorization_code', ...credentials, code, redirect_uri })
    expect(first.json).toEqual(pair)
    const form = { grant_type: 'refresh_token', ...credentials, refresh_token: `${first.json['refresh_token']}` }
    const second = await askToken(mock, form)
    expect(second.json).toEqual(pair)
    expect(second.json['access_token']).not.toBe(first.json['access_token'])
    expect(second.json['refresh_token']).not.toBe(first.json['refresh_token'])
    expect(await askToken(mock, form)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } })
  })

  it('does not know PKCE, and so ignores it (RFC 6749 §3.1)', async () => {
    const code = await codeOf(mock, { client_id: 'id', redirect_uri, ...s256 })
    const form = { grant_type: 'authorization_code', ...credentials, code, redirect_uri }
    expect((await askToken(mock, { ...form, code_verifier: `${codeVerifier}x` })).status).toBe(200)
  })

  it('lets a refresh token live seven days', async () => {
    const refresh = (token = '') =>
      askToken(mock, { grant_type: 'refresh_token', ...credentials, refresh_token: token })
    const [early, late] = [mock.issue({ clientId: 'id' }), mock.issue({ clientId: 'id' })]
    const made = clock.now()
    clock.set(made + 7 * 24 * 3_600_000 - 1)
    expect((await refresh(early.refreshToken)).status).toBe(200)
    clock.set(made + 7 * 24 * 3_600_000)
    expect(await refresh(late.refreshToken)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } })
  })

  it('offers no revocation', async () => {
    const answer = await mock.fetch('https://miwa.lol/api/oauth2/revoke', { method: 'POST' })
    expect(answer.status).toBe(404)
  })

  it('has no public clients', async () => {
    const make = () => createMockAuthorizationServer({ profile: 'miwa', clients: [{ clientId: 'page' }] })
    expect(await failureOf(make)).toMatchObject({ code: 'invalid_argument' })
  })

  it('has its own URLs', async () => {
    const make = () => createMockAuthorizationServer({ profile: 'miwa', issuer: 'https://as.test', clients: [client] })
    expect(await failureOf(make)).toMatchObject({ code: 'invalid_argument' })
  })

  it('is understood by the client, from the log-in to the refresh', async () => {
    const own = createClient({ server: mock.server, clientId: 'id', clientSecret: 's3cret', fetch: mock.fetch, clock })
    const request = await own.authorizationRequest({ redirectUri: redirect_uri, scope: 'read' })
    const token = await own.exchangeCode(await mock.authorize(request.url), request)
    const renewed = await own.refresh(token)
    expect(renewed).toMatchObject({ tokenType: 'Bearer', scope: 'read', expiresAt: clock.now() + 3_600_000 })
    expect((await askResource(mock, renewed.accessToken)).status).toBe(200)
  })
})
