import type { AuthorizationServer } from '../core/server.js'

/**
 * GitHub, its OAuth apps and GitHub Apps. The tokens of an OAuth app do not expire. Those of a GitHub App do, unless it
 * opts out: eight hours, and a refresh token of six months that works once. Errors come in a 200, under GitHub's own
 * names; scopes are parted by commas in answers. Revocation is an API of its own.
 */
export const github: AuthorizationServer = {
  authorizationEndpoint: 'https://github.com/login/oauth/authorize',
  tokenEndpoint: 'https://github.com/login/oauth/access_token',
  deviceAuthorizationEndpoint: 'https://github.com/login/device/code',
  grantTypesSupported: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  codeChallengeMethodsSupported: ['S256'],
  tokenEndpointAuthMethodsSupported: ['client_secret_post', 'client_secret_basic'],
  answeredScopeSeparator: ',',
}
