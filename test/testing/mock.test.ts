import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { inspected } from '../fixtures/inspected.js'
import { askResource, authorizationUrl } from './wire.js'

const redirectUri = 'https://app.test/callback'
const clients = [{ clientId: 'web', clientSecret: 's3cret', redirectUris: [redirectUri], scope: 'read write' }]
const mockOf = () => createMockAuthorizationServer({ clients })
type Mock = ReturnType<typeof mockOf>
const clientOf = ({ server, fetch }: Mock) => createClient({ server, clientId: 'web', clientSecret: 's3cret', fetch })

it('goes with the client from the log-in to the revocation', async () => {
  const mock = mockOf()
  const client = clientOf(mock)
  const request = await client.authorizationRequest({ redirectUri, scope: 'read' })
  const token = await client.exchangeCode(await mock.authorize(request.url), request)
  const renewed = await client.refresh(token)
  expect((await askResource(mock, renewed.accessToken)).json).toMatchObject({ subject: 'user', scope: 'read' })
  await client.revoke(renewed)
  expect((await askResource(mock, renewed.accessToken)).status).toBe(401)
  expect(mock.requests.map(({ method, endpoint, status }) => `${method} ${endpoint} ${status}`)).toEqual([
    'GET authorize 302',
    'POST token 200',
    'POST token 200',
    'GET resource 200',
    'POST revocation 200',
    'GET resource 401',
  ])
})

describe('fetch', () => {
  it('fails like an unreachable host for any other', async () => {
    const { fetch } = mockOf()
    await expect(fetch('https://other.test/token')).rejects.toThrow(TypeError)
    await expect(fetch('https://other.test/token')).rejects.toMatchObject({ cause: { code: 'ENOTFOUND' } })
  })

  it('answers 404 for an unknown path, and writes it down', async () => {
    const mock = mockOf()
    expect((await mock.fetch('https://as.test/nothing')).status).toBe(404)
    expect(mock.requests).toMatchObject([{ endpoint: 'unknown', url: 'https://as.test/nothing', status: 404 }])
  })

  it('takes a Request, a URL and a text', async () => {
    const { fetch, resource } = mockOf()
    for (const input of [new Request(resource), new URL(resource), resource]) {
      expect((await fetch(input)).status).toBe(401)
    }
  })

  it('rejects with the reason of an aborted signal', async () => {
    const { fetch, resource, requests } = mockOf()
    const reason = new Error('no longer wanted')
    await expect(fetch(resource, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(requests).toEqual([])
  })

  it('treats a redirect as it is told', async () => {
    const mock = mockOf()
    const url = authorizationUrl(mock, { client_id: 'web', redirect_uri: redirectUri })
    expect((await mock.fetch(url, { redirect: 'manual' })).status).toBe(302)
    await expect(mock.fetch(url, { redirect: 'error' })).rejects.toThrow(TypeError)
    await expect(mock.fetch(url)).rejects.toMatchObject({ cause: { message: 'the mock does not serve app.test' } })
  })
})

describe('issue', () => {
  it('mints a token that works', async () => {
    const clock = fakeClock()
    const mock = createMockAuthorizationServer({ clients, clock, refreshTokenLifetime: 60 })
    const token = mock.issue({ clientId: 'web', scope: ['read'], subject: 'ann', expiresIn: 10 })
    expect(token).toEqual({
      accessToken: expect.any(String),
      tokenType: 'Bearer',
      expiresAt: clock.now() + 10_000,
      refreshToken: expect.any(String),
      refreshTokenExpiresAt: clock.now() + 60_000,
      scope: 'read',
      raw: {},
    })
    expect((await askResource(mock, token.accessToken)).json).toEqual({
      clientId: 'web',
      subject: 'ann',
      scope: 'read',
    })
  })

  it('leaves the refresh token out where it is told, or where the client may not refresh', () => {
    expect(mockOf().issue({ clientId: 'web', refreshToken: false })).not.toHaveProperty('refreshToken')
    const mock = createMockAuthorizationServer({ clients: [{ clientId: 'web', grantTypes: ['authorization_code'] }] })
    expect(mock.issue({ clientId: 'web' })).not.toHaveProperty('refreshToken')
    expect(mock.issue({ clientId: 'web', refreshToken: true })).toHaveProperty('refreshToken')
  })

  it('prints no secret', () => {
    const { accessToken, refreshToken, ...token } = mockOf().issue({ clientId: 'web' })
    expect(inspected({ accessToken, refreshToken, ...token })).toContain(accessToken)
    const printed = inspected(mockOf().issue({ clientId: 'web' }))
    expect(printed).not.toMatch(/access-|refresh-/)
  })

  it('knows its clients', async () => {
    expect(await failureOf(() => mockOf().issue({ clientId: 'nobody' }))).toMatchObject({ code: 'invalid_argument' })
  })
})

it.each([
  { tokenEndpoint: '' },
  { tokenEndpoint: '/token' },
  { tokenEndpoint: 'https://as.test/token', jwksUri: 'keys' },
])('is of no server that has no URLs: %j', async (server) => {
  const failure = await failureOf(() => createMockAuthorizationServer({ server, clients: [] }))
  expect(failure).toMatchObject({ code: 'invalid_argument' })
})

it('writes down what came in, secrets included', async () => {
  const mock = mockOf()
  await clientOf(mock).clientCredentials({ scope: 'read' })
  expect(mock.requests).toEqual([
    {
      method: 'POST',
      clientId: 'web',
      url: 'https://as.test/token',
      endpoint: 'token',
      at: expect.any(Number),
      headers: expect.objectContaining({ authorization: `Basic ${btoa('web:s3cret')}` }),
      form: { grant_type: 'client_credentials', scope: 'read' },
      status: 200,
      issued: ['access_token'],
    },
  ])
})

it('writes down why it refused', async () => {
  const mock = mockOf()
  await mock.authorize(authorizationUrl(mock, { client_id: 'web', redirect_uri: redirectUri }), { deny: true })
  await failureOf(mock.authorize(authorizationUrl(mock, { client_id: 'nobody' })))
  await mock.fetch(mock.server.tokenEndpoint, { method: 'POST', body: new URLSearchParams({ client_id: 'web' }) })
  await askResource(mock, 'nonsense')
  expect(mock.requests.map(({ refused }) => refused)).toEqual([
    'the user did not approve',
    'client_id is missing, unknown or repeated',
    'a confidential client must authenticate',
    'the access token is unknown here',
  ])
})
