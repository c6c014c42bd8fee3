import { authorizationRequest } from 'bearward/authorize'

export const job = (server, clientId, redirectUri) =>
  authorizationRequest({ server, clientId, redirectUri, scope: 'read' })
