import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { createMockAuthorizationServer, type MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { askResource } from './wire.js'

const redirectUri = 'https://app.test/callback'
const payment = { type: 'payment', amount: '1.00' }
const account = { type: 'account', actions: ['read'] }

const setUp = (options: Partial<MockAuthorizationServerOptions> = {}) => {
  const clients = [{ clientId: 'web', clientSecret: 's', redirectUris: [redirectUri] }]
  const mock = createMockAuthorizationServer({ clients, ...options })
  const client = createClient({ server: mock.server, clientId: 'web', clientSecret: 's', fetch: mock.fetch })
  const logIn = async (asked: object, atToken: object = {}) => {
    const request = await client.authorizationRequest({ redirectUri, scope: 'read', ...asked })
    return client.exchangeCode(await mock.authorize(request.url), request, atToken)
  }
  return { mock, client, logIn }
}

describe('a resource indicator (RFC 8707)', () => {
  it('makes the audience of the token, which is good for no other resource', async () => {
    const { mock, client } = setUp()
    const here = await client.clientCredentials({ resource: [mock.resource, 'https://b.test'] })
    const there = await client.clientCredentials({ resource: 'https://b.test' })
    expect((await askResource(mock, here.accessToken)).json['resources']).toEqual([mock.resource, 'https://b.test'])
    expect((await askResource(mock, there.accessToken)).status).toBe(401)
  })

  it('is narrowed with the code, and by each refresh anew (RFC 8707 §2.2)', async () => {
    const { mock, client, logIn } = setUp()
    const token = await logIn({ resource: [mock.resource, 'https://b.test'] }, { resource: 'https://b.test' })
    expect((await askResource(mock, token.accessToken)).status).toBe(401)
    const next = await client.refresh(token, { resource: mock.resource })
    expect((await askResource(mock, next.accessToken)).json['resources']).toEqual([mock.resource])
  })

  it('is refused beyond what was granted, and the refresh token stays good', async () => {
    const { client, logIn } = setUp()
    const token = await logIn({ resource: 'https://a.test' })
    const beyond = await failureOf(client.refresh(token, { resource: 'https://b.test' }))
    expect(beyond).toMatchObject({ code: 'error_response', error: 'invalid_target' })
    expect((await client.refresh(token)).accessToken).toBeTruthy()
  })

  it('is refused where it is unknown, at either endpoint', async () => {
    const { client, logIn } = setUp({ resources: ['https://a.test'] })
    const resource = 'https://b.test'
    expect(await failureOf(client.clientCredentials({ resource }))).toMatchObject({ error: 'invalid_target' })
    const refused = { code: 'authorization_refused', error: 'invalid_target' }
    expect(await failureOf(logIn({ resource }))).toMatchObject(refused)
  })
})

describe('authorization details (RFC 9396)', () => {
  it('are answered with the token, and shown to the resource', async () => {
    const { mock, client, logIn } = setUp()
    const token = await logIn({ authorizationDetails: [payment, account] })
    expect(token.authorizationDetails).toEqual([payment, account])
    expect((await askResource(mock, token.accessToken)).json['authorizationDetails']).toEqual([payment, account])
    expect((await client.refresh(token, { authorizationDetails: [account] })).authorizationDetails).toEqual([account])
  })

  it('are refused beyond what was granted (RFC 9396 §6)', async () => {
    const { client, logIn } = setUp()
    const token = await logIn({ authorizationDetails: [payment] })
    const more = client.refresh(token, { authorizationDetails: [{ ...payment, amount: '2.00' }] })
    expect(await failureOf(more)).toMatchObject({ error: 'invalid_authorization_details' })
  })

  it('of an unknown type are refused (RFC 9396 §5)', async () => {
    const { mock, client, logIn } = setUp({ authorizationDetailsTypes: ['payment'] })
    expect(mock.server.authorizationDetailsTypesSupported).toEqual(['payment'])
    const refused = { error: 'invalid_authorization_details' }
    expect(await failureOf(logIn({ authorizationDetails: [account] }))).toMatchObject(refused)
    expect(await failureOf(client.clientCredentials({ authorizationDetails: [account] }))).toMatchObject(refused)
  })
})

it('a service that knows neither ignores them, as RFC 6749 §3.1 has it', async () => {
  const clients = [{ clientId: 'web', clientSecret: 's' }]
  const mock = createMockAuthorizationServer({ profile: 'smokeball', clients })
  const client = createClient({ server: mock.server, clientId: 'web', clientSecret: 's', fetch: mock.fetch })
  const token = await client.clientCredentials({ resource: 'https://b.test', authorizationDetails: [payment] })
  expect(token).not.toHaveProperty('authorizationDetails')
  expect((await askResource(mock, token.accessToken)).status).toBe(200)
})

it.each<Partial<MockAuthorizationServerOptions>>([
  { resources: ['https://a.test'] },
  { authorizationDetailsTypes: ['payment'] },
  { requirePushedAuthorizationRequests: true },
])('%o goes without a profile', (options) => {
  const clients = [{ clientId: 'web', clientSecret: 's' }]
  expect(() => createMockAuthorizationServer({ profile: 'miwa', clients, ...options })).toThrow('without profile')
})
