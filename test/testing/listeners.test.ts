import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import {
  createMockAuthorizationServer,
  type MockAuthorizationServerOptions,
  type MockRequest,
} from '../../src/testing/index.js'
import { authorizationUrl } from './wire.js'

const redirectUri = 'https://app.test/callback'
const clients = [{ clientId: 'web', clientSecret: 's3cret', redirectUris: [redirectUri] }]

/** A mock, and what its listeners were told: the endpoint, and what had become of the request by then. */
const toldOf = (options: Partial<MockAuthorizationServerOptions> = {}) => {
  const told: unknown[] = []
  const tell = (when: string) => (request: MockRequest) => {
    const { endpoint, status, lost, issued } = request
    told.push([when, endpoint, status ?? lost, ...(issued ?? [])])
    expect(mock.requests).toContain(request)
  }
  const mock = createMockAuthorizationServer({
    clients,
    ...options,
    onRequest: tell('came'),
    onAnswer: tell('ended'),
  })
  const client = createClient({ server: mock.server, clientId: 'web', clientSecret: 's3cret', fetch: mock.fetch })
  return { mock, client, told }
}

describe('those who listen to the mock', () => {
  it('hear of a request when it comes, and again when it is answered', async () => {
    const { mock, client, told } = toldOf()
    const login = await client.authorizationRequest({ redirectUri, scope: 'openid' })
    const token = await client.exchangeCode(await mock.authorize(login.url), login)
    await mock.fetch(mock.resource, { headers: { authorization: `Bearer ${token.accessToken}` } })
    await mock.fetch(mock.resource)
    expect(told).toEqual([
      ['came', 'authorize', undefined],
      ['ended', 'authorize', 302, 'code'],
      ['came', 'token', undefined],
      ['ended', 'token', 200, 'access_token', 'refresh_token', 'id_token'],
      ['came', 'resource', undefined],
      ['ended', 'resource', 200],
      ['came', 'resource', undefined],
      ['ended', 'resource', 401],
    ])
  })

  it('hear of a connection that is reset, and what the client never got', async () => {
    const { mock, told } = toldOf({
      faults: [
        { endpoint: 'token', fault: { type: 'reset', when: 'before_processing' } },
        { endpoint: 'token', fault: { type: 'reset', when: 'after_processing' } },
      ],
    })
    const ask = () =>
      mock.fetch(mock.server.tokenEndpoint, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'web', client_secret: 's3cret' }),
      })
    await expect(ask()).rejects.toThrow('fetch failed')
    await expect(ask()).rejects.toThrow('fetch failed')
    expect(told).toEqual([
      ['came', 'token', undefined],
      ['ended', 'token', 'reset'],
      ['came', 'token', undefined],
      ['ended', 'token', 'reset', 'access_token'],
    ])
  })

  it('hear of a request that nobody waits for any more', async () => {
    const { mock, told } = toldOf({
      faults: [{ endpoint: 'resource', fault: { type: 'hang', when: 'before_processing' } }],
    })
    const gone = new AbortController()
    const hanging = mock.fetch(mock.resource, { signal: gone.signal })
    await expect.poll(() => told).toEqual([['came', 'resource', undefined]])
    gone.abort()
    await expect(hanging).rejects.toThrow('aborted')
    expect(told).toEqual([
      ['came', 'resource', undefined],
      ['ended', 'resource', 'abandoned'],
    ])
  })

  it('hear that nothing was issued where the user refuses', async () => {
    const { mock, told } = toldOf()
    await mock.authorize(authorizationUrl(mock, { client_id: 'web', redirect_uri: redirectUri }), { deny: true })
    expect(told.at(-1)).toEqual(['ended', 'authorize', 302])
  })

  it('hear of each request, of which the mock keeps the latest alone where that is wanted', async () => {
    const told: string[] = []
    const onAnswer = ({ url }: MockRequest) => told.push(new URL(url).search)
    const mock = createMockAuthorizationServer({ clients, requestsLimit: 2, onAnswer })
    for (const query of ['?1', '?2', '?3']) await mock.fetch(`${mock.resource}${query}`)
    expect(told).toEqual(['?1', '?2', '?3'])
    expect(mock.requests.map(({ url }) => new URL(url).search)).toEqual(['?2', '?3'])
  })

  it('hear of a device code and of a pushed request', async () => {
    const { client, told } = toldOf()
    await client.deviceAuthorization()
    await client.authorizationRequest({ redirectUri, pushed: true })
    expect(told.filter((_, index) => index % 2 === 1)).toEqual([
      ['ended', 'device_authorization', 200, 'device_code'],
      ['ended', 'pushed_authorization_request', 201, 'request_uri'],
    ])
  })
})
