import { describe, expect, it } from 'vitest'
import {
  createMockAuthorizationServer,
  type MockAuthorizationServer,
  type MockClient,
} from '../../src/testing/index.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import {
  askIntrospection,
  askToken,
  authorizationUrl,
  basic,
  callbackOf,
  codeOf,
  codeVerifier,
  get,
  s256,
} from './wire.js'

const redirect_uri = 'https://app.test/callback'
const clients: readonly MockClient[] = [
  { clientId: 'web', clientSecret: 's3cret', redirectUris: [redirect_uri] },
  { clientId: 'other', clientSecret: 's3cret', redirectUris: [redirect_uri] },
  { clientId: 'page', redirectUris: [redirect_uri] },
]
const mockOf = () => createMockAuthorizationServer({ clients, clock: fakeClock() })
const web = basic('web', 's3cret')
const request = { client_id: 'web', redirect_uri, state: 'abc', ...s256 }
const withCode = (code: string) => ({
  ...{ grant_type: 'authorization_code', code, redirect_uri, code_verifier: codeVerifier },
})
const lastOf = (mock: MockAuthorizationServer) => mock.requests.at(-1)

describe('a misuse is told by its name, in the answer and in the journal', () => {
  it('a code that comes again', async () => {
    const mock = mockOf()
    const form = withCode(await codeOf(mock, request))
    const { json: first } = await askToken(mock, form, web)
    expect(lastOf(mock)).not.toHaveProperty('refused')
    const why = 'the code was used before: its tokens are revoked'
    expect((await askToken(mock, form, web)).json).toEqual({ error: 'invalid_grant', error_description: why })
    expect(lastOf(mock)).toMatchObject({ status: 400, refused: why })
    await get(mock, mock.resource, { authorization: `Bearer ${first['access_token']}` })
    expect(lastOf(mock)?.refused).toBe(
      'the access token was revoked with its family: its authorization code was used twice',
    )
  })

  it('a refresh token that was rotated away', async () => {
    const mock = mockOf()
    const { refreshToken = '' } = mock.issue({ clientId: 'web' })
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
    const { json: first } = await askToken(mock, form, web)
    const why = 'the refresh token was used before: its family is revoked'
    expect((await askToken(mock, form, web)).json).toEqual({ error: 'invalid_grant', error_description: why })
    expect(lastOf(mock)?.refused).toBe(why)
    await askToken(mock, { ...form, refresh_token: `${first['refresh_token']}` }, web)
    expect(lastOf(mock)?.refused).toBe(
      'the refresh token was revoked with its family: a refresh token that was rotated away was used again',
    )
  })

  it.each([
    ['a wrong one', 'a'.repeat(43), 'code_verifier does not fit the code_challenge'],
    ['a short one', codeVerifier.slice(1), 'code_verifier must be 43 to 128 unreserved characters'],
    ['a long one', 'a'.repeat(129), 'code_verifier must be 43 to 128 unreserved characters'],
    ['none', '', 'code_verifier is missing, and the authorization request had a code_challenge'],
  ])('a verifier: %s', async (_, code_verifier, why) => {
    const mock = mockOf()
    const { json } = await askToken(mock, { ...withCode(await codeOf(mock, request)), code_verifier }, web)
    expect(json).toEqual({ error: 'invalid_grant', error_description: why })
    expect(lastOf(mock)?.refused).toBe(why)
  })

  it('an authorization request, whose error goes back by redirect', async () => {
    const mock = mockOf()
    const { error_description } = await callbackOf(mock, { client_id: 'page', redirect_uri, state: 'abc' })
    expect(lastOf(mock)).toMatchObject({ endpoint: 'authorize', status: 302, refused: error_description })
    await mock.fetch(authorizationUrl(mock, { ...request, redirect_uri: 'https://evil.test' }))
    expect(lastOf(mock)).toMatchObject({ status: 400, refused: 'redirect_uri is not registered' })
  })
})

describe('what the answer must not tell stands in the journal', () => {
  it.each([
    ['a wrong secret', basic('web', 'wrong'), 'the client secret is wrong'],
    ['an unknown client', basic('nobody', 's3cret'), 'no client with this client_id is registered'],
    ['a broken header', { authorization: 'Basic ???' }, 'the Authorization header is no well-formed Basic credentials'],
  ])('%s', async (_, headers, why) => {
    const mock = mockOf()
    const { json } = await askToken(mock, { grant_type: 'client_credentials' }, headers)
    expect(json['error_description']).toBe('client authentication failed')
    expect(lastOf(mock)?.refused).toBe(why)
  })

  it('a code of another client, and a refresh token of another', async () => {
    const mock = mockOf()
    const { json } = await askToken(mock, withCode(await codeOf(mock, request)), basic('other', 's3cret'))
    expect(json['error_description']).toBe('the code is unknown')
    expect(lastOf(mock)?.refused).toBe('the code is of another client')
    const { refreshToken = '', accessToken } = mock.issue({ clientId: 'web' })
    const refresh = (refresh_token: string) =>
      askToken(mock, { grant_type: 'refresh_token', refresh_token }, basic('other', 's3cret'))
    await refresh(refreshToken)
    expect(lastOf(mock)?.refused).toBe('the refresh token is of another client')
    await refresh(accessToken)
    expect(lastOf(mock)?.refused).toBe('this is an access token, no refresh token')
  })

  it('why a token is not active', async () => {
    const mock = mockOf()
    const { accessToken } = mock.issue({ clientId: 'web', expiresIn: 0 })
    const { status, json } = await askIntrospection(mock, { token: accessToken }, web)
    expect([status, json]).toEqual([200, { active: false }])
    expect(lastOf(mock)?.refused).toBe('the access token has expired')
  })
})

it('no secret stands in what the journal says of a refusal', async () => {
  const mock = mockOf()
  const code = await codeOf(mock, request)
  const { accessToken, refreshToken = '' } = mock.issue({ clientId: 'web' })
  await askToken(mock, withCode(code), basic('web', 'wr0ng'))
  await askToken(mock, { ...withCode(code), code_verifier: 'sh0rt' }, web)
  await askToken(mock, { grant_type: 'refresh_token', refresh_token: accessToken }, web)
  await get(mock, mock.resource, { authorization: refreshToken })
  const said = mock.requests.map(({ refused }) => refused).filter((text) => text !== undefined)
  expect(said).toHaveLength(4)
  for (const secret of [code, accessToken, refreshToken, 'wr0ng', 's3cret', 'sh0rt']) {
    expect(said.join()).not.toContain(secret)
  }
})

it('a path where nothing is', async () => {
  const mock = mockOf()
  await mock.fetch('https://as.test/tokens', { method: 'POST' })
  expect(lastOf(mock)).toMatchObject({ endpoint: 'unknown', status: 404, refused: 'no endpoint is at this path' })
})
