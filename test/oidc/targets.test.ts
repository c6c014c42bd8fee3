import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorizationServer, createClient, discover } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { createBrowser } from './browser.ts'
import { logIn, tokenOf } from './log-in.ts'
import { clients, type RunningProvider, redirectUri, startProvider } from './provider.ts'
import { resources } from './targets.ts'

const audienceOf = (accessToken: string): unknown =>
  JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString() || '{}').aud

const [a, b] = resources
const payment = { type: 'payment', amount: '12.50' }

describe.each([false, true])('a certified server that requires pushed requests: %s', (requirePushed) => {
  let provider: RunningProvider
  let server: AuthorizationServer
  beforeAll(async () => {
    provider = await startProvider({ targets: { requirePushed } })
    server = await discover(provider.issuer)
  })
  afterAll(() => provider.close())
  const clientOf = (kind: 'basic' | 'post' | 'public' | 'awkward') => createClient({ ...clients[kind], server })

  it('says so in its metadata', () => {
    expect(server.pushedAuthorizationRequestEndpoint).toMatch(/^http/)
    expect(!!server.requirePushedAuthorizationRequests).toBe(requirePushed)
    expect(server.authorizationDetailsTypesSupported).toEqual(['payment'])
  })

  it.for(['basic', 'post', 'public', 'awkward'] as const)('takes a pushed request of the %s client', async (kind) => {
    const client = clientOf(kind)
    const request = await client.authorizationRequest({ redirectUri, scope: 'openid read', pushed: true })
    const url = new URL(request.url)
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
    expect(request.expiresAt).toBeGreaterThan(Date.now())
    const callback = await createBrowser().visit(request.url, redirectUri)
    expect((await client.exchangeCode(callback, request)).accessToken).toBeTruthy()
  })

  it('is pushed to without being asked where it requires that', async () => {
    const { searchParams } = new URL((await clientOf('basic').authorizationRequest({ redirectUri })).url)
    expect(searchParams.has('request_uri')).toBe(requirePushed)
  })

  it('says what is wrong with a request before any user has seen it', async () => {
    const asked = clientOf('basic').authorizationRequest({ redirectUri: 'https://evil.test/', pushed: true })
    expect(await failureOf(asked)).toMatchObject({ code: 'error_response', status: 400 })
  })

  it('grants several resources, and a token for each of them (RFC 8707 §2.2)', async () => {
    const client = clientOf('basic')
    const { request, callback } = await logIn(client, { resource: resources, pushed: true, scope: 'openid read' })
    const first = await client.exchangeCode(callback, request, { resource: a })
    expect(audienceOf(first.accessToken)).toBe(a)
    const second = await client.refresh(first, { resource: b })
    expect(audienceOf(second.accessToken)).toBe(b)
  })

  it('gives client credentials for a resource, and refuses one that it does not know', async () => {
    const client = clientOf('basic')
    const [one, other] = await Promise.all(
      resources.map((resource) => client.clientCredentialsSource({ resource }).token()),
    )
    expect([one, other].map((token) => audienceOf(`${token?.accessToken}`))).toEqual([a, b])
    const beyond = await failureOf(client.clientCredentials({ resource: 'https://unknown.test' }))
    expect(beyond.code).toBe('error_response')
  })

  it('grants authorization details, and says which (RFC 9396 §7)', async () => {
    const asked = { authorizationDetails: [payment], resource: a, scope: 'openid', pushed: true }
    const token = await tokenOf(clientOf('basic'), asked)
    expect(token.authorizationDetails).toEqual([payment])
  })

  it('refuses authorization details that it does not know', async () => {
    const asked = { authorizationDetails: [{ type: 'other' }], redirectUri, pushed: true }
    expect(await failureOf(clientOf('basic').authorizationRequest(asked))).toMatchObject({
      code: 'error_response',
      error: 'invalid_authorization_details',
    })
  })
})
