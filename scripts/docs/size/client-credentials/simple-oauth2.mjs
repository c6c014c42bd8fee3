import { ClientCredentials } from 'simple-oauth2'

export const job = (auth, id, secret) =>
  new ClientCredentials({ client: { id, secret }, auth }).getToken({ scope: 'read' })
