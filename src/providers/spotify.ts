import type { AuthorizationServer } from '../core/server.js'

/**
 * Spotify. A client with a secret uses Basic, one without uses PKCE. Refresh tokens end six months after the user approved,
 * however often they are used; those of public clients rotate. There is no revocation.
 */
export const spotify: AuthorizationServer = {
  authorizationEndpoint: 'https://accounts.spotify.com/authorize',
  tokenEndpoint: 'https://accounts.spotify.com/api/token',
  grantTypesSupported: ['authorization_code', 'refresh_token', 'client_credentials'],
  codeChallengeMethodsSupported: ['S256'],
  tokenEndpointAuthMethodsSupported: ['client_secret_basic', 'none'],
}
