// A page that sends its user away.
import { authorizationRequest } from 'bearward/authorize'

globalThis.run = async ({ server, clientId, redirectUri }) => {
  const { url } = await authorizationRequest({ server, clientId, redirectUri, scope: 'read' })
  return new URL(await globalThis.authorize(url)).searchParams.has('code') && 200
}
