import * as oauth from 'oauth4webapi'
import { cached, getWith } from './hand-written-cache.mjs'

const holderOf = ({ tokenEndpoint, clientId, clientSecret, marginMs, timeoutMs }, login) => {
  const server = { issuer: new URL(tokenEndpoint).origin, token_endpoint: tokenEndpoint }
  const client = { client_id: clientId }
  const authentication = oauth.ClientSecretPost(clientSecret)
  const options = () => ({
    [oauth.allowInsecureRequests]: true,
    ...(timeoutMs && { signal: AbortSignal.timeout(timeoutMs) }),
  })
  const cache = cached(
    async (refreshToken) => {
      if (refreshToken) {
        const response = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, options())
        return oauth.processRefreshTokenResponse(server, client, response)
      }
      const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, {}, options())
      return oauth.processClientCredentialsResponse(server, client, response)
    },
    marginMs,
    login,
  )
  const send = async (url, token) => {
    try {
      const response = await oauth.protectedResourceRequest(token, 'GET', new URL(url), undefined, undefined, {
        [oauth.allowInsecureRequests]: true,
      })
      await response.text()
      return response.status
    } catch (error) {
      if (error instanceof oauth.WWWAuthenticateChallengeError) return error.status
      throw error
    }
  }
  return { token: cache.token, get: getWith(cache, send) }
}

export const contender = { remark: 'cache by hand', service: (settings) => holderOf(settings), session: holderOf }
