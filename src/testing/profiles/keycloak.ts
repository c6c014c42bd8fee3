import { keycloak } from '../../providers/index.js'
import { type ProfileMaker, rfcTrue } from '../profile.js'

export const keycloakProfile: ProfileMaker = () => ({
  ...rfcTrue,
  server: keycloak({ url: 'https://keycloak.test', realm: 'example' }),
  accessTokenFormat: 'jwt',
  // As where the realm does not revoke refresh tokens.
  keepsUsedRefreshTokens: true,
  refreshTokenLifetimeField: 'refresh_expires_in',
  refusals: {
    no_client: { status: 400 },
    secret_missing: { error: 'unauthorized_client' },
    wrong_secret: { error: 'unauthorized_client' },
  },
})
