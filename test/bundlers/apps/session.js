// A session and a fetch: what the main entry is for.
import { bearerFetch, createClient } from 'bearward'

globalThis.run = async ({ server, clientId, redirectUri, resource }) => {
  const client = createClient({ server, clientId })
  const request = await client.authorizationRequest({ redirectUri, scope: 'read' })
  const token = await client.exchangeCode(await globalThis.authorize(request.url), request)
  const session = client.sessionSource({ token })
  await session.token({ rejected: token })
  const api = bearerFetch(session, { origins: [new URL(resource).origin] })
  const { status } = await api(resource)
  await session.end()
  return status
}
