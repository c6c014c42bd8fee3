import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { smokeball } from '../../src/providers/index.js'
import { createMockAuthorizationServer, type MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { askResource, askToken, basic, callbackOf, codeOf } from './wire.js'

const redirect_uri = 'https://app.test/callback'
const mockOf = (options: Partial<MockAuthorizationServerOptions> = {}) =>
  createMockAuthorizationServer({
    profile: 'smokeball',
    clients: [
      { clientId: 'client_id', clientSecret: 'client_secret', redirectUris: [redirect_uri], scope: 'read write' },
      { clientId: 'odd', clientSecret: 'a+b%3A:c' },
    ],
    ...options,
  })
const grant = { grant_type: 'client_credentials', client_id: 'client_id' }
const header = { authorization: 'Basic Y2xpZW50X2lkOmNsaWVudF9zZWNyZXQ=' }

describe('Smokeball', () => {
  it('is reached through its preset', () => {
    expect(mockOf().server).toBe(smokeball)
  })

  it('answers the worked example', async () => {
    const mock = mockOf()
    const { status, json } = await askToken(mock, grant, header)
    expect([status, json]).toEqual([200, { access_token: expect.any(String), expires_in: 3600, token_type: 'Bearer' }])
    expect((await askResource(mock, json['access_token'])).json).toMatchObject({ scope: 'read write' })
  })

  it('gets exactly the worked example from the client', async () => {
    const mock = mockOf()
    const options = { clientId: 'client_id', clientSecret: 'client_secret', fetch: mock.fetch }
    await createClient({ ...options, server: mock.server }).clientCredentials()
    expect(mock.requests).toMatchObject([{ endpoint: 'token', form: grant, headers: header, status: 200 }])
  })

  it('reads Basic raw', async () => {
    const form = { ...grant, client_id: 'odd' }
    expect((await askToken(mockOf(), form, basic('odd', 'a+b%3A:c'))).status).toBe(200)
    expect((await askToken(mockOf(), form, basic('odd', 'a%2Bb%253A%3Ac'))).status).toBe(400)
  })

  it('accepts credentials in the body', async () => {
    expect((await askToken(mockOf(), { ...grant, client_secret: 'client_secret' })).status).toBe(200)
  })

  it.each<[string, string, Record<string, string>]>([
    ['credentials in both', 'invalid_request', { ...grant, client_secret: 'client_secret' }],
    ['another client_id in the body', 'invalid_request', { ...grant, client_id: 'odd' }],
    ['no client_id in the body', 'invalid_request', { grant_type: 'client_credentials' }],
    ['an unknown scope', 'invalid_scope', { ...grant, scope: 'admin' }],
  ])('refuses %s as %s, without a description', async (_, error, form) => {
    const { status, json } = await askToken(mockOf(), form, header)
    expect([status, json]).toEqual([400, { error }])
  })

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['a wrong secret', grant, basic('client_id', 'wrong')],
    ['an unknown client', { ...grant, client_id: 'nobody' }, basic('nobody', 'wrong')],
    ['no secret', grant, {}],
    ['nobody', { grant_type: 'client_credentials' }, {}],
  ])('answers %s with 400, not 401', async (_, form, headers) => {
    const answer = await askToken(mockOf(), form, headers)
    expect([answer.status, answer.json]).toEqual([400, { error: 'invalid_client' }])
    expect(answer.headers.get('www-authenticate')).toBeNull()
  })

  it('refuses a wrong method and a public client with a secret in the same way', async () => {
    const mock = mockOf({
      clients: [
        { clientId: 'post', clientSecret: 's', tokenEndpointAuthMethod: 'client_secret_post' },
        { clientId: 'page' },
      ],
    })
    for (const clientId of ['post', 'page']) {
      const { status, json } = await askToken(mock, { ...grant, client_id: clientId }, basic(clientId, 's'))
      expect([status, json]).toEqual([400, { error: 'invalid_client' }])
    }
  })

  it('says no more than the error at the authorization endpoint', async () => {
    const login = { client_id: 'client_id', redirect_uri, state: '', scope: 'admin' }
    expect(await callbackOf(mockOf(), login)).toEqual({ error: 'invalid_scope' })
  })

  it('gives a client everything where neither it nor its request names a scope', async () => {
    const mock = mockOf()
    const { json } = await askToken(mock, { ...grant, client_id: 'odd' }, basic('odd', 'a+b%3A:c'))
    expect((await askResource(mock, json['access_token'], '?scope=everything')).status).toBe(200)
    const { accessToken } = mock.issue({ clientId: 'odd' })
    expect((await askResource(mock, accessToken, '?scope=everything')).status).toBe(200)
  })

  it('lets a code live five minutes', async () => {
    const clock = fakeClock()
    const mock = mockOf({ clock })
    const login = { client_id: 'client_id', redirect_uri }
    const [first, second] = [await codeOf(mock, login), await codeOf(mock, login)]
    const exchange = (code: string) => askToken(mock, { grant_type: 'authorization_code', code, redirect_uri }, header)
    const made = clock.now()
    clock.set(made + 299_999)
    expect((await exchange(first)).json).toHaveProperty('refresh_token')
    clock.set(made + 300_000)
    expect(await exchange(second)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } })
  })

  it('answers a refresh without a refresh token, and the old one works again', async () => {
    const mock = mockOf()
    const { refreshToken = '' } = mock.issue({ clientId: 'client_id' })
    for (let time = 0; time < 2; time++) {
      const { json } = await askToken(mock, { grant_type: 'refresh_token', refresh_token: refreshToken }, header)
      expect(Object.keys(json).sort()).toEqual(['access_token', 'expires_in', 'token_type'])
    }
  })

  it('rotates where that is switched on', async () => {
    const mock = mockOf({ rotateRefreshTokens: true })
    const { refreshToken = '' } = mock.issue({ clientId: 'client_id' })
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
    expect((await askToken(mock, form, header)).json['refresh_token']).not.toBe(refreshToken)
    expect((await askToken(mock, form, header)).status).toBe(400)
  })

  it('gives JWTs, with the claims of the grant', async () => {
    const clock = fakeClock()
    const mock = mockOf({ clock })
    const { accessToken } = mock.issue({ clientId: 'client_id', subject: 'ann', scope: 'read' })
    const [head, claims, signature = ''] = accessToken.split('.')
    const read = (part: string | undefined) => JSON.parse(new TextDecoder().decode(base64url.decode(`${part}`)))
    expect(read(head)).toEqual({ alg: 'RS256', kid: expect.any(String), typ: 'JWT' })
    expect(read(claims)).toEqual({
      iss: 'https://auth.smokeball.com',
      sub: 'ann',
      client_id: 'client_id',
      token_use: 'access',
      scope: 'read',
      iat: clock.now() / 1000,
      exp: clock.now() / 1000 + 3600,
      jti: expect.any(String),
    })
    const machine = await askToken(mock, grant, header)
    expect(read(`${machine.json['access_token']}`.split('.')[1])).toMatchObject({ sub: 'client_id' })
    expect(base64url.decode(signature)).toHaveLength(256)
  })
})
