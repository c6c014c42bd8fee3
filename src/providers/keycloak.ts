import { OAuthError } from '../core/errors.js'
import type { AuthorizationServer } from '../core/server.js'

export interface KeycloakOptions {
  /** Where Keycloak is, with its relative path if it has one: `https://sso.example.com` or `https://example.com/auth`. */
  readonly url: string
  readonly realm: string
}

/**
 * A realm of Keycloak. A refresh token comes with every login and ends with the user's session; the scope `offline_access`
 * makes it one that outlives the session. Its lifetime comes as `refresh_expires_in`. A wrong secret is answered with
 * `unauthorized_client`.
 */
export const keycloak = ({ url, realm }: KeycloakOptions): AuthorizationServer => {
  const parsed = URL.parse(url)
  if (!parsed || parsed.search || parsed.hash || !`${url}/`.startsWith(`${parsed.origin}/`) || !realm) {
    throw new OAuthError('invalid_argument', 'needs url (in normal form, without query and fragment) and realm')
  }
  const issuer = `${url.replace(/\/$/, '')}/realms/${encodeURIComponent(realm)}`
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
