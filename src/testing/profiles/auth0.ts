import { auth0 } from '../../providers/index.js'
import type { ServiceProfile } from './profile.js'

export const auth0Profile: ServiceProfile = {
  server: auth0({ domain: 'example.auth0.com' }),
  accessTokenLifetime: 86_400,
  accessTokenFormat: 'jwt',
  // A setting of each application, which is on for single-page apps; the lifetime is that of where it is on.
  rotateRefreshTokens: 'public',
  refreshTokenLifetime: 2_592_000,
  fixedRefreshTokenExpiry: true,
}
