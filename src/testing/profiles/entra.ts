import { entra } from '../../providers/index.js'
import type { ServiceProfile } from './profile.js'

export const entraProfile: ServiceProfile = {
  server: entra({ tenant: 'common' }),
  authorizationCodeLifetime: 600,
  deviceCodeLifetime: 900,
  hasCompleteUri: false,
  accessTokenFormat: 'jwt',
  keepsUsedRefreshTokens: true,
  refusals: {
    denied_device: { error: 'authorization_declined' },
    unknown_device_code: { error: 'bad_verification_code' },
  },
}
