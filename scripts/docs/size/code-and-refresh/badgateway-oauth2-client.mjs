import { OAuth2Client } from '@badgateway/oauth2-client'

export const job = async (server, clientId, clientSecret, callback, checks) => {
  const client = new OAuth2Client({ ...server, clientId, clientSecret })
  return client.refreshToken(await client.authorizationCode.getTokenFromCodeRedirect(callback, checks))
}
