import { OAuth2Client } from 'google-auth-library'

export const job = async (options, code, codeVerifier) => {
  const client = new OAuth2Client(options)
  client.setCredentials((await client.getToken({ code, codeVerifier })).tokens)
  return client.refreshAccessToken()
}
