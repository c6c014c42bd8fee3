import { OAuth2Client } from '@badgateway/oauth2-client'

export const job = (server, clientId, clientSecret) =>
  new OAuth2Client({ ...server, clientId, clientSecret }).clientCredentials({ scope: ['read'] })
