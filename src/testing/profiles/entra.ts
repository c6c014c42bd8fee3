import { entra } from '../../providers/index.js'
import { type ProfileMaker, rfcTrue } from '../profile.js'

export const entraProfile: ProfileMaker = () => ({
  ...rfcTrue,
  server: entra({ tenant: 'common' }),
  authorizationCodeLifetime: 600,
  deviceCodeLifetime: 900,
  hasCompleteUri: false,
  accessTokenFormat: 'jwt',
  keepsUsedRefreshTokens: true,
  refreshTokenNeeds: 'offline_access',
  refusals: {
    denied_device: { error: 'authorization_declined' },
    unknown_device_code: { error: 'bad_verification_code' },
  },
})
