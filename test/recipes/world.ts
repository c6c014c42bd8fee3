import { type HttpHandler, HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { createMockAuthorizationServer } from '../../src/testing/index.js'

const clients = [
  { clientId: 'orders', clientSecret: 'secret' },
  { clientId: 'shop', clientSecret: 'secret', redirectUris: ['https://app.example.com/callback'] },
]

/** The hosts of the recipes: an authorization server, and an API that takes its tokens. The recipes call them as they are. */
export const withHosts = (...more: readonly HttpHandler[]) => {
  const mock = createMockAuthorizationServer({ issuer: 'https://as.example.com', clients })
  const calls: { readonly url: string; readonly method: string; readonly status: number; readonly body: string }[] = []
  let refuses = 0
  const network = setupServer(
    ...more,
    ...mock.handlers(http),
    http.all('https://api.example.com/*', async ({ request }) => {
      const headers = { authorization: request.headers.get('authorization') ?? '' }
      const known = refuses-- > 0 ? 401 : (await mock.fetch(mock.resource, { headers })).status
      calls.push({ url: request.url, method: request.method, status: known, body: await request.clone().text() })
      if (known !== 200) {
        return new HttpResponse(null, { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })
      }
      return HttpResponse.json(['a bear', 'a book'])
    }),
  )
  beforeAll(() => {
    process.env['CLIENT_SECRET'] = 'secret'
    network.listen({ onUnhandledFrame: 'error' })
  })
  afterEach(() => {
    refuses = 0
    calls.splice(0)
  })
  afterAll(() => network.close())
  return {
    mock,
    /** What reached the API. */
    calls,
    statuses: () => calls.map(({ status }) => status),
    /** The API refuses the next token, or as many as that. */
    refuse: (times = 1) => {
      refuses = times
    },
    /** How often a token was asked for, with this grant. */
    granted: (grantType: string) => mock.requests.filter(({ form }) => form?.['grant_type'] === grantType).length,
  }
}
