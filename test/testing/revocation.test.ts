import { expect, it } from 'vitest'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { askResource, askRevocation, askToken, basic } from './wire.js'

const mockOf = () =>
  createMockAuthorizationServer({
    clients: [
      { clientId: 'web', clientSecret: 's3cret' },
      { clientId: 'thief', clientSecret: 's3cret' },
      { clientId: 'page' },
    ],
  })
const web = basic('web', 's3cret')
const refresh = (mock: ReturnType<typeof mockOf>, refreshToken = '') =>
  askToken(mock, { grant_type: 'refresh_token', refresh_token: refreshToken }, web)

it('takes an access token, and leaves its refresh token', async () => {
  const mock = mockOf()
  const { accessToken, refreshToken } = mock.issue({ clientId: 'web' })
  expect(await askRevocation(mock, { token: accessToken }, web)).toMatchObject({ status: 200, text: '' })
  expect((await askResource(mock, accessToken)).status).toBe(401)
  expect((await refresh(mock, refreshToken)).status).toBe(200)
})

it('takes a refresh token, and its whole family', async () => {
  const mock = mockOf()
  const { accessToken, refreshToken = '' } = mock.issue({ clientId: 'web' })
  expect((await askRevocation(mock, { token: refreshToken }, web)).status).toBe(200)
  expect((await askResource(mock, accessToken)).status).toBe(401)
  expect(await refresh(mock, refreshToken)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } })
})

it.each(['access_token', 'refresh_token', 'nonsense'])('takes %s as no more than a hint', async (token_type_hint) => {
  const mock = mockOf()
  const { accessToken, refreshToken = '' } = mock.issue({ clientId: 'web' })
  for (const token of [accessToken, refreshToken]) {
    expect((await askRevocation(mock, { token, token_type_hint }, web)).status).toBe(200)
  }
  expect((await askResource(mock, accessToken)).status).toBe(401)
  expect((await refresh(mock, refreshToken)).status).toBe(400)
})

it('answers 200 for a token that is unknown or revoked already (RFC 7009 §2.2)', async () => {
  const mock = mockOf()
  const { refreshToken = '' } = mock.issue({ clientId: 'web' })
  for (const token of ['unknown', refreshToken, refreshToken]) {
    expect((await askRevocation(mock, { token }, web)).status).toBe(200)
  }
})

it('refuses another client’s token, and leaves it (RFC 7009 §2.1)', async () => {
  const mock = mockOf()
  const { accessToken, refreshToken = '' } = mock.issue({ clientId: 'web' })
  for (const token of [accessToken, refreshToken]) {
    const answer = await askRevocation(mock, { token }, basic('thief', 's3cret'))
    expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_grant' } })
  }
  expect((await askResource(mock, accessToken)).status).toBe(200)
})

it('takes the token of a public client that names itself', async () => {
  const mock = mockOf()
  const { accessToken } = mock.issue({ clientId: 'page' })
  expect((await askRevocation(mock, { token: accessToken, client_id: 'page' })).status).toBe(200)
  expect((await askResource(mock, accessToken)).status).toBe(401)
})

it('wants a token, by POST', async () => {
  const mock = mockOf()
  expect(await askRevocation(mock, {}, web)).toMatchObject({ status: 400, json: { error: 'invalid_request' } })
  expect((await mock.fetch(`${mock.server.revocationEndpoint}`)).status).toBe(405)
})

it('a test can revoke either kind itself, in mid-life', async () => {
  const mock = mockOf()
  const { accessToken, refreshToken = '' } = mock.issue({ clientId: 'web' })
  mock.revoke(accessToken)
  expect((await askResource(mock, accessToken)).status).toBe(401)
  const { status, json } = await refresh(mock, refreshToken)
  expect(status).toBe(200)
  mock.revoke(`${json['refresh_token']}`)
  expect((await askResource(mock, json['access_token'])).status).toBe(401)
  expect(await failureOf(() => mock.revoke('unknown'))).toMatchObject({ code: 'invalid_argument' })
})
