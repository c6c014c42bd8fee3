import { base64url } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createDPoP } from '../../src/dpop/index.js'
import {
  bearerChallenge,
  bearerFetch,
  createClient,
  memoryStore,
  type Token,
  type TokenSource,
} from '../../src/index.js'
import { createMockAuthorizationServer, type MockDPoPOptions } from '../../src/testing/index.js'
import { ok, sourceOf, unauthorized, wire } from '../fetch/wire.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { claimsAt, proofIn } from './proofs.js'

const clientId = 'page'
const origins = ['https://api.test']

afterEach(() => {
  vi.unstubAllGlobals()
})

const worldOf = async (options: MockDPoPOptions = {}) => {
  const clock = fakeClock()
  const mock = createMockAuthorizationServer({ clients: [{ clientId }], clock, dpop: { required: true, ...options } })
  const dpop = createDPoP({ clock })
  const client = createClient({ server: mock.server, clientId, fetch: mock.fetch, clock, dpop })
  const token = mock.issue({ clientId, keyThumbprint: await dpop.thumbprint() })
  const session = client.sessionSource({ token })
  const apiOf = (source: TokenSource = session) =>
    bearerFetch(source, { origins: [new URL(mock.resource).origin], fetch: mock.fetch })
  const calls = () => mock.requests.filter(({ endpoint }) => endpoint === 'resource')
  return { clock, mock, client, dpop, token, session, apiOf, calls }
}

const boundSource = (dpop = createDPoP(), ...accessTokens: string[]): TokenSource => {
  let at = 0
  const tokenAt = (): Token => ({ accessToken: `${accessTokens[at]}`, tokenType: 'DPoP', raw: {} })
  return {
    prove: dpop.prove,
    token: async ({ rejected } = {}) => {
      if (rejected?.accessToken === accessTokens[at] && at < accessTokens.length - 1) at += 1
      return tokenAt()
    },
  }
}

const challenged = (challenge: string, headers: Readonly<Record<string, string>> = {}): Response => {
  const response = unauthorized(challenge)
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

describe('bearerFetch with a token that is bound to a key', () => {
  it('proves possession for this request and this token', async () => {
    const { mock, apiOf, calls, token } = await worldOf()
    const response = await apiOf()(`${mock.resource}?scope=#part`, { method: 'post', body: 'b' })
    expect(response.status).toBe(200)
    expect(calls()[0]?.headers['authorization']).toBe(`DPoP ${token.accessToken}`)
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token.accessToken))
    expect(claimsAt(mock.requests, 'resource')).toEqual([
      {
        jti: expect.any(String),
        htm: 'POST',
        htu: mock.resource,
        iat: expect.any(Number),
        ath: base64url.encode(new Uint8Array(hash)),
      },
    ])
  })

  it.each([
    ['search', 'search'],
    ['delete', 'DELETE'],
  ])('names the method %s as fetch sends it', async (method, sent) => {
    const api = wire(ok())
    await bearerFetch(boundSource(undefined, 'at'), { origins, fetch: api.fetch })('https://api.test/', { method })
    expect(proofIn(api.seen[0]?.headers.get('dpop'))?.claims['htm']).toBe(sent)
    expect(api.seen[0]?.method).toBe(sent)
  })

  it('sends the request once more with the nonce that the API wants, and every next one with it at once', async () => {
    const { mock, apiOf, calls } = await worldOf({ nonce: 'resource' })
    const body = 'the whole body'
    expect((await apiOf()(mock.resource, { method: 'POST', body })).status).toBe(200)
    // Another fetch over the same session.
    expect((await apiOf()(mock.resource)).status).toBe(200)
    expect(calls().map(({ status }) => status)).toEqual([401, 200, 200])
    const [none, given, known] = claimsAt(mock.requests, 'resource').map(({ nonce }) => nonce)
    expect([none, known]).toEqual([undefined, given])
    expect(given).toMatch(/^resource-/)
    expect(mock.requests.filter(({ endpoint }) => endpoint === 'token')).toEqual([])
  })

  it('keeps the nonces of the two servers apart, also at one origin', async () => {
    const { mock, apiOf, clock } = await worldOf({ nonce: 'both' })
    await apiOf()(mock.resource)
    await clock.pass(3600_000)
    expect((await apiOf()(mock.resource)).status).toBe(200)
    const nonces = (endpoint: 'token' | 'resource') => claimsAt(mock.requests, endpoint).map(({ nonce }) => `${nonce}`)
    expect(nonces('token').at(-1)).toMatch(/^authorization-server-/)
    expect(nonces('resource').at(-1)).toMatch(/^resource-/)
  })

  it('takes the next nonce from a success', async () => {
    const { mock, apiOf, calls, clock } = await worldOf({ nonce: 'resource' })
    const api = apiOf()
    await api(mock.resource)
    await clock.pass(60_000)
    await api(mock.resource)
    await clock.pass(60_000)
    await api(mock.resource)
    expect(calls().map(({ status }) => status)).toEqual([401, 200, 200, 200])
  })

  it('renews a token that the API refuses, and goes on with the new one', async () => {
    const { mock, apiOf, calls, token, dpop } = await worldOf({ nonce: 'both' })
    mock.revoke(token.accessToken)
    expect((await apiOf()(mock.resource)).status).toBe(200)
    // Once for the nonce, once for the token.
    expect(calls().map(({ status }) => status)).toEqual([401, 401, 200])
    expect(calls()[2]?.headers['authorization']).not.toBe(calls()[1]?.headers['authorization'])
    expect(proofIn(calls()[2]?.headers['dpop'])?.claims['ath']).not.toBe(
      proofIn(calls()[1]?.headers['dpop'])?.claims['ath'],
    )
    expect(await dpop.thumbprint()).toBe(token.keyThumbprint)
  })

  it.each([
    ['wants a nonce again and again', ['a', 'b', 'c'], 2],
    ['refuses the nonce that it gave', ['a', 'a'], 2],
    ['gives no nonce', [undefined], 1],
  ])('hands on the 401 of an API that %s', async (_, nonces, times) => {
    const answers = nonces.map((nonce) =>
      challenged('DPoP error="use_dpop_nonce"', nonce === undefined ? {} : { 'dpop-nonce': nonce }),
    )
    const api = wire(...answers)
    // A new token, which a renewal would bring, would be refused just so.
    const source = boundSource(undefined, 'at', 'new')
    const response = await bearerFetch(source, { origins, fetch: api.fetch })('https://api.test/')
    expect([response.status, api.seen.length]).toEqual([401, times])
  })

  it('sends nothing twice that has succeeded, whatever the challenge beside it says', async () => {
    const headers = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'a' }
    const api = wire(new Response('ok', { headers }))
    const call = bearerFetch(boundSource(undefined, 'at'), { origins, fetch: api.fetch })
    expect((await call('https://api.test/', { method: 'POST', body: 'pay' })).status).toBe(200)
    expect(api.seen.length).toBe(1)
  })

  it('does not ask again with a nonce that was refused before', async () => {
    const known = new Response('ok', { headers: { 'dpop-nonce': 'a' } })
    const api = wire(known, challenged('DPoP error="use_dpop_nonce"', { 'dpop-nonce': 'a' }))
    const call = bearerFetch(boundSource(undefined, 'at'), { origins, fetch: api.fetch })
    await call('https://api.test/')
    expect([(await call('https://api.test/')).status, api.seen.length]).toEqual([401, 2])
  })

  it('takes a nonce for a reason where the challenge is hidden, as in a page', async () => {
    const hidden = new Response(null, { status: 401, headers: { 'dpop-nonce': 'a' } })
    const api = wire(hidden, ok())
    await bearerFetch(boundSource(undefined, 'at'), { origins, fetch: api.fetch })('https://api.test/')
    expect(api.seen.map(({ headers }) => proofIn(headers.get('dpop'))?.claims['nonce'])).toEqual([undefined, 'a'])
  })

  it.each([
    ['finds fault with the proof', 'DPoP error="invalid_dpop_proof", algs="ES256"'],
    ['wants another scope', 'DPoP error="insufficient_scope", scope="write"'],
  ])('costs no renewal where the API %s', async (_, challenge) => {
    const api = wire(unauthorized(challenge))
    const source = boundSource(undefined, 'old', 'new')
    const response = await bearerFetch(source, { origins, fetch: api.fetch })('https://api.test/')
    expect([response.status, api.seen.length]).toEqual([401, 1])
    expect(bearerChallenge(response)?.error).toMatch(/invalid_dpop_proof|insufficient_scope/)
  })

  it('does not send a stream twice for a nonce, but the next call has it', async () => {
    const api = wire(challenged('DPoP error="use_dpop_nonce"', { 'dpop-nonce': 'a' }), ok())
    const call = bearerFetch(boundSource(undefined, 'at'), { origins, fetch: api.fetch })
    const stream = new Blob(['b']).stream()
    const init = { method: 'POST', body: stream, duplex: 'half' } as const
    expect((await call('https://api.test/', init)).status).toBe(401)
    expect((await call('https://api.test/')).status).toBe(200)
    expect(proofIn(api.seen[1]?.headers.get('dpop'))?.claims['nonce']).toBe('a')
  })

  it('proves anew for each place that a redirect leads to', async () => {
    const to = (location: string) => new Response(null, { status: 307, headers: { location } })
    const other = 'https://other.test'
    const wanting = (nonce: string) => challenged('DPoP error="use_dpop_nonce"', { 'dpop-nonce': nonce })
    const api = wire(wanting('m'), to('/b'), to(`${other}/c`), wanting('n'), ok())
    const call = bearerFetch(boundSource(undefined, 'at'), { origins: [...origins, other], fetch: api.fetch })
    expect((await call('https://api.test/a?q=1')).status).toBe(200)
    const claims = api.seen.map(({ headers }) => proofIn(headers.get('dpop'))?.claims)
    expect(claims.map((claim) => claim?.['htu'])).toEqual([
      'https://api.test/a',
      'https://api.test/a',
      'https://api.test/b',
      'https://other.test/c',
      'https://other.test/c',
    ])
    expect(claims.map((claim) => claim?.['nonce'])).toEqual([undefined, 'm', 'm', undefined, 'n'])
    expect(new Set(claims.map((claim) => claim?.['jti'])).size).toBe(5)
  })

  it('lets no browser follow a redirect with a proof for another URL', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0' })
    const api = wire(ok())
    await bearerFetch(boundSource(undefined, 'at'), { anyOrigin: true, fetch: api.fetch })('https://api.test/')
    expect(api.seen[0]?.redirect).toBe('manual')
  })

  it('takes no proof along to an origin that the token must not go to', async () => {
    const away = new Response(null, { status: 307, headers: { location: 'https://other.test/' } })
    const api = wire(away, ok())
    const options = { origins, otherOrigins: 'without-token', fetch: api.fetch } as const
    await bearerFetch(boundSource(undefined, 'at'), options)('https://api.test/')
    expect(api.seen[0]?.headers.has('dpop')).toBe(true)
    expect([api.seen[1]?.authorization, api.seen[1]?.headers.get('dpop')]).toEqual([null, null])
  })

  it('proves for a Request too, and sends it again with the nonce', async () => {
    const { mock, apiOf, calls } = await worldOf({ nonce: 'resource' })
    const given = new Request(mock.resource, { method: 'PUT', body: 'b', headers: { accept: 'text/plain' } })
    expect((await apiOf()(given)).status).toBe(200)
    expect(calls().map(({ status, headers }) => [status, headers['accept']])).toEqual([
      [401, 'text/plain'],
      [200, 'text/plain'],
    ])
  })

  it('does not change the headers that it was given', async () => {
    const headers = new Headers({ accept: 'text/plain' })
    const api = wire(ok())
    await bearerFetch(boundSource(undefined, 'at'), { origins, fetch: api.fetch })('https://api.test/', { headers })
    expect([...headers]).toEqual([['accept', 'text/plain']])
    expect(api.seen[0]?.headers.get('accept')).toBe('text/plain')
  })

  it.each([
    ['whose source cannot prove it', () => ({ ...boundSource(undefined, 'at'), prove: undefined })],
    [
      'that is bound to another key',
      () => ({
        ...boundSource(),
        token: async () => ({ accessToken: 'at', tokenType: 'DPoP', keyThumbprint: 'of another key', raw: {} }),
      }),
    ],
  ])('sends no token %s', async (_, sourceOf) => {
    const api = wire()
    const { prove, ...rest } = sourceOf()
    const source: TokenSource = prove ? { ...rest, prove } : rest
    const failure = await failureOf(bearerFetch(source, { origins, fetch: api.fetch })('https://api.test/'))
    expect([failure.code, api.seen]).toEqual(['invalid_argument', []])
  })

  it('sends a bearer token as one, though its source could prove', async () => {
    const api = wire(ok())
    const source = { ...boundSource(), token: async () => ({ accessToken: 'at', tokenType: 'Bearer', raw: {} }) }
    await bearerFetch(source, { origins, fetch: api.fetch })('https://api.test/')
    expect([api.seen[0]?.authorization, api.seen[0]?.headers.has('dpop')]).toEqual(['Bearer at', false])
  })

  it('sends no proof of the last token beside a bearer token that comes after it', async () => {
    const api = wire(unauthorized(), ok())
    const next = { accessToken: 'next', tokenType: 'Bearer' }
    const source: TokenSource = {
      ...boundSource(),
      token: async ({ rejected } = {}) => ({ accessToken: 'at', tokenType: 'DPoP', raw: {}, ...(rejected && next) }),
    }
    await bearerFetch(source, { origins, fetch: api.fetch })('https://api.test/')
    const sent = api.seen.map(({ authorization, headers }) => [authorization, headers.has('dpop')])
    expect(sent).toEqual([
      ['DPoP at', true],
      ['Bearer next', false],
    ])
  })

  it('leaves a call that is aborted while its proof is made, and sends nothing', async () => {
    const api = wire()
    const controller = new AbortController()
    const source = {
      ...boundSource(undefined, 'at'),
      prove: () => {
        queueMicrotask(() => controller.abort(new Error('enough')))
        return new Promise<never>(() => {})
      },
    }
    const { signal } = controller
    const call = bearerFetch(source, { origins, fetch: api.fetch })('https://api.test/', { signal })
    await expect(call).rejects.toThrow('enough')
    expect(api.seen).toEqual([])
  })

  it('knows one by its type, however that is written', async () => {
    const api = wire(ok())
    const source = { ...boundSource(), token: async () => ({ accessToken: 'at', tokenType: 'dpop', raw: {} }) }
    await bearerFetch(source, { origins, fetch: api.fetch })('https://api.test/')
    expect([api.seen[0]?.authorization, api.seen[0]?.headers.has('dpop')]).toEqual(['DPoP at', true])
  })

  it('renews no bearer token because the API asks for one that is bound', async () => {
    const api = wire(unauthorized('DPoP algs="ES256"'))
    const source = sourceOf('old', 'new')
    const response = await bearerFetch(source, { origins, fetch: api.fetch })('https://api.test/')
    expect([response.status, api.seen.length, source.asked.length]).toEqual([401, 1, 1])
    expect(bearerChallenge(response)).toBeDefined()
  })
})

describe('userinfo with a token that is bound to a key', () => {
  const server = { tokenEndpoint: 'https://as.test/token', userinfoEndpoint: 'https://as.test/userinfo' }
  const clientOf = (api: ReturnType<typeof wire>) =>
    createClient({ server, clientId, fetch: api.fetch, dpop: createDPoP() })
  const user = (headers = {}) => Response.json({ sub: 'ann' }, { headers })

  it('takes the next nonce from the answer to the second try too', async () => {
    const wanting = challenged('DPoP error="use_dpop_nonce"', { 'dpop-nonce': 'a' })
    const api = wire(wanting, user({ 'dpop-nonce': 'b' }), user())
    const client = clientOf(api)
    const token = { accessToken: 'at', tokenType: 'DPoP' }
    await client.userinfo(token)
    await client.userinfo(token)
    const nonces = api.seen.map(({ headers }) => proofIn(headers.get('dpop'))?.claims['nonce'])
    expect(nonces).toEqual([undefined, 'a', 'b'])
    for (const { headers } of api.seen) {
      expect(headers.get('authorization')).toBe('DPoP at')
      expect(proofIn(headers.get('dpop'))?.claims['htm']).toBe('GET')
    }
  })

  it('asks twice at most a server that always wants another nonce', async () => {
    const wanting = (nonce: string) => challenged('DPoP error="use_dpop_nonce"', { 'dpop-nonce': nonce })
    const api = wire(wanting('a'), wanting('b'), wanting('c'))
    const failure = await failureOf(clientOf(api).userinfo({ accessToken: 'at', tokenType: 'DPoP' }))
    expect(failure).toMatchObject({ code: 'error_response', error: 'use_dpop_nonce', status: 401 })
    expect(api.seen).toHaveLength(2)
  })

  it('sends none that is bound to another key', async () => {
    const api = wire()
    const token = { accessToken: 'at', tokenType: 'DPoP', keyThumbprint: 'of another key' }
    expect([(await failureOf(clientOf(api).userinfo(token))).code, api.seen]).toEqual(['invalid_argument', []])
  })
})

describe('every source of a client with DPoP', () => {
  it('proves', async () => {
    const { mock, client, token, apiOf } = await worldOf()
    const store = memoryStore()
    const [alone, together] = [client.sessions(), client.sessions({ store })]
    await alone.get('ann').replace(token)
    await together.get('ann').replace(token)
    const sources = [
      client.sessionSource({ token }),
      client.sessionSource({ token, store, key: 'user' }),
      alone.get('ann'),
      together.get('ann'),
    ]
    for (const source of sources) expect((await apiOf(source)(mock.resource)).status).toBe(200)
  })

  it('and one without it has nothing to prove', () => {
    const mock = createMockAuthorizationServer({ clients: [{ clientId }] })
    const client = createClient({ server: mock.server, clientId, fetch: mock.fetch })
    expect(client.sessionSource({ token: { refreshToken: 'rt' } })).not.toHaveProperty('prove')
  })
})
