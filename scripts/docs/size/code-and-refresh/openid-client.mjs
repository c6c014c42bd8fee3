import { authorizationCodeGrant, ClientSecretBasic, Configuration, refreshTokenGrant } from 'openid-client'

export const job = async (server, clientId, clientSecret, callback, checks) => {
  const configuration = new Configuration(server, clientId, undefined, ClientSecretBasic(clientSecret))
  const { refresh_token: refreshToken } = await authorizationCodeGrant(configuration, callback, checks)
  return refreshTokenGrant(configuration, refreshToken)
}
