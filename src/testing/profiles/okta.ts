import { okta } from '../../providers/index.js'
import type { ServiceProfile } from './profile.js'

export const oktaProfile: ServiceProfile = {
  server: okta({ domain: 'example.okta.com' }),
  accessTokenFormat: 'jwt',
  rotateRefreshTokens: 'public',
  repeatsRefreshToken: true,
  refreshTokenGracePeriod: 30,
}
