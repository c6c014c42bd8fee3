// A worker of a browser, or at the edge: neither a page nor Node.
import { bearerFetch, createClient } from 'bearward'
import { createDPoP } from 'bearward/dpop'
import { idTokenValidator } from 'bearward/jwt'
import { okta } from 'bearward/providers'
import { webKey, webStore } from 'bearward/web'

export const client = createClient({
  server: okta({ domain: 'dev.okta.com' }),
  clientId: 'worker',
  dpop: createDPoP({ key: webKey() }),
  idToken: idTokenValidator(),
})
export const session = client.sessionSource({ store: webStore(), key: 'user' })
const api = bearerFetch(session, { origins: ['https://api.example.com'] })

export default {
  fetch: (request: Request): Promise<Response> => api(new Request('https://api.example.com/things', request)),
}
