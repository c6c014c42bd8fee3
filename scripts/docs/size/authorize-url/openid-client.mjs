import {
  buildAuthorizationUrl,
  Configuration,
  calculatePKCECodeChallenge,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'

export const job = async (server, clientId, redirectUri) => {
  const codeVerifier = randomPKCECodeVerifier()
  const state = randomState()
  const url = buildAuthorizationUrl(new Configuration(server, clientId), {
    redirect_uri: redirectUri,
    scope: 'read',
    state,
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  })
  return { url, state, codeVerifier }
}
