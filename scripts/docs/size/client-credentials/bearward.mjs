import { createClient } from 'bearward'

export const job = (server, clientId, clientSecret) =>
  createClient({ server, clientId, clientSecret }).clientCredentials({ scope: 'read' })
