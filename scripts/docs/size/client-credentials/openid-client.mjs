import { ClientSecretBasic, Configuration, clientCredentialsGrant } from 'openid-client'

export const job = (server, clientId, clientSecret) =>
  clientCredentialsGrant(new Configuration(server, clientId, undefined, ClientSecretBasic(clientSecret)), {
    scope: 'read',
  })
