import { expect, it } from 'vitest'
import { createDPoP } from '../../src/dpop/index.js'
import { createClient } from '../../src/index.js'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'

const setUp = () => {
  const mock = createMockAuthorizationServer({
    clients: [{ clientId: 'web', clientSecret: 's3cret' }],
    userClaims: { ada: { email: 'ada@a.test', email_verified: true, sub: 'somebody else' } },
  })
  const client = createClient({ server: mock.server, clientId: 'web', clientSecret: 's3cret', fetch: mock.fetch })
  return { mock, client }
}

it('says who the user is that approved, and what is known of them', async () => {
  const { mock, client } = setUp()
  const token = mock.issue({ clientId: 'web', scope: 'openid', subject: 'ada' })
  expect(await client.userinfo(token, { subject: 'ada' })).toMatchObject({
    subject: 'ada',
    email: 'ada@a.test',
    emailVerified: true,
  })
  expect(mock.requests.at(-1)).toMatchObject({ method: 'GET', endpoint: 'userinfo', status: 200 })
})

it('wants the scope openid, and a user', async () => {
  const { mock, client } = setUp()
  const without = mock.issue({ clientId: 'web', scope: 'read' })
  expect(await failureOf(client.userinfo(without))).toMatchObject({ status: 403, error: 'insufficient_scope' })
  const ofNobody = await client.clientCredentials({ scope: 'openid' })
  expect(await failureOf(client.userinfo(ofNobody))).toMatchObject({ status: 401, error: 'invalid_token' })
})

it('refuses a token that is unknown or revoked, with a challenge alone', async () => {
  const { mock, client } = setUp()
  const { accessToken } = mock.issue({ clientId: 'web', scope: 'openid' })
  mock.revoke(accessToken)
  for (const token of ['unknown', accessToken]) {
    expect(await failureOf(client.userinfo(token))).toMatchObject({
      code: 'error_response',
      status: 401,
      error: 'invalid_token',
    })
  }
})

it('takes GET and POST, and a token in the header alone', async () => {
  const { mock } = setUp()
  const url = `${mock.server.userinfoEndpoint}`
  const { accessToken } = mock.issue({ clientId: 'web', scope: 'openid' })
  const headers = { authorization: `Bearer ${accessToken}` }
  expect((await mock.fetch(url, { method: 'POST', headers })).status).toBe(200)
  expect((await mock.fetch(url, { method: 'PUT', headers })).status).toBe(405)
  expect((await mock.fetch(`${url}?access_token=${accessToken}`)).status).toBe(401)
})

it('takes a token that is bound to a key with a proof, and with the nonce that it wants (RFC 9449 §7.1, §9)', async () => {
  const mock = createMockAuthorizationServer({
    clients: [{ clientId: 'web', clientSecret: 's3cret', redirectUris: ['https://app.test/cb'] }],
    dpop: { nonce: 'resource' },
  })
  const its = { server: mock.server, clientId: 'web', clientSecret: 's3cret', fetch: mock.fetch }
  const client = createClient({ ...its, dpop: createDPoP() })
  const request = await client.authorizationRequest({ redirectUri: 'https://app.test/cb', scope: 'openid' })
  const token = await client.exchangeCode(await mock.authorize(request.url, { user: 'ada' }), request)
  expect(token.tokenType).toBe('DPoP')
  expect((await client.userinfo(token)).subject).toBe('ada')
  expect(mock.requests.filter(({ endpoint }) => endpoint === 'userinfo')).toMatchObject([
    { status: 401 },
    { status: 200 },
  ])
  expect((await failureOf(createClient(its).userinfo(token))).code).toBe('invalid_argument')
  expect(await failureOf(client.userinfo(token.accessToken))).toMatchObject({ status: 401, error: 'invalid_token' })
})
