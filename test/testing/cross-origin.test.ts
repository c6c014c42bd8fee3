import { describe, expect, it } from 'vitest'
import {
  createMockAuthorizationServer,
  type MockAuthorizationServerOptions,
  type MockClient,
} from '../../src/testing/index.js'

const clients: MockClient[] = [
  { clientId: 'page', redirectUris: ['https://app.test/callback', 'com.example.app:/callback'] },
  { clientId: 'other', redirectUris: ['https://other.test/callback'] },
]
const mockWith = (options: Partial<MockAuthorizationServerOptions> = {}) =>
  createMockAuthorizationServer({ clients, ...options })
const mock = mockWith()
const { server } = mock

const ask = (url: string | undefined, origin: string | undefined, init: RequestInit = {}, at = mock) =>
  at.fetch(`${url}`, { ...init, headers: { ...init.headers, ...(origin !== undefined && { origin }) } })

const preflight = (url: string | undefined, origin: string, at = mock) =>
  ask(url, origin, { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } }, at)

const form = (fields: Readonly<Record<string, string>>): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(fields),
})

const readerOf = ({ headers }: Response) => headers.get('access-control-allow-origin')

const ofClients = {
  token: server.tokenEndpoint,
  'pushed authorization request': server.pushedAuthorizationRequestEndpoint,
  'device authorization': server.deviceAuthorizationEndpoint,
  revocation: server.revocationEndpoint,
  userinfo: server.userinfoEndpoint,
  resource: mock.resource,
}

describe('pages of other origins', () => {
  it.each(Object.entries(ofClients))('may read the answer of %s where a redirect URI is theirs', async (_, url) => {
    const answer = await ask(url, 'https://app.test', form({ client_id: 'page' }))
    expect(readerOf(answer)).toBe('https://app.test')
    expect(answer.headers.get('vary')).toBe('origin')
    const exposed = 'DPoP-Nonce, WWW-Authenticate, Retry-After, Date'
    expect(answer.headers.get('access-control-expose-headers')).toBe(exposed)
    for (const origin of ['https://evil.test', 'http://app.test', 'https://app.test:8443', 'null']) {
      expect(readerOf(await ask(url, origin, form({ client_id: 'page' })))).toBeNull()
    }
    expect(readerOf(await ask(url, undefined, form({ client_id: 'page' })))).toBeNull()
  })

  it('may on any port of a loopback address, as their redirect URI may, and on that of localhost alone', async () => {
    const redirectUris = ['com.example.app:/callback', 'http://127.0.0.1/callback', 'http://localhost:5173/callback']
    const local = mockWith({ clients: [{ clientId: 'page', redirectUris }] })
    const readers = [
      'http://127.0.0.1:5173',
      'http://localhost:5173',
      'http://localhost:3000',
      'https://127.0.0.1:5173',
      'null',
    ]
    const read = async (origin: string) =>
      readerOf(await ask(server.tokenEndpoint, origin, form({ client_id: 'page' }), local))
    expect(await Promise.all(readers.map(read))).toEqual([readers[0], readers[1], null, null, null])
  })

  it('may not read what is said to the client of others', async () => {
    expect(readerOf(await ask(server.tokenEndpoint, 'https://other.test', form({ client_id: 'page' })))).toBeNull()
  })

  it.each([
    ['discovery', 'https://as.test/.well-known/oauth-authorization-server'],
    ['the key set', server.jwksUri],
    ['the metadata of the resource', 'https://as.test/.well-known/oauth-protected-resource/resource'],
    ['registration, which nobody has done before', server.registrationEndpoint],
  ])('may all read %s', async (_, url) => {
    const answer = await ask(url, 'https://anybody.test')
    expect(readerOf(answer)).toBe('*')
    expect(answer.headers.has('vary')).toBe(false)
    expect(readerOf(await preflight(url, 'https://anybody.test'))).toBe('*')
  })

  it.each([
    ['the authorization endpoint', `${server.authorizationEndpoint}?client_id=page&response_type=code`],
    ['the end of a session', server.endSessionEndpoint],
    ['introspection', server.introspectionEndpoint],
    ['what is not there', 'https://as.test/nowhere'],
  ])('may none of them read %s', async (_, url) => {
    expect(readerOf(await ask(url, 'https://app.test', { redirect: 'manual' }))).toBeNull()
    const refused = await preflight(url, 'https://app.test')
    expect([refused.status, readerOf(refused)]).toEqual([403, null])
  })

  it('may once they have registered', async () => {
    const metadata = { redirect_uris: ['https://new.test/'], token_endpoint_auth_method: 'none' }
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(metadata) }
    expect((await preflight(server.tokenEndpoint, 'https://new.test')).status).toBe(403)
    expect((await ask(server.registrationEndpoint, 'https://new.test', init)).status).toBe(201)
    expect((await preflight(server.tokenEndpoint, 'https://new.test')).status).toBe(204)
  })
})

describe('a preflight', () => {
  it('is answered, and is no request of the client', async () => {
    const quiet = mockWith()
    quiet.fault('token', { type: 'status', status: 503 })
    const allowed = await preflight(server.tokenEndpoint, 'https://app.test', quiet)
    expect(allowed.status).toBe(204)
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.test',
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'authorization, content-type, dpop',
      'access-control-max-age': '600',
    })
    expect((await preflight(server.tokenEndpoint, 'https://evil.test', quiet)).status).toBe(403)
    expect(quiet.requests).toEqual([])
    // The fault is for the request that follows.
    expect((await ask(server.tokenEndpoint, 'https://app.test', form({}), quiet)).status).toBe(503)
  })

  it('is what a browser sends: another OPTIONS is judged as any request', async () => {
    const answer = await ask(server.tokenEndpoint, 'https://app.test', { method: 'OPTIONS' })
    expect(answer.status).toBe(405)
    expect(mock.requests.at(-1)).toMatchObject({ method: 'OPTIONS', endpoint: 'token' })
  })
})

describe('a fault', () => {
  it.each([
    [{ type: 'status', status: 503, retryAfter: 1 }, 'https://app.test'],
    [{ type: 'error_in_200', error: 'invalid_grant' }, 'https://app.test'],
    [{ type: 'page' }, null],
    [{ type: 'redirect', location: 'https://as.test/' }, null],
  ] as const)('%j is read by %s: a gateway knows no pages', async (fault, reader) => {
    const faulty = mockWith()
    faulty.fault('token', fault)
    const init = { ...form({ client_id: 'page' }), redirect: 'manual' } as const
    expect(readerOf(await ask(server.tokenEndpoint, 'https://app.test', init, faulty))).toBe(reader)
  })
})

describe('a service that shuts pages out', () => {
  it('is GitHub, at the token endpoint', async () => {
    const clients = [{ clientId: 'page', clientSecret: 's3cret', redirectUris: ['https://app.test/callback'] }]
    const github = createMockAuthorizationServer({ profile: 'github', clients })
    const url = github.server.tokenEndpoint
    expect((await preflight(url, 'https://app.test', github)).status).toBe(403)
    const answer = await ask(url, 'https://app.test', form({ client_id: 'page' }), github)
    expect([answer.status, readerOf(answer)]).toEqual([200, null])
    expect(readerOf(await ask(github.resource, 'https://app.test', {}, github))).toBe('https://app.test')
  })

  it('may be one of your own', async () => {
    const shut = mockWith({ quirks: { crossOrigin: false } })
    expect((await preflight(server.tokenEndpoint, 'https://app.test', shut)).status).toBe(403)
  })
})
