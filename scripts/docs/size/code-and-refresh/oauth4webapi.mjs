import {
  authorizationCodeGrantRequest,
  ClientSecretBasic,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  validateAuthResponse,
} from 'oauth4webapi'

export const job = async (as, clientId, clientSecret, callback, { state, redirectUri, codeVerifier }) => {
  const client = { client_id: clientId }
  const authentication = ClientSecretBasic(clientSecret)
  const parameters = validateAuthResponse(as, client, callback, state)
  const grant = [as, client, authentication, parameters, redirectUri, codeVerifier]
  const token = await processAuthorizationCodeResponse(as, client, await authorizationCodeGrantRequest(...grant))
  const response = await refreshTokenGrantRequest(as, client, authentication, token.refresh_token)
  return processRefreshTokenResponse(as, client, response)
}
