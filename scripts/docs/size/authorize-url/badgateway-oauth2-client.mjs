import { generateCodeVerifier, OAuth2Client } from '@badgateway/oauth2-client'

export const job = async (server, clientId, redirectUri) => {
  const codeVerifier = await generateCodeVerifier()
  const state = crypto.randomUUID()
  const client = new OAuth2Client({ ...server, clientId })
  const url = await client.authorizationCode.getAuthorizeUri({ redirectUri, scope: ['read'], state, codeVerifier })
  return { url, state, codeVerifier }
}
