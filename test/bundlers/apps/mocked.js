// A test of somebody's app, or a demonstration in a page: client and mock in one bundle.
import { createClient } from 'bearward'
import { google, wicked } from 'bearward/providers'
import { createMockAuthorizationServer } from 'bearward/testing'

globalThis.run = async () => {
  const profiles = [google, wicked({ host: 'api.example.com', authMethodId: 'default', apiId: 'pets' })]
  const clients = [{ clientId: 'page', redirectUris: ['https://app.example.com/callback'] }]
  const mock = createMockAuthorizationServer({ clients })
  const client = createClient({ server: mock.server, clientId: 'page', fetch: mock.fetch })
  const request = await client.authorizationRequest({ redirectUri: clients[0].redirectUris[0] })
  const { accessToken } = await client.exchangeCode(await mock.authorize(request.url), request)
  const { status } = await mock.fetch(mock.resource, { headers: { authorization: `Bearer ${accessToken}` } })
  return profiles.length && status
}
