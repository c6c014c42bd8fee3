import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import {
  createManualClock,
  createMockAuthorizationServer,
  type MockAuthorizationServerOptions,
} from '../../src/testing/index.js'
import { askIntrospection, askToken, basic, codeOf } from './wire.js'

const setUp = () => {
  const clock = createManualClock()
  const mock = createMockAuthorizationServer({
    clients: [
      { clientId: 'web', clientSecret: 's3cret' },
      { clientId: 'api', clientSecret: 's3cret' },
      { clientId: 'page' },
    ],
    clock,
  })
  return { clock, mock, token: mock.issue({ clientId: 'web', scope: 'read write', subject: 'ada', expiresIn: 60 }) }
}
const api = basic('api', 's3cret')

it('says of an access token whose it is, for what, and how long', async () => {
  const { mock, token, clock } = setUp()
  expect((await askIntrospection(mock, { token: token.accessToken }, api)).json).toEqual({
    active: true,
    client_id: 'web',
    sub: 'ada',
    iss: 'https://as.test',
    aud: 'https://as.test/resource',
    token_type: 'Bearer',
    iat: Math.floor(clock.now() / 1000),
    exp: Math.floor(clock.now() / 1000) + 60,
    jti: expect.stringMatching(/^[\w-]{16}$/),
    scope: 'read write',
  })
})

it('says how the user logged in, and what the token is for (RFC 9470 §6.2, RFC 9396 §9.2, RFC 8707)', async () => {
  const redirect_uri = 'https://app.test/cb'
  const clock = createManualClock()
  const clients = [{ clientId: 'web', clientSecret: 's3cret', redirectUris: [redirect_uri] }]
  const mock = createMockAuthorizationServer({ clients, clock, accessTokenFormat: 'jwt' })
  const details = [{ type: 'payment', amount: 1 }]
  const target = { resource: 'https://api.test/', authorization_details: JSON.stringify(details) }
  const code = await codeOf(mock, { client_id: 'web', redirect_uri, acr_values: 'phr', ...target })
  const form = { grant_type: 'authorization_code', code, redirect_uri }
  const { json } = await askToken(mock, form, basic('web', 's3cret'))
  const token = `${json['access_token']}`
  const said = (await askIntrospection(mock, { token }, basic('web', 's3cret'))).json
  expect(said).toMatchObject({
    ...{ active: true, aud: 'https://api.test/', acr: 'phr', auth_time: Math.floor(clock.now() / 1000) },
    authorization_details: details,
  })
  // What the token says of itself.
  expect(said).toMatchObject(decodeJwt(token))
})

it.each(['access_token', 'refresh_token', 'nonsense'])('takes %s as no more than a hint', async (token_type_hint) => {
  const { mock, token } = setUp()
  for (const value of [token.accessToken, `${token.refreshToken}`]) {
    const { json } = await askIntrospection(mock, { token: value, token_type_hint }, api)
    expect(json).toMatchObject({ active: true, client_id: 'web' })
  }
})

it('says no more than that of a token that is not active: unknown, expired, revoked or rotated', async () => {
  const { mock, token, clock } = setUp()
  const isInactive = async (value: string) =>
    expect((await askIntrospection(mock, { token: value }, api)).json).toEqual({ active: false })
  await isInactive('unknown')
  const client = createClient({ server: mock.server, clientId: 'web', clientSecret: 's3cret', fetch: mock.fetch })
  const next = await client.refresh(token)
  await isInactive(`${token.refreshToken}`)
  await clock.advance(60_000)
  await isInactive(token.accessToken)
  mock.revoke(`${next.refreshToken}`)
  await isInactive(next.accessToken)
  await isInactive(`${next.refreshToken}`)
})

describe('says of a refresh token that was used what the grant would', () => {
  const refreshing = (options: Partial<MockAuthorizationServerOptions>) => {
    const clock = createManualClock()
    const mock = createMockAuthorizationServer({
      clients: [{ clientId: 'api', clientSecret: 's3cret' }],
      clock,
      ...options,
    })
    const isActive = async (token: unknown) => (await askIntrospection(mock, { token: `${token}` }, api)).json['active']
    const refresh = async (token: unknown) => {
      const form = { grant_type: 'refresh_token', refresh_token: `${token}` }
      return (await askToken(mock, form, api)).json['refresh_token']
    }
    return { clock, isActive, refresh, first: mock.issue({ clientId: 'api' }).refreshToken }
  }

  it('where a used one stays good', async () => {
    const { isActive, refresh, first } = refreshing({ profile: 'keycloak' })
    await refresh(first)
    expect(await isActive(first)).toBe(true)
    expect(await refresh(first)).toMatch(/^refresh-/)
  })

  it('within the grace period, as long as its successor is unused', async () => {
    const { clock, isActive, refresh, first } = refreshing({ refreshTokenGracePeriod: 10 })
    const second = await refresh(first)
    expect([await isActive(first), await refresh(first)]).toEqual([true, second])
    const third = await refresh(second)
    expect([await isActive(first), await isActive(second)]).toEqual([false, true])
    await clock.advance(10_000)
    expect([await isActive(second), await isActive(third)]).toEqual([false, true])
    expect([await refresh(second), await isActive(third)]).toEqual([undefined, false])
  })
})

it('answers to clients that prove who they are, and to nobody else (RFC 7662 §2.1)', async () => {
  const { mock, token } = setUp()
  const wanted = { token: token.accessToken }
  for (const answer of [
    await askIntrospection(mock, wanted),
    await askIntrospection(mock, { ...wanted, client_id: 'page' }),
    await askIntrospection(mock, { ...wanted, client_id: 'api' }),
    await askIntrospection(mock, wanted, basic('api', 'wrong')),
  ]) {
    expect(answer).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
  }
})

it('wants a token, by POST', async () => {
  const { mock } = setUp()
  expect(await askIntrospection(mock, {}, api)).toMatchObject({ status: 400, json: { error: 'invalid_request' } })
  expect((await mock.fetch(`${mock.server.introspectionEndpoint}`)).status).toBe(405)
})

it('is read by client.introspect, also after a fault', async () => {
  const { mock, token } = setUp()
  const client = createClient({ server: mock.server, clientId: 'api', clientSecret: 's3cret', fetch: mock.fetch })
  expect(await client.introspect(token)).toMatchObject({ active: true, subject: 'ada', expiresAt: token.expiresAt })
  mock.fault('introspection', { type: 'status', status: 500 })
  await expect(client.introspect(token)).rejects.toMatchObject({ code: 'invalid_response', status: 500 })
  expect(mock.requests.at(-1)).toMatchObject({ endpoint: 'introspection', faults: ['status'], status: 500 })
})
