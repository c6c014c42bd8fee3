import { keycloak } from '../../providers/index.js'
import type { ServiceProfile } from './profile.js'

export const keycloakProfile: ServiceProfile = {
  server: keycloak({ url: 'https://keycloak.test', realm: 'example' }),
  accessTokenFormat: 'jwt',
  // As where the realm does not revoke refresh tokens.
  keepsUsedRefreshTokens: true,
  // The scope makes it one that outlives the user's session; there is one without it, too.
  refreshTokenNeeds: 'nothing',
  refreshTokenLifetimeField: 'refresh_expires_in',
  refusals: {
    no_client: { status: 400 },
    secret_missing: { error: 'unauthorized_client' },
    wrong_secret: { error: 'unauthorized_client' },
  },
}
