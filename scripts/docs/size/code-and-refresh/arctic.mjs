import { OAuth2Client } from 'arctic'

export const job = async (endpoint, clientId, clientSecret, redirectUri, code, codeVerifier) => {
  const client = new OAuth2Client(clientId, clientSecret, redirectUri)
  const token = await client.validateAuthorizationCode(endpoint, code, codeVerifier)
  return client.refreshAccessToken(endpoint, token.refreshToken(), [])
}
