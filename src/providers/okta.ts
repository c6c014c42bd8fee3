import { OAuthError } from '../core/errors.js'
import type { AuthorizationServer } from '../core/server.js'
import { hostOf } from './host.js'

/** Which org of Okta, and which of its authorization servers. */
export interface OktaOptions {
  /** The org's domain, or its custom one: `example.okta.com`. */
  readonly domain: string
  /** The id of a custom authorization server, or `org` for the one of the org itself. @default 'default' */
  readonly authorizationServer?: string
}

/**
 * Okta. A refresh token comes with the scope `offline_access`. Web and native apps keep theirs, and get it again with each
 * answer; those of single-page apps rotate, and a used one is forgiven for 30 seconds, unless that is set otherwise.
 */
export const okta = (options: OktaOptions): AuthorizationServer => {
  const { domain, authorizationServer = 'default' } = options ?? {}
  const host = `https://${hostOf(domain, 'domain')}`
  if (typeof authorizationServer !== 'string' || !/^\w+$/.test(authorizationServer)) {
    throw new OAuthError('invalid_argument', 'authorizationServer must be the id of one, or org')
  }
  const isOrg = authorizationServer === 'org'
  const issuer = isOrg ? host : `${host}/oauth2/${authorizationServer}`
  const base = isOrg ? `${host}/oauth2/v1` : `${issuer}/v1`
  return {
    issuer,
    authorizationEndpoint: `${base}/authorize`,
    tokenEndpoint: `${base}/token`,
    revocationEndpoint: `${base}/revoke`,
    introspectionEndpoint: `${base}/introspect`,
    userinfoEndpoint: `${base}/userinfo`,
    endSessionEndpoint: `${base}/logout`,
    jwksUri: `${base}/keys`,
    grantTypesSupported: ['authorization_code', 'refresh_token', 'client_credentials'],
    codeChallengeMethodsSupported: ['S256'],
    tokenEndpointAuthMethodsSupported: ['client_secret_basic', 'client_secret_post', 'none'],
    refreshTokenReuse: 'grace',
    offlineAccessParameters: { scope: 'offline_access' },
  }
}
