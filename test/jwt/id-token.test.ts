import { describe, expect, it, vi } from 'vitest'
import { type ClientOptions, createClient, memoryStore, type TokenEvent } from '../../src/index.js'
import { type IdTokenValidatorOptions, idTokenValidator } from '../../src/jwt/index.js'
import { createManualClock, createMockAuthorizationServer, type MockFault } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'

const start = Date.UTC(2030, 0, 1)
const now = start / 1000
const redirectUri = 'https://app.test/cb'
const clients = [{ clientId: 'web', clientSecret: 'secret', redirectUris: [redirectUri] }]

type MockOptions = Partial<Parameters<typeof createMockAuthorizationServer>[0]>

/** A client that validates, its server, and a login of it. */
const setUp = (
  options: IdTokenValidatorOptions = {},
  mockOptions: MockOptions = {},
  clientOptions: Partial<ClientOptions> = {},
) => {
  const clock = createManualClock(start)
  const mock = createMockAuthorizationServer({ clients, clock, ...mockOptions })
  const events: TokenEvent[] = []
  const idToken = idTokenValidator<{ readonly email?: string }>(options)
  const client = createClient({
    ...{ server: mock.server, clientId: 'web', clientSecret: 'secret', fetch: mock.fetch, clock, idToken },
    onEvent: (event) => events.push(event),
    ...clientOptions,
  })
  const logIn = async (wanted: { readonly parameters?: Record<string, string>; readonly scope?: string } = {}) => {
    const request = await client.authorizationRequest({ redirectUri, scope: 'openid read', ...wanted })
    return client.exchangeCode(await mock.authorize(request.url, { user: 'ada' }), request)
  }
  const asked = (endpoint: string) => mock.requests.filter((request) => request.endpoint === endpoint).length
  return { clock, mock, client, events, idToken, logIn, asked }
}

const forged = (fault: Omit<Extract<MockFault, { readonly type: 'id_token' }>, 'type'>): MockFault => ({
  type: 'id_token',
  ...fault,
})

describe('the ID token of a login', () => {
  it('is validated, and its claims are in the token', async () => {
    const { logIn, mock } = setUp()
    const token = await logIn()
    expect(token.idTokenClaims).toMatchObject({
      iss: 'https://as.test',
      sub: 'ada',
      aud: 'web',
      iat: now,
      exp: now + 3600,
      auth_time: now,
    })
    expect(mock.requests.map(({ endpoint }) => endpoint)).toEqual(['authorize', 'jwks', 'token'])
  })

  it('has claims with a type, which survive JSON and are not printed', async () => {
    const { logIn, mock, idToken } = setUp()
    mock.fault('token', forged({ claims: { email: 'ada@example.com' } }))
    const token = await logIn()
    expect(idToken.claims(JSON.parse(JSON.stringify(token)))?.email).toBe('ada@example.com')
    const { inspect } = await import('node:util')
    expect(inspect(token, { depth: null })).not.toContain('ada@example.com')
  })

  it('is handed on as it came, and believed in nothing, where the client has no validator', async () => {
    const { mock, clock } = setUp()
    mock.fault('token', forged({ signedBy: 'nobody' }))
    const client = createClient({
      server: mock.server,
      clientId: 'web',
      clientSecret: 'secret',
      fetch: mock.fetch,
      clock,
    })
    const request = await client.authorizationRequest({ redirectUri, scope: 'openid' })
    const token = await client.exchangeCode(await mock.authorize(request.url), request)
    expect(token.idToken?.split('.')).toHaveLength(3)
    expect(token.idTokenClaims).toBeUndefined()
  })

  it('is not asked for where openid was not', async () => {
    const { logIn, asked } = setUp()
    expect((await logIn({ scope: 'read' })).idToken).toBeUndefined()
    expect(asked('jwks')).toBe(0)
  })

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)('may be signed with %s, at_hash and all', async (alg) => {
    const token = await setUp({}, { idTokenSigningAlg: alg }).logIn()
    expect(token.idTokenClaims?.at_hash).toEqual(expect.any(String))
  })

  it.each<[string, Parameters<typeof forged>[0], string | undefined]>([
    ['is signed by a stranger', { signedBy: 'stranger' }, undefined],
    ['is signed by nobody', { signedBy: 'nobody' }, undefined],
    ['names a key that the server does not have', { header: { kid: 'other' } }, undefined],
    ['names another algorithm than its own', { header: { alg: 'RS256' } }, undefined],
    ['is signed with a symmetric algorithm that nobody asked for', { header: { alg: 'HS256' } }, undefined],
    ['has a critical header that nobody knows', { header: { crit: ['exp'] } }, undefined],
    ['is of another issuer', { claims: { iss: 'https://as.test/' } }, 'iss'],
    ['names no issuer', { claims: { iss: undefined } }, 'iss'],
    ['is for another client', { claims: { aud: 'other' } }, 'aud'],
    ['is for nobody', { claims: { aud: undefined } }, 'aud'],
    ['is for several, and says not for whom', { claims: { aud: ['web', 'api'] } }, 'azp'],
    ['was issued to another client', { claims: { azp: 'other' } }, 'azp'],
    ['was issued to another of several', { claims: { aud: ['web', 'other'], azp: 'other' } }, 'azp'],
    ['names no user', { claims: { sub: undefined } }, 'sub'],
    ['names a user that is no text', { claims: { sub: 42 } }, 'sub'],
    ['names nobody', { claims: { sub: '' } }, 'sub'],
    ['has expired', { claims: { exp: now - 61 } }, 'exp'],
    ['has no end', { claims: { exp: undefined } }, 'exp'],
    ['ends in words', { claims: { exp: 'tomorrow' } }, 'exp'],
    ['comes from the future', { claims: { iat: now + 61 } }, 'iat'],
    ['does not say when it was issued', { claims: { iat: undefined } }, 'iat'],
    ['is not yet valid', { claims: { nbf: now + 61 } }, 'nbf'],
    ['has the nonce of another request', { claims: { nonce: 'other' } }, 'nonce'],
    ['has no nonce', { claims: { nonce: undefined } }, 'nonce'],
    ['belongs to another access token', { claims: { at_hash: 'LDktKdoQak3Pk0cnXxCltA' } }, 'at_hash'],
  ])('that %s is refused, and no token given', async (_, fault, claim) => {
    const { logIn, mock } = setUp()
    mock.fault('token', forged(fault))
    const failure = await failureOf(logIn())
    expect(failure).toMatchObject({ code: 'invalid_id_token' })
    expect((failure as { claim?: string }).claim).toBe(claim)
  })

  it.each<[string, Parameters<typeof forged>[0]]>([
    ['expired a moment ago', { claims: { exp: now - 59 } }],
    ['comes from a clock that is ahead', { claims: { iat: now + 59, nbf: now + 59 } }],
    ['has no at_hash', { claims: { at_hash: undefined } }],
    ['is for several, and this one of them', { claims: { aud: ['web', 'api'], azp: 'web' } }],
    ['says to whom it was issued', { claims: { aud: ['web'], azp: 'web' } }],
    ['has no kid where one key fits', { header: { kid: undefined } }],
  ])('that %s is taken', async (_, fault) => {
    const { logIn, mock } = setUp()
    mock.fault('token', forged(fault))
    expect((await logIn()).idTokenClaims?.sub).toBe('ada')
  })

  it("is held to a clock tolerance of one's own", async () => {
    const { logIn, mock } = setUp({ clockTolerance: 0 })
    mock.fault('token', forged({ claims: { exp: now - 1 } }))
    expect(await failureOf(logIn())).toMatchObject({ code: 'invalid_id_token', claim: 'exp' })
  })

  it('may be for those alone that are trusted', async () => {
    const fault = forged({ claims: { aud: ['web', 'api'], azp: 'web' } })
    const trusting = setUp({ otherAudiences: ['api'] })
    trusting.mock.fault('token', fault)
    expect((await trusting.logIn()).idTokenClaims?.aud).toEqual(['web', 'api'])
    const wary = setUp({ otherAudiences: [] })
    wary.mock.fault('token', fault)
    expect(await failureOf(wary.logIn())).toMatchObject({ code: 'invalid_id_token', claim: 'aud' })
  })

  it('must be there where openid was asked for', async () => {
    const { logIn, mock } = setUp()
    mock.fault('token', { type: 'fields', fields: { id_token: undefined } })
    expect(await failureOf(logIn())).toMatchObject({ code: 'invalid_id_token' })
  })

  it.each(['no.jwt', 'a.b.c', 'a.b.c.d.e', 'x'])('that is no signed JWT is refused: %s', async (text) => {
    const { logIn, mock } = setUp()
    mock.fault('token', { type: 'fields', fields: { id_token: text } })
    expect(await failureOf(logIn())).toMatchObject({ code: 'invalid_id_token' })
  })

  it('must tell of a login that is recent enough for max_age', async () => {
    const { logIn, mock, clock } = setUp()
    const parameters = { max_age: '300' }
    expect((await logIn({ parameters })).idTokenClaims?.auth_time).toBe(now)
    await clock.advance(400_000)
    expect((await logIn({ parameters })).idTokenClaims?.auth_time).toBe(now + 400)
    mock.fault('token', forged({ claims: { auth_time: now + 39 } }))
    expect(await failureOf(logIn({ parameters }))).toMatchObject({ code: 'invalid_id_token', claim: 'auth_time' })
    mock.fault('token', forged({ claims: { auth_time: undefined } }))
    expect(await failureOf(logIn({ parameters }))).toMatchObject({ code: 'invalid_id_token', claim: 'auth_time' })
  })

  it('is awaited no longer than its caller wants to', async () => {
    const { client, mock } = setUp()
    mock.fault('jwks', { type: 'hang', when: 'before_processing' })
    const request = await client.authorizationRequest({ redirectUri, scope: 'openid' })
    const callback = await mock.authorize(request.url)
    const leaving = new AbortController()
    const work = client.exchangeCode(callback, request, { signal: leaving.signal })
    leaving.abort(new Error('enough'))
    await expect(work).rejects.toThrow('enough')
  })
})

it('an ID token whose key is looked for is awaited no longer than its caller wants to', async () => {
  const { logIn, client, mock, clock } = setUp()
  await logIn()
  await clock.advance(31_000)
  mock.rotateKeys()
  const request = await client.authorizationRequest({ redirectUri, scope: 'openid' })
  const callback = await mock.authorize(request.url)
  const leaving = new AbortController()
  mock.fault('jwks', [{ type: 'hang', when: 'before_processing' }])
  const work = client.exchangeCode(callback, request, { signal: leaving.signal })
  await vi.waitUntil(() => mock.requests.at(-1)?.endpoint === 'jwks')
  leaving.abort(new Error('enough'))
  await expect(work).rejects.toThrow('enough')
})

describe('the keys of a server', () => {
  it('are read once for many logins, at once or one after another', async () => {
    const { logIn, asked } = setUp()
    await Promise.all([logIn(), logIn(), logIn()])
    await logIn()
    expect(asked('jwks')).toBe(1)
  })

  it('are believed in for ten minutes', async () => {
    const { logIn, asked, clock } = setUp()
    await logIn()
    await clock.advance(599_000)
    await logIn()
    expect(asked('jwks')).toBe(1)
    await clock.advance(2000)
    await logIn()
    expect(asked('jwks')).toBe(2)
  })

  it('are read again after the clock was set back, which makes none of them younger', async () => {
    const { logIn, asked, clock } = setUp()
    await logIn()
    clock.jump(-3_600_000)
    await logIn()
    expect(asked('jwks')).toBe(2)
  })

  it('are read again for one that is not among them: the server has rotated', async () => {
    const { logIn, mock, asked, clock } = setUp()
    await logIn()
    await clock.advance(31_000)
    mock.rotateKeys()
    expect((await logIn()).idTokenClaims?.sub).toBe('ada')
    expect(asked('jwks')).toBe(2)
  })

  it('but not for each of those that come one after another', async () => {
    const { logIn, mock, asked } = setUp()
    mock.fault('token', forged({ header: { kid: 'other' } }), { times: 3 })
    for (let time = 0; time < 3; time++) expect((await failureOf(logIn())).code).toBe('invalid_id_token')
    expect(asked('jwks')).toBe(1)
  })

  it('withdrawn by the server are not believed in any more', async () => {
    const { logIn, mock, clock } = setUp()
    const { idToken } = await logIn()
    await clock.advance(31_000)
    mock.rotateKeys({ keepOld: false })
    await logIn()
    mock.fault('token', { type: 'fields', fields: { id_token: idToken } })
    expect((await failureOf(logIn())).code).toBe('invalid_id_token')
  })

  it('that cannot be had fail the login before its code is sent', async () => {
    const { logIn, mock, asked } = setUp()
    mock.fault('jwks', { type: 'status', status: 500 })
    const failure = await failureOf(logIn())
    expect(failure).toMatchObject({ code: 'invalid_id_token', message: expect.stringContaining('500') })
    expect(asked('token')).toBe(0)
    expect((await logIn()).idTokenClaims?.sub).toBe('ada')
  })

  it.each<[string, MockFault]>([
    ['no key set', { type: 'fields', fields: { keys: 'none' } }],
    ['a page', { type: 'page', status: 200 }],
    ['half of one', { type: 'truncated' }],
    ['too much', { type: 'oversized' }],
    ['a redirect to another origin', { type: 'redirect', location: 'https://evil.test/jwks' }],
  ])('must be a key set: %s is refused', async (_, fault) => {
    const { logIn, mock } = setUp()
    mock.fault('jwks', fault)
    expect((await failureOf(logIn())).code).toBe('invalid_id_token')
  })

  it('serve all clients that share a validator', async () => {
    const { idToken, mock, clock, logIn, asked } = setUp()
    await logIn()
    const given = { server: mock.server, clientId: 'web', clientSecret: 'secret', fetch: mock.fetch, clock, idToken }
    const other = createClient(given)
    const request = await other.authorizationRequest({ redirectUri, scope: 'openid' })
    await other.exchangeCode(await mock.authorize(request.url), request)
    expect(asked('jwks')).toBe(1)
  })
})

describe('a refresh', () => {
  it('brings a new ID token of the same login, without a nonce', async () => {
    const { logIn, client, clock } = setUp()
    const token = await logIn()
    await clock.advance(1000)
    const renewed = await client.refresh(token)
    expect(renewed.idTokenClaims).toMatchObject({ sub: 'ada', iat: now + 1, auth_time: now })
    expect(renewed.idTokenClaims?.nonce).toBeUndefined()
    expect(renewed.idToken).not.toBe(token.idToken)
  })

  it('that brings none keeps the one of before (OpenID Connect Core §12.2)', async () => {
    const { logIn, client, mock } = setUp()
    const token = await logIn()
    mock.fault('token', { type: 'fields', fields: { id_token: undefined } })
    const renewed = await client.refresh(token)
    expect([renewed.idToken, renewed.idTokenClaims]).toEqual([token.idToken, token.idTokenClaims])
  })

  it('may tell of the login for the first time', async () => {
    const { logIn, client, mock, events } = setUp()
    mock.fault('token', forged({ claims: { auth_time: undefined } }))
    const renewed = await client.refresh(await logIn())
    expect([renewed.idTokenClaims?.auth_time, events]).toEqual([now, []])
  })

  it.each<[string, MockFault]>([
    ['is signed by a stranger', forged({ signedBy: 'stranger' })],
    ['has expired', forged({ claims: { exp: now - 100 } })],
    ['is for another client', forged({ claims: { aud: 'other' } })],
    ['is of another issuer', forged({ claims: { iss: 'https://other.test' } })],
    ['has another nonce', forged({ claims: { nonce: 'other' } })],
    ['tells of another login', forged({ claims: { auth_time: now - 5 } })],
    ['was issued to somebody', forged({ claims: { azp: 'web' } })],
    ['belongs to another access token', forged({ claims: { at_hash: 'LDktKdoQak3Pk0cnXxCltA' } })],
    ['names no user', forged({ claims: { sub: undefined } })],
    ['is no JWT', { type: 'fields', fields: { id_token: 'nonsense' } }],
  ])('loses nothing for an ID token that %s: the tokens are kept, and its own ID token of before', async (_, fault) => {
    const { logIn, client, mock, events } = setUp()
    const token = await logIn()
    mock.fault('token', fault)
    const renewed = await client.refresh(token)
    expect(renewed.refreshToken).not.toBe(token.refreshToken)
    expect([renewed.idToken, renewed.idTokenClaims]).toEqual([token.idToken, token.idTokenClaims])
    expect(events).toEqual([
      { type: 'id_token_refused', source: 'refresh', error: expect.objectContaining({ code: 'invalid_id_token' }) },
    ])
    expect((await client.refresh(renewed)).idTokenClaims?.sub).toBe('ada')
  })

  it('loses nothing when the keys cannot be had', async () => {
    const { logIn, client, mock, clock, asked } = setUp()
    const token = await logIn()
    await clock.advance(601_000)
    mock.fault('jwks', { type: 'status', status: 503 }, { times: 2 })
    const renewed = await client.refresh(token)
    expect(renewed.refreshToken).not.toBe(token.refreshToken)
    expect(renewed.idToken).toBe(token.idToken)
    // Once before, once after: a refresh has better things to wait for.
    expect(asked('jwks')).toBe(3)
  })

  it("loses nothing for a validator of one's own that throws at once", async () => {
    const { logIn, mock, clock } = setUp()
    const token = await logIn()
    const idToken = {
      validate: () => {
        throw new Error('I believe in nothing')
      },
    }
    const given = { server: mock.server, clientId: 'web', clientSecret: 'secret', fetch: mock.fetch, clock, idToken }
    const renewed = await createClient(given).refresh(token)
    expect(renewed.refreshToken).not.toBe(token.refreshToken)
    expect(renewed.idToken).toBe(token.idToken)
  })

  it('keeps the session of one whose ID token is bad', async () => {
    const { logIn, client, mock, clock } = setUp()
    const session = client.sessionSource({ token: await logIn() })
    await clock.advance(3_600_000)
    mock.fault('token', forged({ signedBy: 'stranger' }))
    const { accessToken } = await session.token()
    await clock.advance(3_600_000)
    expect((await session.token()).accessToken).not.toBe(accessToken)
  })

  it.each([
    ["is another user's", forged({ claims: { sub: 'bob' } })],
    ["claims to be another user's, whoever signed it", forged({ claims: { sub: 'bob' }, signedBy: 'stranger' })],
  ])('is refused whole where its ID token %s, and ends the session', async (_, fault) => {
    const { logIn, client, mock, clock } = setUp()
    const token = await logIn()
    const session = client.sessionSource({ token })
    await clock.advance(3_600_000)
    mock.fault('token', fault)
    expect(await failureOf(session.token())).toMatchObject({ code: 'session_ended' })
    const again = await logIn()
    mock.fault('token', fault)
    expect(await failureOf(client.refresh(again))).toMatchObject({ code: 'invalid_id_token', claim: 'sub' })
  })

  it('by a client that does not validate leaves no claims of before beside an ID token that nobody has judged', async () => {
    const { logIn, mock, clock } = setUp()
    const client = createClient({
      ...{ server: mock.server, clientId: 'web', clientSecret: 'secret', fetch: mock.fetch, clock },
    })
    const token = await logIn()
    const renewed = await client.refresh(token)
    expect(renewed.idToken).not.toBe(token.idToken)
    expect(renewed.idTokenClaims).toBeUndefined()
  })

  it('from a refresh token alone has nothing to compare, and is validated all the same', async () => {
    const { logIn, client } = setUp()
    const { refreshToken = '' } = await logIn()
    expect((await client.refresh(refreshToken)).idTokenClaims?.sub).toBe('ada')
  })
})

describe('a client whose ID tokens could not be judged is refused at once', () => {
  const server = { issuer: 'https://as.test', tokenEndpoint: 'https://as.test/token', jwksUri: 'https://as.test/jwks' }
  it.each([
    ['without issuer', { ...server, issuer: undefined }, 'unsupported'],
    ['without jwksUri', { ...server, jwksUri: undefined }, 'unsupported'],
    ['with a jwksUri that is plain http', { ...server, jwksUri: 'http://as.test/jwks' }, 'insecure_url'],
    ['whose issuer stands for many', { ...server, issuer: 'https://as.test/{tenantid}/v2.0' }, 'unsupported'],
  ])('%s', async (_, odd, code) => {
    const given = { server: JSON.parse(JSON.stringify(odd)), clientId: 'web', idToken: idTokenValidator() }
    expect((await failureOf(() => createClient(given))).code).toBe(code)
  })

  it.each<[string, IdTokenValidatorOptions]>([
    ['a tolerance below zero', { clockTolerance: -1 }],
    ['no algorithm', { algs: [] }],
    ['none', { algs: ['ES256', 'none'] }],
    ['an algorithm outside of a list', { algs: 'RS256' as never }],
    ['a tolerance that is a text', { clockTolerance: '60' as never }],
    ['a tolerance without end', { clockTolerance: Number.POSITIVE_INFINITY }],
    ['a tenant outside of a list', { tenants: '8eaef023-2b34-4da1-9baa-8bc8c9d6a490' as never }],
    ['an audience outside of a list', { otherAudiences: 'https://api.test' as never }],
  ])('or an option that cannot be: %s', async (_, options) => {
    expect((await failureOf(() => idTokenValidator(options))).code).toBe('invalid_argument')
  })
})

describe('a session that is shared', () => {
  it('hands the claims on to whoever shares it, and judges what a refresh brings', async () => {
    const store = memoryStore()
    const { logIn, client, mock, clock } = setUp()
    const session = client.sessionSource({ store, key: 'ada', token: await logIn() })
    await session.token()
    const sibling = setUp({}, {}, { server: mock.server, fetch: mock.fetch, clock }).client
    expect((await sibling.sessionSource({ store, key: 'ada' }).token()).idTokenClaims?.sub).toBe('ada')
    await clock.advance(3_600_000)
    mock.fault('token', forged({ signedBy: 'stranger' }))
    expect((await session.token()).idTokenClaims?.iat).toBe(now)
    await clock.advance(3_600_000)
    expect((await session.token()).idTokenClaims?.iat).toBe(now + 7200)
  })

  it('ends for all of them where a refresh brings another user', async () => {
    const store = memoryStore()
    const { logIn, client, mock, clock } = setUp()
    const session = client.sessionSource({ store, key: 'ada', token: await logIn() })
    await session.token()
    await clock.advance(3_600_000)
    mock.fault('token', forged({ claims: { sub: 'bob' } }))
    expect((await failureOf(session.token())).code).toBe('session_ended')
    const sibling = setUp({}, {}, { server: mock.server, fetch: mock.fetch, clock }).client
    expect((await failureOf(sibling.sessionSource({ store, key: 'ada' }).token())).code).toBe('session_ended')
  })
})

it('a request that was pushed still asks for a login that is recent enough', async () => {
  const { client, mock } = setUp()
  const wanted = { redirectUri, scope: 'openid', parameters: { max_age: '300' }, pushed: true }
  const request = await client.authorizationRequest(wanted)
  expect(request.url).not.toContain('max_age')
  mock.fault('token', forged({ claims: { auth_time: now - 400 } }))
  const failure = await failureOf(client.exchangeCode(await mock.authorize(request.url), request))
  expect(failure).toMatchObject({ code: 'invalid_id_token', claim: 'auth_time' })
})
