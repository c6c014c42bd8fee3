import { github } from '../../providers/index.js'
import type { ServiceProfile } from './profile.js'

const badCredentials = { error: 'incorrect_client_credentials' }
const badCode = { error: 'bad_verification_code' }
const badRefreshToken = { error: 'bad_refresh_token' }

/** A client whose `grantTypes` have no `refresh_token` is an OAuth app, or a GitHub App whose tokens do not expire. */
export const githubProfile: ServiceProfile = {
  server: github,
  accessTokenLifetime: 28_800,
  refreshTokenLifetime: 15_811_200,
  refreshTokenLifetimeField: 'refresh_token_expires_in',
  authorizationCodeLifetime: 600,
  deviceCodeLifetime: 900,
  hasCompleteUri: false,
  endlessWithoutRefresh: true,
  tokenType: 'bearer',
  publicClients: false,
  // github/docs#22270, isaacs/github#330, orgs/community discussion 15752: none at the token endpoint.
  crossOrigin: false,
  errorStatus: 200,
  refusals: {
    no_client: badCredentials,
    unknown_client: badCredentials,
    wrong_secret: badCredentials,
    secret_missing: badCredentials,
    method_refused: badCredentials,
    unknown_code: badCode,
    used_code: badCode,
    expired_code: badCode,
    unknown_device_code: { error: 'incorrect_device_code' },
    expired_device_code: { error: 'token_expired' },
    redirect_uri_mismatch: { error: 'redirect_uri_mismatch' },
    unknown_refresh_token: badRefreshToken,
    used_refresh_token: badRefreshToken,
    expired_refresh_token: badRefreshToken,
  },
}
