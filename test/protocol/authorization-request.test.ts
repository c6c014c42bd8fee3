import { base64url } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { authorizationRequest } from '../../src/authorize.js'
import { createClient } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { inspected } from '../fixtures/inspected.js'

const server = { authorizationEndpoint: 'https://as.test/authorize', tokenEndpoint: 'https://as.test/token' }
const options = { server, clientId: 'web', redirectUri: 'https://app.test/callback' }

const queryOf = (url: string) => Object.fromEntries(new URL(url).searchParams)

afterEach(() => vi.unstubAllGlobals())

describe('authorization request', () => {
  it('carries the parameters of RFC 6749 §4.1.1 and an S256 challenge of its verifier', async () => {
    const request = await authorizationRequest({ ...options, scope: ['read', 'write'] })
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(request.codeVerifier))
    const challenge = base64url.encode(new Uint8Array(digest))
    expect(queryOf(request.url)).toEqual({
      response_type: 'code',
      client_id: 'web',
      redirect_uri: 'https://app.test/callback',
      scope: 'read write',
      state: request.state,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })
    expect(request.codeVerifier).toMatch(/^[A-Za-z0-9\-._~]{43,128}$/)
  })

  it('is new each time', async () => {
    const [one, two] = await Promise.all([authorizationRequest(options), authorizationRequest(options)])
    expect(one.state).not.toBe(two.state)
    expect(one.codeVerifier).not.toBe(two.codeVerifier)
  })

  it('asks for no scope unless told to', async () => {
    const request = await authorizationRequest({ ...options, scope: [] })
    expect(new URL(request.url).searchParams.has('scope')).toBe(false)
    expect(request.scope).toBeUndefined()
  })

  it('writes a space as %20, which every decoder reads', async () => {
    const { url } = await authorizationRequest({ ...options, scope: 'a b', parameters: { login_hint: 'x+y' } })
    expect(url).toContain('scope=a%20b')
    expect(url).toContain('login_hint=x%2By')
  })

  it('keeps the query of the endpoint', async () => {
    const { url } = await authorizationRequest({
      ...options,
      server: { ...server, authorizationEndpoint: 'https://as.test/authorize?tenant=a%20b' },
    })
    expect(queryOf(url)).toMatchObject({ tenant: 'a b', client_id: 'web' })
  })

  it('names each resource in a parameter of its own (RFC 8707 §2)', async () => {
    const resource = ['https://api.test/v1?a=b', 'urn:example:api']
    const { url } = await authorizationRequest({ ...options, resource })
    expect(new URL(url).searchParams.getAll('resource')).toEqual(resource)
    const one = await authorizationRequest({ ...options, resource: 'https://api.test' })
    expect(new URL(one.url).searchParams.getAll('resource')).toEqual(['https://api.test'])
  })

  it('of a client says what the token is for (RFC 9396 §3)', async () => {
    const authorizationDetails = [{ type: 'payment', creditor: 'Zoë & Co' }]
    const { url } = await createClient({ server, clientId: 'web' }).authorizationRequest({
      redirectUri: options.redirectUri,
      authorizationDetails,
    })
    expect(JSON.parse(new URL(url).searchParams.get('authorization_details') ?? '')).toEqual(authorizationDetails)
  })

  it.each<[string, object]>([
    ['a resource with a fragment', { resource: 'https://api.test/#part' }],
    ['a resource that is not absolute', { resource: ['https://api.test', '/v1'] }],
    ['authorization details without a type', { authorizationDetails: [{ amount: 1 }] }],
  ])('of a client is refused with %s', async (_, wrong) => {
    const asked = createClient({ server, clientId: 'web' }).authorizationRequest({
      redirectUri: options.redirectUri,
      ...wrong,
    })
    expect((await failureOf(asked)).code).toBe('invalid_argument')
  })

  it('passes vendor parameters on', async () => {
    const { url } = await authorizationRequest({ ...options, parameters: { prompt: 'none', max_age: '0' } })
    expect(queryOf(url)).toMatchObject({ prompt: 'none', max_age: '0' })
  })

  it.each(['state', 'client_id', 'redirect_uri', 'response_type', 'code_challenge', 'code_challenge_method', 'scope'])(
    'lets no vendor parameter set %s',
    async (name) => {
      const error = await failureOf(authorizationRequest({ ...options, parameters: { [name]: 'x' } }))
      expect(error).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining(name) })
    },
  )

  it('sends a nonce with the openid scope only', async () => {
    const request = await authorizationRequest({ ...options, scope: 'openid email' })
    expect(new URL(request.url).searchParams.get('nonce')).toBe(request.nonce)
    expect(request.nonce).toBeTruthy()
    expect((await authorizationRequest({ ...options, scope: 'email' })).nonce).toBeUndefined()
  })

  it('shows the verifier itself only where insecurePkce says plain', async () => {
    const request = await authorizationRequest({ ...options, insecurePkce: 'plain' })
    expect(queryOf(request.url)).toMatchObject({
      code_challenge: request.codeVerifier,
      code_challenge_method: 'plain',
    })
  })

  it('leaves PKCE out only where insecurePkce says none', async () => {
    const request = await authorizationRequest({ ...options, insecurePkce: 'none' })
    expect(request.url).not.toContain('code_challenge')
    expect(request.codeVerifier).toBeUndefined()
  })

  it('survives JSON', async () => {
    const request = await authorizationRequest({
      ...options,
      scope: 'openid',
      server: { ...server, issuer: 'https://as.test', authorizationResponseIssParameterSupported: true },
    })
    expect(JSON.parse(JSON.stringify(request))).toStrictEqual({ ...request })
    expect(request).toMatchObject({ issuer: 'https://as.test', issuerRequired: true, clientId: 'web' })
  })

  it('of a client is for its own server and under its own name, whatever the options hold', async () => {
    const foreign = { server: { authorizationEndpoint: 'https://evil.test/' }, clientId: 'evil' }
    const options = { redirectUri: 'https://app.test/cb', ...foreign }
    const request = await createClient({ server, clientId: 'web' }).authorizationRequest(options)
    expect(request.clientId).toBe('web')
    expect(new URL(request.url).origin).toBe(new URL(server.authorizationEndpoint).origin)
  })

  it('is not tied to the client that made it', async () => {
    const make = () => createClient({ server, clientId: 'web' })
    const request = await make().authorizationRequest({ redirectUri: options.redirectUri })
    expect(Object.keys(JSON.parse(JSON.stringify(request))).sort()).toEqual(
      ['clientId', 'codeVerifier', 'redirectUri', 'state', 'url'].sort(),
    )
  })

  it('shows no secret when a client prints it', async () => {
    const request = await createClient({ server, clientId: 'web' }).authorizationRequest({
      redirectUri: options.redirectUri,
      scope: 'openid',
    })
    const printed = inspected(request, { depth: null, showHidden: true })
    expect(printed).toContain('https://app.test/callback')
    for (const secret of [request.state, request.codeVerifier, request.nonce]) expect(printed).not.toContain(secret)
  })

  it('refuses an endpoint that is plain http, and one that is missing', async () => {
    const plain = { ...server, authorizationEndpoint: 'http://as.test/authorize' }
    expect((await failureOf(authorizationRequest({ ...options, server: plain }))).code).toBe('insecure_url')
    expect((await failureOf(authorizationRequest({ ...options, server: {} }))).code).toBe('unsupported')
    const allowed = await authorizationRequest({ ...options, server: plain, allowInsecureRequests: true })
    expect(allowed.url).toMatch(/^http:\/\/as\.test\/authorize\?/)
  })

  it.each([{ clientId: '' }, { redirectUri: '' }, { redirectUri: '/callback' }])('refuses %o', async (wrong) => {
    expect((await failureOf(authorizationRequest({ ...options, ...wrong }))).code).toBe('invalid_argument')
  })

  it('says that a page without Web Crypto must be https', async () => {
    vi.stubGlobal('crypto', { getRandomValues: () => undefined })
    expect((await failureOf(authorizationRequest(options))).code).toBe('insecure_url')
  })
})
