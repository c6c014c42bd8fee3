import type { AuthorizationServer } from '../core/server.js'

/**
 * Google. A refresh token comes only with `access_type=offline`, and only when the user consents: `offlineAccess: true`
 * asks for both. A refresh answer holds no refresh token. Revocation takes either token, and ends both; one that it does
 * not know is an error.
 */
export const google: AuthorizationServer = {
  issuer: 'https://accounts.google.com',
  authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenEndpoint: 'https://oauth2.googleapis.com/token',
  revocationEndpoint: 'https://oauth2.googleapis.com/revoke',
  deviceAuthorizationEndpoint: 'https://oauth2.googleapis.com/device/code',
  userinfoEndpoint: 'https://openidconnect.googleapis.com/v1/userinfo',
  jwksUri: 'https://www.googleapis.com/oauth2/v3/certs',
  grantTypesSupported: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  codeChallengeMethodsSupported: ['S256', 'plain'],
  tokenEndpointAuthMethodsSupported: ['client_secret_post', 'client_secret_basic'],
  offlineAccessParameters: { access_type: 'offline', prompt: 'consent' },
}
