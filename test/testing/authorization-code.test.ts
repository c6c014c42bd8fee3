import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import { createMockAuthorizationServer, type MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { askResource, askToken, basic, callbackOf, codeOf, codeVerifier, s256 } from './wire.js'

const redirect_uri = 'https://app.test/callback'
const others = ['https://app.test/other', 'https://app.test/callback?x=1']
const mockOf = (options: Partial<MockAuthorizationServerOptions> = {}) =>
  createMockAuthorizationServer({
    clients: [
      { clientId: 'web', clientSecret: 's3cret', redirectUris: [redirect_uri, ...others], scope: 'read write' },
      { clientId: 'thief', clientSecret: 's3cret', redirectUris: [redirect_uri] },
      { clientId: 'single', clientSecret: 's3cret', redirectUris: [redirect_uri] },
      { clientId: 'page', redirectUris: [redirect_uri] },
      {
        clientId: 'codes-only',
        clientSecret: 's3cret',
        redirectUris: [redirect_uri],
        grantTypes: ['authorization_code'],
      },
    ],
    ...options,
  })
const web = basic('web', 's3cret')
const request = { client_id: 'web', redirect_uri }
const exchange = (code: string) => ({ grant_type: 'authorization_code', code, redirect_uri })
const invalidGrant = { status: 400, json: { error: 'invalid_grant' } }

describe('a code', () => {
  it('gives a token of the user, with the scope asked for and a refresh token', async () => {
    const mock = mockOf()
    const { json } = await askToken(mock, exchange(await codeOf(mock, { ...request, scope: 'read' })), web)
    expect(json).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: expect.stringMatching(/^refresh-[\w-]{32}$/),
      scope: 'read',
    })
    expect((await askResource(mock, json['access_token'])).json).toEqual({
      clientId: 'web',
      subject: 'user',
      scope: 'read',
    })
  })

  it('gives no refresh token to a client that may not refresh', async () => {
    const mock = mockOf()
    const code = await codeOf(mock, { client_id: 'codes-only', redirect_uri })
    expect((await askToken(mock, exchange(code), basic('codes-only', 's3cret'))).json).not.toHaveProperty(
      'refresh_token',
    )
  })

  it('is for the user who approved', async () => {
    const mock = mockOf()
    const url = `${mock.server.authorizationEndpoint}?response_type=code&client_id=page`
    const callback = await mock.authorize(`${url}&${new URLSearchParams(s256)}`, { user: 'ann' })
    const form = { grant_type: 'authorization_code', code: `${new URL(callback).searchParams.get('code')}` }
    const { json } = await askToken(mock, { ...form, client_id: 'page', code_verifier: codeVerifier })
    expect((await askResource(mock, json['access_token'])).json['subject']).toBe('ann')
  })

  it('works once, and its second use revokes what the first one gave (RFC 6749 §4.1.2)', async () => {
    const mock = mockOf()
    const code = await codeOf(mock, request)
    const { json } = await askToken(mock, exchange(code), web)
    const refresh = (token: unknown) => askToken(mock, { grant_type: 'refresh_token', refresh_token: `${token}` }, web)
    const refreshed = await refresh(json['refresh_token'])
    expect((await askResource(mock, json['access_token'])).status).toBe(200)

    expect(await askToken(mock, exchange(code), web)).toMatchObject(invalidGrant)
    expect((await askResource(mock, json['access_token'])).status).toBe(401)
    expect((await askResource(mock, refreshed.json['access_token'])).status).toBe(401)
    expect(await refresh(refreshed.json['refresh_token'])).toMatchObject(invalidGrant)
  })

  it('is not another client’s, who cannot use it up either', async () => {
    const mock = mockOf()
    const code = await codeOf(mock, request)
    expect(await askToken(mock, exchange(code), basic('thief', 's3cret'))).toMatchObject(invalidGrant)
    const { status, json } = await askToken(mock, exchange(code), web)
    expect(status).toBe(200)
    expect(await askToken(mock, exchange(code), basic('thief', 's3cret'))).toMatchObject(invalidGrant)
    expect((await askResource(mock, json['access_token'])).status).toBe(200)
  })

  it('must be there and be known', async () => {
    const mock = mockOf()
    expect(await askToken(mock, exchange('code-unknown'), web)).toMatchObject(invalidGrant)
    expect(await askToken(mock, exchange(''), web)).toMatchObject({ status: 400, json: { error: 'invalid_request' } })
  })

  it.each([
    ['a minute', {}, 60],
    ['what it is told', { authorizationCodeLifetime: 5 }, 5],
  ])('lives %s', async (_, options, seconds) => {
    const clock = fakeClock()
    const mock = mockOf({ clock, ...options })
    const [first, second] = [await codeOf(mock, request), await codeOf(mock, request)]
    const made = clock.now()
    clock.set(made + seconds * 1000 - 1)
    expect((await askToken(mock, exchange(first), web)).status).toBe(200)
    clock.set(made + seconds * 1000)
    expect(await askToken(mock, exchange(second), web)).toMatchObject(invalidGrant)
  })
})

describe('the redirect URI of an exchange', () => {
  it.each([...others, `${redirect_uri}/`, ''])('is refused where it is %j instead', async (wrong) => {
    const mock = mockOf()
    const form = { ...exchange(await codeOf(mock, request)), redirect_uri: wrong }
    expect(await askToken(mock, form, web)).toMatchObject(invalidGrant)
  })

  it('is left out where the authorization request had none', async () => {
    const mock = mockOf()
    const code = await codeOf(mock, { client_id: 'single' })
    const form = { grant_type: 'authorization_code', code }
    expect((await askToken(mock, form, basic('single', 's3cret'))).status).toBe(200)
  })
})

describe('the verifier', () => {
  it('fits an S256 challenge (RFC 7636 Appendix B)', async () => {
    const mock = mockOf()
    const form = { ...exchange(await codeOf(mock, { ...request, ...s256 })), code_verifier: codeVerifier }
    expect((await askToken(mock, form, web)).status).toBe(200)
  })

  it.each([{ code_challenge_method: 'plain' }, {}])(
    'is the challenge itself with %j, where the server takes plain',
    async (method) => {
      const { server } = mockOf()
      const mock = mockOf({ server: { ...server, codeChallengeMethodsSupported: ['S256', 'plain'] } })
      const challenge = { code_challenge: 'a.b_c~d-'.repeat(16), ...method }
      const form = {
        ...exchange(await codeOf(mock, { ...request, ...challenge })),
        code_verifier: 'a.b_c~d-'.repeat(16),
      }
      expect((await askToken(mock, form, web)).status).toBe(200)
    },
  )

  it.each([
    ['missing', {}],
    ['empty', { code_verifier: '' }],
    ['wrong', { code_verifier: 'a'.repeat(43) }],
    ['the challenge itself', { code_verifier: s256.code_challenge }],
    ['too short', { code_verifier: 'a'.repeat(42) }],
    ['too long', { code_verifier: 'a'.repeat(129) }],
    ['of other characters', { code_verifier: 'ä'.repeat(43) }],
  ])('that is %s is invalid_grant, and the code is spent', async (_, verifier) => {
    const mock = mockOf()
    const code = await codeOf(mock, { ...request, ...s256 })
    expect(await askToken(mock, { ...exchange(code), ...verifier }, web)).toMatchObject(invalidGrant)
    const right = { ...exchange(code), code_verifier: codeVerifier }
    expect(await askToken(mock, right, web)).toMatchObject(invalidGrant)
  })

  it('is too short even where its digest fits', async () => {
    const mock = mockOf()
    const short = 'a'.repeat(42)
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(short))
    const code_challenge = base64url.encode(new Uint8Array(digest))
    const code = await codeOf(mock, { ...request, ...s256, code_challenge })
    expect(await askToken(mock, { ...exchange(code), code_verifier: short }, web)).toMatchObject(invalidGrant)
  })

  it('and a nonce are good for one login (RFC 9700 §2.1.1)', async () => {
    const mock = mockOf()
    const service = mockOf({ profile: 'keycloak' })
    for (const [again, name] of [
      [s256, 'code_challenge'],
      [{ nonce: 'n-0S6', scope: 'read' }, 'nonce'],
    ] as const) {
      for (const at of [mock, service]) {
        const form = { ...exchange(await codeOf(at, { ...request, ...again })), code_verifier: codeVerifier }
        const { code_verifier: _, ...bare } = form
        expect((await askToken(at, name === 'nonce' ? bare : form, web)).status).toBe(200)
      }
      expect(await callbackOf(mock, { ...request, ...again })).toMatchObject({
        error: 'invalid_request',
        error_description: `${name} was that of a login before: each needs one of its own`,
      })
      expect(await callbackOf(mock, { ...request, client_id: 'single', ...again, scope: '' })).toHaveProperty('code')
      expect(await callbackOf(service, { ...request, ...again })).toHaveProperty('code')
    }
  })

  it('that did not fit leaves its challenge to the next try', async () => {
    const mock = mockOf()
    const form = { ...exchange(await codeOf(mock, { ...request, ...s256 })), code_verifier: 'a'.repeat(43) }
    expect((await askToken(mock, form, web)).status).toBe(400)
    expect(await callbackOf(mock, { ...request, ...s256 })).toHaveProperty('code')
  })

  it('is refused for a code that had no challenge (RFC 9700 §4.8.2)', async () => {
    const mock = mockOf()
    const form = { ...exchange(await codeOf(mock, request)), code_verifier: codeVerifier }
    expect(await askToken(mock, form, web)).toMatchObject(invalidGrant)
  })
})
