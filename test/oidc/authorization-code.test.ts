import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorizationServer, type Client, createClient, discover } from '../../src/index.js'
import { createBrowser } from './browser.ts'
import { logIn, statusWith, tokenOf } from './log-in.ts'
import { clients, type RunningProvider, redirectUri, startProvider } from './provider.ts'

const claimsOf = (idToken = ''): unknown =>
  JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString() || '{}')

describe('the authorization code grant at a certified server', () => {
  let provider: RunningProvider
  let server: AuthorizationServer
  let basic: Client
  beforeAll(async () => {
    provider = await startProvider()
    server = await discover(provider.issuer)
    basic = createClient({ ...clients.basic, server })
  })
  afterAll(() => provider.close())

  it.for(['basic', 'post', 'public', 'awkward'] as const)(
    'ends in a token that works, for the %s client',
    async (kind) => {
      const client = createClient({ ...clients[kind], server })
      const { request, callback } = await logIn(client)
      expect(new URL(callback.url).searchParams.get('iss')).toBe(provider.issuer)
      const token = await client.exchangeCode(callback, request)
      expect(token).toMatchObject({ tokenType: 'Bearer', scope: 'openid read write', refreshToken: expect.any(String) })
      expect(claimsOf(token.idToken)).toMatchObject({ iss: provider.issuer, sub: 'ada', nonce: request.nonce })
      const answer = await fetch(provider.resource, { headers: { authorization: `Bearer ${token.accessToken}` } })
      expect(await answer.json()).toMatchObject({ client_id: clients[kind].clientId, sub: 'ada' })
    },
  )

  it('has no ID token where openid was not asked for', async () => {
    const token = await tokenOf(basic, { scope: 'read' })
    expect(token.scope).toBe('read')
    expect(token.idToken).toBeUndefined()
  })

  it('reads a response that was posted to the redirect URI (form_post)', async () => {
    const { request, callback } = await logIn(basic, { parameters: { response_mode: 'form_post' } })
    expect(callback.method).toBe('POST')
    expect(new URL(callback.url).search).toBe('')
    expect((await basic.exchangeCode(callback, request)).scope).toBe('openid read write')
  })

  it('cannot go on without PKCE', async () => {
    const { request, callback } = await logIn(basic, { insecurePkce: 'none' })
    await expect(basic.exchangeCode(callback, request)).rejects.toMatchObject({
      code: 'authorization_refused',
      error: 'invalid_request',
    })
  })

  it('is refused another verifier than the one the challenge was made of', async () => {
    const { request, callback } = await logIn(basic)
    const forged = { ...request, codeVerifier: `${request.codeVerifier}x` }
    await expect(basic.exchangeCode(callback, forged)).rejects.toMatchObject({
      code: 'error_response',
      error: 'invalid_grant',
    })
  })

  it('is told invalid_grant for a code used twice, and the tokens of the first use are dead', async () => {
    const { request, callback } = await logIn(basic)
    const token = await basic.exchangeCode(callback, request)
    expect(await statusWith(provider.resource, token)).toBe(200)
    await expect(basic.exchangeCode(callback, request)).rejects.toMatchObject({
      code: 'error_response',
      error: 'invalid_grant',
      status: 400,
    })
    expect(await statusWith(provider.resource, token)).toBe(401)
    await expect(basic.refresh(token)).rejects.toMatchObject({ code: 'error_response', error: 'invalid_grant' })
  })

  it('keeps the code of another login out: the state does not match', async () => {
    const [mine, other] = [await logIn(basic), await logIn(basic)]
    await expect(basic.exchangeCode(other.callback, mine.request)).rejects.toMatchObject({ code: 'state_mismatch' })
    // Nothing was sent, so the code still works where it belongs.
    expect((await basic.exchangeCode(other.callback, other.request)).scope).toBe('openid read write')
  })

  it('does not send the code of a request that another client made', async () => {
    const { request, callback } = await logIn(basic)
    const other = createClient({ ...clients.post, server })
    await expect(other.exchangeCode(callback, request)).rejects.toMatchObject({ code: 'invalid_argument' })
    expect((await basic.exchangeCode(callback, request)).scope).toBe('openid read write')
  })

  it('keeps a response of another issuer out', async () => {
    const { request, callback } = await logIn(basic)
    const elsewhere = new URL(callback.url)
    elsewhere.searchParams.set('iss', 'https://attacker.example')
    await expect(basic.exchangeCode(elsewhere, request)).rejects.toMatchObject({ code: 'issuer_mismatch' })
    elsewhere.searchParams.delete('iss')
    await expect(basic.exchangeCode(elsewhere, request)).rejects.toMatchObject({ code: 'issuer_mismatch' })
  })

  it('is told login_required for prompt=none where nobody is logged in', async () => {
    const { request, callback } = await logIn(basic, { parameters: { prompt: 'none' } })
    await expect(basic.exchangeCode(callback, request)).rejects.toMatchObject({
      code: 'authorization_refused',
      error: 'login_required',
    })
  })

  it('gets a code with prompt=none once somebody is', async () => {
    const browser = createBrowser()
    await logIn(basic, { browser })
    const token = await tokenOf(basic, { browser, parameters: { prompt: 'none' } })
    expect(await statusWith(provider.resource, token)).toBe(200)
  })

  it('is told access_denied where the user says no', async () => {
    const unwilling = await startProvider({ user: 'denies' })
    try {
      const client = createClient({ ...clients.public, server: await discover(unwilling.issuer) })
      const { request, callback } = await logIn(client)
      await expect(client.exchangeCode(callback, request)).rejects.toMatchObject({
        code: 'authorization_refused',
        error: 'access_denied',
      })
    } finally {
      await unwilling.close()
    }
  })

  it('is told invalid_scope for a scope that the client may not have', async () => {
    const { request, callback } = await logIn(basic, { scope: 'openid admin' })
    await expect(basic.exchangeCode(callback, request)).rejects.toMatchObject({
      code: 'authorization_refused',
      error: 'invalid_scope',
    })
  })

  it('is never sent back to a redirect URI that is not registered', async () => {
    await expect(logIn(basic, { redirectUri: `${redirectUri}/elsewhere` })).rejects.toThrow(
      /page with status 400: invalid_redirect_uri/,
    )
  })
})
