import * as oidc from 'openid-client'
import { cached, getWith } from './hand-written-cache.mjs'

const holderOf = ({ tokenEndpoint, clientId, clientSecret, marginMs, timeoutMs }, login) => {
  const server = { issuer: new URL(tokenEndpoint).origin, token_endpoint: tokenEndpoint }
  const config = new oidc.Configuration(server, clientId, clientSecret)
  oidc.allowInsecureRequests(config)
  if (timeoutMs) config.timeout = timeoutMs / 1000
  const cache = cached(
    (refreshToken) =>
      refreshToken ? oidc.refreshTokenGrant(config, refreshToken) : oidc.clientCredentialsGrant(config),
    marginMs,
    login,
  )
  const send = async (url, token) => {
    try {
      const response = await oidc.fetchProtectedResource(config, token, new URL(url), 'GET')
      await response.text()
      return response.status
    } catch (error) {
      if (error instanceof oidc.WWWAuthenticateChallengeError) return error.status
      throw error
    }
  }
  return { token: cache.token, get: getWith(cache, send) }
}

export const contender = { remark: 'cache by hand', service: (settings) => holderOf(settings), session: holderOf }
