import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { wicked } from '../../src/providers/index.js'
import { createMockAuthorizationServer, type MockClient } from '../../src/testing/index.js'
import { askResource, askToken, basic, callbackOf, codeOf, codeVerifier, s256 } from './wire.js'

const redirect_uri = 'https://app.test/callback'
const machine: MockClient = {
  clientId: 'machine',
  clientSecret: 'a+b%20:c',
  redirectUris: [redirect_uri],
  scope: 'read',
}
const spa: MockClient = { clientId: 'spa', redirectUris: [redirect_uri] }
const native: MockClient = { clientId: 'native', redirectUris: [redirect_uri], kind: 'native' }
const mock = createMockAuthorizationServer({
  profile: 'wicked',
  clients: [machine, spa, native],
  quirks: { knownScopes: ['read', 'write'] },
})
const inBody = { client_id: 'machine', client_secret: 'a+b%20:c' }
const inHeader = basic('machine', 'a+b%20:c')
const grant = { grant_type: 'client_credentials' }
const exchange = (code: string) => ({ grant_type: 'authorization_code', code })

describe('wicked', () => {
  it('is reached through its preset, wherever it lives', () => {
    const server = wicked({ host: 'api.example.com', authMethodId: 'saml', apiId: 'echo', clientType: 'public' })
    expect(mock.server).toEqual(wicked({ host: 'api.wicked.test', authMethodId: 'default', apiId: 'petstore' }))
    expect(createMockAuthorizationServer({ profile: 'wicked', clients: [spa], server }).server).toEqual(server)
  })

  it('answers client credentials as documented', async () => {
    const answer = await askToken(mock, { ...grant, ...inBody })
    expect([answer.status, answer.json]).toEqual([
      200,
      { access_token: expect.any(String), token_type: 'bearer', expires_in: 3600 },
    ])
  })

  it('reads Basic raw, up to the first colon', async () => {
    expect((await askToken(mock, grant, inHeader)).status).toBe(200)
    const encoded = await askToken(mock, grant, basic('machine', 'a%2Bb%2520%3Ac'))
    expect(encoded).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
  })

  it('does not look at the Basic header where the body holds client_id', async () => {
    const answer = await askToken(mock, { ...grant, client_id: 'machine' }, inHeader)
    expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_client' } })
    expect((await askToken(mock, { ...grant, ...inBody }, basic('machine', 'wrong'))).status).toBe(200)
  })

  it('drops a scope that the subscription may not have, and says what is left', async () => {
    const scopeOf = async (scope: string) => (await askToken(mock, { ...grant, ...inBody, scope })).json['scope']
    expect(await scopeOf('read write')).toBe('read')
    expect(await scopeOf('write')).toBe('')
    expect(await scopeOf('read')).toBeUndefined()
    expect(await scopeOf('')).toBeUndefined()
  })

  it('drops it from a log-in too, and a refresh says no more of it', async () => {
    const code = await codeOf(mock, { client_id: 'machine', redirect_uri, scope: 'read write' })
    const { json } = await askToken(mock, exchange(code), inHeader)
    expect(json['scope']).toBe('read')
    const refresh = { grant_type: 'refresh_token', refresh_token: `${json['refresh_token']}` }
    const refreshed = await askToken(mock, refresh, inHeader)
    expect(refreshed.json).not.toHaveProperty('scope')
    const asked = `${refreshed.json['access_token']}`
    expect((await askResource(mock, asked)).json['scope']).toBe('read')
  })

  it('grants nothing where no scope is asked for', async () => {
    const { json } = await askToken(mock, { ...grant, ...inBody })
    expect((await askResource(mock, json['access_token'], '?scope=read')).status).toBe(403)
  })

  it('answers an unknown scope with an HTML page and 400', async () => {
    const answer = await askToken(mock, { ...grant, ...inBody, scope: 'read admin' })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toContain('text/html')
    expect(answer.text).toContain('<!doctype html>')
  })

  it.each<[number, string, string, Record<string, string>]>([
    [400, 'invalid_client', 'a missing client_id', grant],
    [400, 'invalid_client', 'a missing client_secret', { ...grant, client_id: 'machine' }],
    [400, 'invalid_request', 'an unknown client', { ...grant, client_id: 'nobody', client_secret: 'x' }],
    [401, 'unauthorized_client', 'client credentials of a public client', { ...grant, client_id: 'spa' }],
    [401, 'unauthorized_client', 'a public client with a secret', { ...grant, client_id: 'spa', client_secret: 'x' }],
    [401, 'invalid_grant', 'an unknown code', { ...exchange('nothing'), ...inBody }],
    [400, 'unsupported_grant_type', 'an unknown grant', { grant_type: 'nothing', ...inBody }],
  ])('answers %i %s for %s', async (status, error, _, form) => {
    const answer = await askToken(mock, form)
    expect(answer).toMatchObject({ status, json: { error, error_description: expect.any(String) } })
  })

  it('does not use redirect_uri at the token endpoint', async () => {
    for (const uri of ['', 'https://else.test/']) {
      const code = await codeOf(mock, { client_id: 'machine', redirect_uri })
      expect((await askToken(mock, { ...exchange(code), redirect_uri: uri }, inHeader)).status).toBe(200)
    }
  })

  it('wants PKCE of public clients, S256 or plain', async () => {
    const login = { client_id: 'spa', redirect_uri }
    expect(await callbackOf(mock, login)).toMatchObject({ error: 'invalid_request' })
    for (const challenge of [s256, { code_challenge: codeVerifier, code_challenge_method: 'plain' }]) {
      const form = { ...exchange(await codeOf(mock, { ...login, ...challenge })), client_id: 'spa' }
      expect((await askToken(mock, { ...form, code_verifier: codeVerifier })).status).toBe(200)
    }
  })

  it('refuses a verifier for a code that had no challenge', async () => {
    const code = await codeOf(mock, { client_id: 'machine', redirect_uri })
    const answer = await askToken(mock, { ...exchange(code), code_verifier: codeVerifier }, inHeader)
    expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } })
  })

  it('gives a refresh token to a native app, and none to a single-page app', async () => {
    for (const [client_id, refreshes] of [['native', true] as const, ['spa', false] as const]) {
      const code = await codeOf(mock, { client_id, redirect_uri, ...s256 })
      const { json } = await askToken(mock, { ...exchange(code), client_id, code_verifier: codeVerifier })
      expect('refresh_token' in json).toBe(refreshes)
      expect('refreshToken' in mock.issue({ clientId: client_id })).toBe(refreshes)
    }
  })

  it('rotates', async () => {
    const { refreshToken = '' } = mock.issue({ clientId: 'native' })
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: 'native' }
    expect((await askToken(mock, form)).json['refresh_token']).not.toBe(refreshToken)
    expect(await askToken(mock, form)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } })
  })

  it('answers prompt=none without a session with login_required, and no iss', async () => {
    const login = { client_id: 'spa', redirect_uri, state: '', prompt: 'none', ...s256 }
    expect(await callbackOf(mock, login, { session: false })).toEqual({
      error: 'login_required',
      error_description: expect.any(String),
    })
  })

  it('is understood by the client, confidential and public', async () => {
    const options = { server: mock.server, fetch: mock.fetch }
    const confidential = createClient({ ...options, clientId: 'machine', clientSecret: 'a+b%20:c' })
    expect(await confidential.clientCredentials({ scope: 'read write' })).toMatchObject({ scope: 'read' })
    const { scope, ...rest } = await confidential.clientCredentials({ scope: 'write' })
    expect([scope, rest.requestedScope]).toEqual(['', 'write'])
    const own = createClient({ ...options, clientId: 'native' })
    const request = await own.authorizationRequest({ redirectUri: redirect_uri })
    const token = await own.exchangeCode(await mock.authorize(request.url), request)
    expect((await own.refresh(token)).refreshToken).not.toBe(token.refreshToken)
  })
})
