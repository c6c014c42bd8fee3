import { expect, it } from 'vitest'
import { createClient, OAuthError } from '../../src/index.js'
import { createMockAuthorizationServer } from '../../src/testing/index.js'

const redirectUri = 'https://app.test/callback'
const mock = createMockAuthorizationServer({ clients: [{ clientId: 'page', redirectUris: [redirectUri] }] })

it('answers in a page as it does elsewhere', async () => {
  const client = createClient({ server: mock.server, clientId: 'page', fetch: mock.fetch })
  const request = await client.authorizationRequest({ redirectUri })
  const token = await client.exchangeCode(await mock.authorize(request.url), request)
  const { accessToken } = await client.refresh(token)
  const answer = await mock.fetch(mock.resource, { headers: { authorization: `Bearer ${accessToken}` } })
  expect(await answer.json()).toMatchObject({ clientId: 'page', subject: 'user' })
  expect(mock.requests.map(({ endpoint, status }) => `${endpoint} ${status}`)).toEqual([
    'authorize 302',
    'token 200',
    'token 200',
    'resource 200',
  ])
})

it('says that a page cannot listen', async () => {
  const failure: unknown = await mock.listen().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(OAuthError)
  expect(failure).toMatchObject({ code: 'unsupported' })
})
