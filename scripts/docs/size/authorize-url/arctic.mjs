import { CodeChallengeMethod, generateCodeVerifier, generateState, OAuth2Client } from 'arctic'

export const job = (endpoint, clientId, redirectUri) => {
  const codeVerifier = generateCodeVerifier()
  const state = generateState()
  const client = new OAuth2Client(clientId, null, redirectUri)
  const url = client.createAuthorizationURLWithPKCE(endpoint, state, CodeChallengeMethod.S256, codeVerifier, ['read'])
  return { url, state, codeVerifier }
}
