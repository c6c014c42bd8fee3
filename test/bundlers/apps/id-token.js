// jose is the app's own, and bundled with it.
import { createClient } from 'bearward'
import { idTokenValidator } from 'bearward/jwt'

globalThis.run = async ({ server, clientId, redirectUri }) => {
  const idToken = idTokenValidator()
  const client = createClient({ server, clientId, idToken })
  const request = await client.authorizationRequest({ redirectUri, scope: 'openid' })
  const token = await client.exchangeCode(await globalThis.authorize(request.url), request)
  return idToken.claims(token).aud === clientId && 200
}
