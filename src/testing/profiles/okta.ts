import { okta } from '../../providers/index.js'
import { type ProfileMaker, rfcTrue } from '../profile.js'

export const oktaProfile: ProfileMaker = () => ({
  ...rfcTrue,
  server: okta({ domain: 'example.okta.com' }),
  accessTokenFormat: 'jwt',
  rotateRefreshTokens: 'public',
  repeatsRefreshToken: true,
  refreshTokenGracePeriod: 30,
  refreshTokenNeeds: 'offline_access',
})
