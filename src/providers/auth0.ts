import type { AuthorizationServer } from '../core/server.js'
import { hostOf } from './host.js'

/** Which tenant of Auth0. */
export interface Auth0Options {
  /** The tenant's domain, or its custom one: `example.eu.auth0.com`. */
  readonly domain: string
}

/**
 * A tenant of Auth0, whose issuer ends in a slash. A refresh token comes with the scope `offline_access`, where the API
 * allows it. Whether it rotates is a setting of the application; if it does, each lives no longer than the first. An access
 * token for an API of yours wants `parameters: { audience }`. Revocation takes refresh tokens.
 */
export const auth0 = (options: Auth0Options): AuthorizationServer => {
  const base = `https://${hostOf(options?.domain, 'domain')}`
  return {
    issuer: `${base}/`,
    authorizationEndpoint: `${base}/authorize`,
    tokenEndpoint: `${base}/oauth/token`,
    revocationEndpoint: `${base}/oauth/revoke`,
    deviceAuthorizationEndpoint: `${base}/oauth/device/code`,
    userinfoEndpoint: `${base}/userinfo`,
    registrationEndpoint: `${base}/oidc/register`,
    jwksUri: `${base}/.well-known/jwks.json`,
    grantTypesSupported: ['authorization_code', 'refresh_token', 'client_credentials'],
    codeChallengeMethodsSupported: ['S256', 'plain'],
    tokenEndpointAuthMethodsSupported: ['client_secret_post', 'client_secret_basic', 'none'],
    offlineAccessParameters: { scope: 'offline_access' },
  }
}
