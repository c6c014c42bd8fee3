import { entra } from '../../providers/index.js'
import { type ProfileMaker, rfcTrue } from '../profile.js'

export const entraProfile: ProfileMaker = () => ({
  ...rfcTrue,
  server: entra({ tenant: 'common' }),
  authorizationCodeLifetime: 600,
  accessTokenFormat: 'jwt',
  keepsUsedRefreshTokens: true,
  refreshTokenNeeds: 'offline_access',
})
