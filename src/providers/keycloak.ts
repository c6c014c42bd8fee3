import { OAuthError } from '../core/errors.js'
import type { AuthorizationServer } from '../core/server.js'
import { segmentOf } from './host.js'

/** Which realm of which Keycloak. */
export interface KeycloakOptions {
  /** Where Keycloak is, with its relative path if it has one: `https://sso.example.com` or `https://example.com/auth`. */
  readonly url: string
  /** As it is named in the URLs of the realm. */
  readonly realm: string
}

/**
 * A realm of Keycloak. A refresh token comes with every login and ends with the user's session; the scope `offline_access`
 * makes it one that outlives the session. Its lifetime comes as `refresh_expires_in`. A wrong secret is answered with
 * `unauthorized_client`.
 */
export const keycloak = (options: KeycloakOptions): AuthorizationServer => {
  const { url, realm } = options ?? {}
  const parsed = typeof url === 'string' && URL.parse(url)
  if (!parsed || /[?#]/.test(url) || !`${url}/`.startsWith(`${parsed.origin}/`)) {
    throw new OAuthError('invalid_argument', 'url must be a URL in normal form, without query and fragment')
  }
  const issuer = `${url.replace(/\/$/, '')}/realms/${segmentOf(realm, 'realm')}`
  const base = `${issuer}/protocol/openid-connect`
  return {
    issuer,
    authorizationEndpoint: `${base}/auth`,
    tokenEndpoint: `${base}/token`,
    revocationEndpoint: `${base}/revoke`,
    introspectionEndpoint: `${base}/token/introspect`,
    deviceAuthorizationEndpoint: `${base}/auth/device`,
    userinfoEndpoint: `${base}/userinfo`,
    endSessionEndpoint: `${base}/logout`,
    registrationEndpoint: `${issuer}/clients-registrations/openid-connect`,
    jwksUri: `${base}/certs`,
    grantTypesSupported: ['authorization_code', 'refresh_token', 'client_credentials'],
    codeChallengeMethodsSupported: ['S256', 'plain'],
    tokenEndpointAuthMethodsSupported: ['client_secret_basic', 'client_secret_post'],
    offlineAccessParameters: { scope: 'offline_access' },
  }
}
