// A single-page app: one session for all tabs, bound to a key of this browser.
import { bearerFetch, createClient } from 'bearward'
import { createDPoP } from 'bearward/dpop'
import { webKey, webStore } from 'bearward/web'

globalThis.run = async ({ server, clientId, redirectUri, resource }) => {
  const client = createClient({ server, clientId, dpop: createDPoP({ key: webKey() }) })
  const session = client.sessionSource({ store: webStore(), key: 'user' })
  const request = await client.authorizationRequest({ redirectUri, scope: 'read' })
  await session.replace(await client.exchangeCode(await globalThis.authorize(request.url), request))
  await session.token({ rejected: await session.token() })
  const api = bearerFetch(session, { origins: [new URL(resource).origin] })
  return (await api(resource)).status
}
