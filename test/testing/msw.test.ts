import { HttpResponse, http } from 'msw/http'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { createMockAuthorizationServer } from '../../src/testing/index.js'

const mock = createMockAuthorizationServer({
  issuer: 'https://as.test/tenant(1)',
  clients: [{ clientId: 'web', clientSecret: 's3cret', redirectUris: ['https://app.test/callback'] }],
})
const msw = setupServer(
  ...mock.handlers(http),
  http.get('https://as.test/tenant(1)/things', () => HttpResponse.json({ things: 3 })),
)

beforeAll(() => msw.listen({ onUnhandledFrame: 'error' }))
afterAll(() => msw.close())

it('answers the fetch of the runtime, and leaves the other paths of its host to the test', async () => {
  const client = createClient({ server: mock.server, clientId: 'web', clientSecret: 's3cret' })
  const request = await client.authorizationRequest({ redirectUri: 'https://app.test/callback' })
  const redirect = await fetch(request.url, { redirect: 'manual' })
  const token = await client.exchangeCode(`${redirect.headers.get('location')}`, request)
  const renewed = await client.refresh(token)
  const answer = await fetch(mock.resource, { headers: { authorization: `Bearer ${renewed.accessToken}` } })
  expect(await answer.json()).toMatchObject({ clientId: 'web', subject: 'user' })
  expect(await (await fetch('https://as.test/tenant(1)/things')).json()).toEqual({ things: 3 })
  expect(mock.requests.map(({ endpoint }) => endpoint)).toEqual(['authorize', 'token', 'token', 'resource'])
})

it('takes the query for no part of the path', async () => {
  expect((await fetch(`${mock.resource}?scope=read`)).status).toBe(401)
})
