import { OAuthError } from '../core/errors.js'
import type { AuthorizationServer } from '../core/server.js'

/** Which tenant of Microsoft Entra. */
export interface EntraOptions {
  /** The tenant's id or domain, or `common`, `organizations` or `consumers`. */
  readonly tenant: string
}

const id = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/**
 * Microsoft Entra ID (Azure AD), version 2.0 of its endpoints. A refresh token comes with the scope `offline_access`, is
 * replaced by each refresh, and the used one stays good. An access token is for one resource; client credentials ask for
 * `RESOURCE/.default`. The issuer is known of a tenant's id only: the metadata of `common` names none. There is no
 * revocation.
 */
export const entra = (options: EntraOptions): AuthorizationServer => {
  const { tenant } = options ?? {}
  if (typeof tenant !== 'string' || !/^\w[\w.-]*$/.test(tenant)) {
    throw new OAuthError('invalid_argument', "tenant must be a tenant's id or domain, or common and its like")
  }
  const base = `https://login.microsoftonline.com/${tenant}`
  return {
    ...(id.test(tenant) && { issuer: `${base.toLowerCase()}/v2.0` }),
    authorizationEndpoint: `${base}/oauth2/v2.0/authorize`,
    tokenEndpoint: `${base}/oauth2/v2.0/token`,
    deviceAuthorizationEndpoint: `${base}/oauth2/v2.0/devicecode`,
    endSessionEndpoint: `${base}/oauth2/v2.0/logout`,
    userinfoEndpoint: 'https://graph.microsoft.com/oidc/userinfo',
    jwksUri: `${base}/discovery/v2.0/keys`,
    grantTypesSupported: [
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:device_code',
    ],
    codeChallengeMethodsSupported: ['S256', 'plain'],
    tokenEndpointAuthMethodsSupported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    refreshTokenReuse: 'grace',
    offlineAccessParameters: { scope: 'offline_access' },
  }
}
