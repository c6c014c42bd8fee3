import { describe, expect, it } from 'vitest'
import { createDPoP, type DPoPOptions } from '../../src/dpop/index.js'
import { type ClientOptions, type Clock, createClient, type OAuthError } from '../../src/index.js'
import { createMockAuthorizationServer, type MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'
import { visible } from '../fixtures/visible.js'
import { claimsAt, proofIn } from './proofs.js'

const server = { tokenEndpoint: 'https://as.test/token' }
const redirectUri = 'https://app.test/callback'
const page = { clientId: 'page', redirectUris: [redirectUri] }
const credentials = { clientId: 'service', clientSecret: 's3cret' }
const service = { ...credentials, redirectUris: [redirectUri] }

const worldOf = (options: Partial<MockAuthorizationServerOptions> = {}) => {
  const clock = fakeClock()
  const mock = createMockAuthorizationServer({ clients: [page, service], clock, ...options })
  const dpopOf = (wanted: DPoPOptions = {}) => createDPoP({ clock, ...wanted })
  const dpop = dpopOf()
  const clientOf = (wanted: Partial<ClientOptions> = {}) =>
    createClient({ server: mock.server, clientId: page.clientId, fetch: mock.fetch, clock, dpop, ...wanted })
  const logIn = async (client = clientOf()) => {
    const request = await client.authorizationRequest({ redirectUri, scope: 'read' })
    return client.exchangeCode(await mock.authorize(request.url), request)
  }
  return { clock, mock, dpop, dpopOf, clientOf, logIn, confidential: credentials }
}

describe('a client with DPoP', () => {
  it('proves at the token endpoint that it holds its key', async () => {
    const { mock, clientOf, confidential, dpop, clock } = worldOf({ dpop: { required: true } })
    const token = await clientOf(confidential).clientCredentials({ scope: 'read' })
    expect(token).toMatchObject({ tokenType: 'DPoP', keyThumbprint: await dpop.thumbprint(), scope: 'read' })
    const proof = proofIn(mock.requests[0]?.headers['dpop'])
    expect(proof?.header).toEqual({
      typ: 'dpop+jwt',
      alg: 'ES256',
      jwk: { crv: 'P-256', kty: 'EC', x: expect.any(String), y: expect.any(String) },
    })
    expect(proof?.claims).toEqual({
      jti: expect.stringMatching(/^[\w-]{36}$/),
      htm: 'POST',
      htu: mock.server.tokenEndpoint,
      iat: Math.floor(clock.now() / 1000),
    })
  })

  it('leaves query and fragment of the endpoint out of the proof', async () => {
    const { fetch, only } = scriptedServer(json({ access_token: 'at', token_type: 'dpop' }))
    const tokenEndpoint = `${server.tokenEndpoint}?tenant=a#b`
    const client = createClient({ server: { tokenEndpoint }, ...credentials, fetch, dpop: createDPoP() })
    expect((await client.clientCredentials()).tokenType).toBe('DPoP')
    expect(proofIn(only().headers.get('dpop'))?.claims['htu']).toBe(server.tokenEndpoint)
  })

  it.each(['ES256', 'EdDSA', 'PS256', 'RS256'] as const)('signs with %s', async (alg) => {
    const { mock, dpopOf, clientOf, confidential } = worldOf()
    const dpop = dpopOf({ alg })
    const token = await clientOf({ ...confidential, dpop }).clientCredentials()
    expect(token.keyThumbprint).toBe(await dpop.thumbprint())
    expect(proofIn(mock.requests[0]?.headers['dpop'])?.header['alg']).toBe(alg)
  })

  it('proves anew in each try of a request', async () => {
    const { mock, clientOf, confidential, clock } = worldOf()
    mock.fault('token', { type: 'status', status: 503 }, { times: 2 })
    // The pauses between the tries take no time, and no deadline passes.
    const hasty: Clock = { now: clock.now, sleep: async (ms) => (ms < 10_000 ? undefined : new Promise(() => {})) }
    await clientOf({ ...confidential, clock: hasty }).clientCredentials()
    const ids = claimsAt(mock.requests, 'token').map(({ jti }) => jti)
    expect(new Set(ids).size).toBe(3)
  })

  it('binds the code to its key, and what comes of it', async () => {
    const { mock, clientOf, dpop, dpopOf, logIn } = worldOf()
    const client = clientOf()
    const thumbprint = await dpop.thumbprint()
    const token = await logIn(client)
    expect(new URL(`${mock.requests[0]?.url}`).searchParams.get('dpop_jkt')).toBe(thumbprint)
    const renewed = await client.refresh(token)
    expect(renewed).toMatchObject({ tokenType: 'DPoP', keyThumbprint: thumbprint })
    const stolen = await failureOf(clientOf({ dpop: dpopOf() }).refresh(`${renewed.refreshToken}`))
    expect(stolen).toMatchObject({ code: 'error_response', error: 'invalid_grant' })
  })

  it('names its key in a request that is pushed too, which needs no proof then (RFC 9449 §10.1)', async () => {
    const { fetch, only } = scriptedServer(json({ request_uri: 'urn:1', expires_in: 60 }, 201))
    const dpop = createDPoP()
    const pushing = {
      ...server,
      authorizationEndpoint: 'https://as.test/authorize',
      pushedAuthorizationRequestEndpoint: 'https://as.test/par',
    }
    const client = createClient({ server: pushing, ...credentials, fetch, dpop })
    const request = await client.authorizationRequest({ redirectUri, pushed: true })
    expect(only().form.get('dpop_jkt')).toBe(await dpop.thumbprint())
    expect(only().headers.has('dpop')).toBe(false)
    expect(request.keyThumbprint).toBe(await dpop.thumbprint())
    expect(new URL(request.url).searchParams.has('dpop_jkt')).toBe(false)
  })

  it('names its own key, whatever the parameters say', async () => {
    const { clientOf, dpop } = worldOf()
    const request = await clientOf().authorizationRequest({ redirectUri, parameters: { dpop_jkt: 'of another key' } })
    expect(new URL(request.url).searchParams.getAll('dpop_jkt')).toEqual([await dpop.thumbprint()])
  })

  it('does not send a code that is bound to another key', async () => {
    const { mock, clientOf, dpopOf } = worldOf()
    const request = JSON.parse(JSON.stringify(await clientOf().authorizationRequest({ redirectUri })))
    const callback = await mock.authorize(request.url)
    const failure = await failureOf(clientOf({ dpop: dpopOf() }).exchangeCode(callback, request))
    expect(failure).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining('another key') })
    expect(claimsAt(mock.requests, 'token')).toEqual([])
    expect((await clientOf().exchangeCode(callback, request)).tokenType).toBe('DPoP')
  })

  it('does not send the refresh token of a public client that is bound to another key', async () => {
    const { mock, clientOf, dpopOf, logIn } = worldOf()
    const token = JSON.parse(JSON.stringify(await logIn()))
    const before = mock.requests.length
    const failure = await failureOf(clientOf({ dpop: dpopOf() }).refresh(token))
    expect(failure).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining('another key') })
    expect(mock.requests.length).toBe(before)
  })

  it('does not send a code or a refresh token that is bound to a key from a client that has none', async () => {
    const { mock, clientOf, logIn, confidential } = worldOf()
    const keyless = createClient({ server: mock.server, clientId: page.clientId, fetch: mock.fetch })
    const token = JSON.parse(JSON.stringify(await logIn()))
    const request = await clientOf().authorizationRequest({ redirectUri })
    const callback = await mock.authorize(request.url)
    const before = mock.requests.length
    for (const asked of [keyless.refresh(token), keyless.exchangeCode(callback, request)]) {
      expect(await failureOf(asked)).toMatchObject({
        code: 'invalid_argument',
        message: expect.stringContaining('dpop'),
      })
    }
    expect(mock.requests.length).toBe(before)
    // That of a confidential client is bound to the client alone.
    const ours = await logIn(clientOf(confidential))
    const plain = createClient({ server: mock.server, ...confidential, fetch: mock.fetch })
    expect((await plain.refresh(ours)).tokenType).toBe('Bearer')
  })

  it('may renew with another key where the client itself has credentials', async () => {
    const { clientOf, dpopOf, logIn, confidential } = worldOf()
    const token = await logIn(clientOf(confidential))
    const dpop = dpopOf()
    const renewed = await clientOf({ ...confidential, dpop }).refresh(token)
    expect(renewed.keyThumbprint).toBe(await dpop.thumbprint())
    expect(renewed.keyThumbprint).not.toBe(token.keyThumbprint)
  })

  it('proves nothing where it revokes', async () => {
    const { mock, clientOf, logIn } = worldOf()
    const client = clientOf()
    await client.revoke(await logIn(client))
    expect(claimsAt(mock.requests, 'revocation')).toEqual([{ missing: true }])
  })
})

describe('the nonce of an authorization server', () => {
  const wanting = { dpop: { required: true, nonce: 'authorization-server' } } as const

  it('costs one more request the first time, and none from then on', async () => {
    const { mock, clientOf, confidential } = worldOf(wanting)
    const client = clientOf(confidential)
    await client.clientCredentials()
    await client.clientCredentials()
    const nonces = claimsAt(mock.requests, 'token').map(({ nonce }) => nonce)
    expect(nonces).toEqual([undefined, expect.any(String), nonces[1]])
    expect(mock.requests.map(({ status }) => status)).toEqual([400, 200, 200])
  })

  it('is taken for codes and refresh tokens too, which were not used up by the refusal', async () => {
    const { mock, clock, clientOf, logIn } = worldOf(wanting)
    const client = clientOf()
    const token = await logIn(client)
    // The last one is good no longer.
    await clock.pass(3 * 60_000)
    expect((await client.refresh(token)).tokenType).toBe('DPoP')
    const sent = mock.requests.filter(({ endpoint }) => endpoint === 'token')
    expect(sent.map(({ form, status }) => [form?.['grant_type'], status])).toEqual([
      ['authorization_code', 400],
      ['authorization_code', 200],
      ['refresh_token', 400],
      ['refresh_token', 200],
    ])
    expect(new Set(claimsAt(mock.requests, 'token').map(({ jti }) => jti)).size).toBe(4)
  })

  it('that comes with a success is the next one', async () => {
    const { mock, clock, clientOf, confidential } = worldOf(wanting)
    const client = clientOf(confidential)
    await client.clientCredentials()
    await clock.pass(60_000)
    await client.clientCredentials()
    await client.clientCredentials()
    const [, first, still, next] = claimsAt(mock.requests, 'token').map(({ nonce }) => nonce)
    expect(still).toBe(first)
    expect(next).not.toBe(first)
    expect(mock.requests.map(({ status }) => status)).toEqual([400, 200, 200, 200])
  })

  it('that comes with the answer to the second try is the next one too', async () => {
    const granted = () => json({ access_token: 'at', token_type: 'DPoP' }, 200, { 'dpop-nonce': 'b' })
    const wanting = json({ error: 'use_dpop_nonce' }, 400, { 'dpop-nonce': 'a' })
    const { fetch, sent } = scriptedServer(wanting, granted, granted)
    const client = createClient({ server, ...credentials, fetch, dpop: createDPoP() })
    await client.clientCredentials()
    await client.clientCredentials()
    const nonces = sent.map(({ headers }) => proofIn(headers.get('dpop'))?.claims['nonce'])
    expect(nonces).toEqual([undefined, 'a', 'b'])
  })

  it('that a server asks for inside a 200 makes it see no refresh token twice', async () => {
    const { fetch, sent } = scriptedServer(json({ error: 'use_dpop_nonce' }, 200, { 'dpop-nonce': 'a' }))
    const client = createClient({ server, ...credentials, fetch, dpop: createDPoP() })
    expect(await failureOf(client.refresh('rt'))).toMatchObject({ error: 'use_dpop_nonce', status: 200 })
    expect(sent.length).toBe(1)
  })

  it('that comes with a refusal for another reason is no reason to ask again', async () => {
    const refused = json({ error: 'invalid_client' }, 401, { 'dpop-nonce': 'a' })
    const { fetch, sent } = scriptedServer(refused)
    const client = createClient({ server, ...credentials, fetch, dpop: createDPoP() })
    expect(await failureOf(client.refresh('rt'))).toMatchObject({ error: 'invalid_client' })
    expect(sent.length).toBe(1)
  })

  it('is shared by all that one createDPoP() serves', async () => {
    const { mock, clientOf, confidential } = worldOf(wanting)
    await clientOf(confidential).clientCredentials()
    await clientOf(confidential).clientCredentials()
    expect(mock.requests.map(({ status }) => status)).toEqual([400, 200, 200])
  })

  it.each([
    ['always wants another one', ['a', 'b', 'c'], 2],
    ['refuses the one it gave', ['a', 'a', 'a'], 2],
    ['gives none', [undefined, undefined], 1],
  ])('of a server that %s is tried once', async (_, nonces, times) => {
    const answers = nonces.map((nonce) => json({ error: 'use_dpop_nonce' }, 400, nonce ? { 'dpop-nonce': nonce } : {}))
    const { fetch, sent } = scriptedServer(...answers)
    const client = createClient({ server, ...credentials, fetch, dpop: createDPoP() })
    expect(await failureOf(client.clientCredentials())).toMatchObject({
      code: 'error_response',
      error: 'use_dpop_nonce',
    })
    expect(sent.length).toBe(times)
  })
})

describe('is refused', () => {
  it.each([
    ['Bearer', { access_token: 'at', token_type: 'Bearer' }],
    ['nothing', { access_token: 'at' }],
  ])('a token of a server that ignores the proof and says %s', async (_, answer) => {
    const { fetch } = scriptedServer(json(answer))
    const client = createClient({ server, ...credentials, fetch, dpop: createDPoP() })
    expect(await failureOf(client.clientCredentials())).toMatchObject({
      code: 'invalid_response',
      message: expect.stringContaining('bound to no key'),
    })
  })

  it('a token that is bound, of a client that showed no key', async () => {
    const { fetch } = scriptedServer(json({ access_token: 'at', token_type: 'DPoP' }))
    const client = createClient({ server, ...credentials, fetch })
    expect(await failureOf(client.clientCredentials())).toMatchObject({
      code: 'invalid_response',
      message: expect.stringContaining('no key was shown'),
    })
  })

  it('a bearer token, unless such are allowed, and then it is one', async () => {
    const { fetch } = scriptedServer(json({ access_token: 'at', token_type: 'bearer' }))
    const dpop = createDPoP({ allowBearerTokens: true })
    const token = await createClient({ server, ...credentials, fetch, dpop }).clientCredentials()
    expect(token.tokenType).toBe('Bearer')
    expect(token).not.toHaveProperty('keyThumbprint')
  })

  it('a proof that the server echoes, which the error does not show', async () => {
    const echo = ({ headers }: { readonly headers: Headers }) =>
      json({ error: 'invalid_dpop_proof', error_description: `not good: ${headers.get('dpop')}` }, 400)
    const { fetch, only } = scriptedServer(echo)
    const client = createClient({ server, ...credentials, fetch, dpop: createDPoP() })
    const shown = visible(await failureOf(client.clientCredentials()))
    expect(shown).toContain('not good: ***')
    expect(shown).not.toContain(only().headers.get('dpop')?.split('.')[1])
  })

  it('a key for an algorithm that the server does not take, before anything is sent', async () => {
    const { mock, dpopOf, clientOf, confidential } = worldOf()
    const picky = { ...mock.server, dpopSigningAlgValuesSupported: ['ES256'] }
    const client = clientOf({ ...confidential, server: picky, dpop: dpopOf({ alg: 'EdDSA' }) })
    const failure: OAuthError = await failureOf(client.clientCredentials())
    expect(failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining('ES256, not of EdDSA') })
    expect(mock.requests).toEqual([])
  })

  it('a proof by a clock that is wrong, which ends no session', async () => {
    const { mock, clock, dpopOf, clientOf } = worldOf()
    let late = 120_000
    const dpop = dpopOf({ clock: { now: () => clock.now() - late, sleep: clock.sleep } })
    const keyThumbprint = await dpop.thumbprint()
    const token = mock.issue({ clientId: page.clientId, keyThumbprint, expiresIn: 0 })
    const session = clientOf({ dpop }).sessionSource({ token })
    expect(await failureOf(session.token())).toMatchObject({ code: 'error_response', error: 'invalid_dpop_proof' })
    late = 0
    await clock.pass(120_000)
    expect(await session.token()).toMatchObject({ tokenType: 'DPoP', keyThumbprint })
  })
})
