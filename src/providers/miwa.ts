import type { AuthorizationServer } from '../core/server.js'

/**
 * miwa (miwa.lol). Access tokens live an hour, refresh tokens seven days and rotate; client credentials ask for no scope.
 * The answers to a code and to a refresh token are documented as the two tokens alone, so their lifetimes are facts here.
 * It offers no revocation.
 */
export const miwa: AuthorizationServer = {
  authorizationEndpoint: 'https://miwa.lol/oauth2/authorize',
  tokenEndpoint: 'https://miwa.lol/api/oauth2/token',
  grantTypesSupported: ['authorization_code', 'refresh_token', 'client_credentials'],
  tokenEndpointAuthMethodsSupported: ['client_secret_post'],
  defaultExpiresIn: 3600,
  defaultRefreshTokenExpiresIn: 7 * 24 * 3600,
}
