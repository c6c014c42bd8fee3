import { slack } from '../../providers/index.js'
import type { ServiceProfile } from './profile.js'

const badCode = { error: 'invalid_code' }
const badVerifier = { error: 'invalid_code_verifier' }
const badRefreshToken = { error: 'invalid_refresh_token' }

/** A client whose `grantTypes` have no `refresh_token` is an app without token rotation; a public one has PKCE switched on. */
export const slackProfile: ServiceProfile = {
  server: slack(),
  accessTokenLifetime: 43_200,
  authorizationCodeLifetime: 600,
  // Called short, without a number.
  refreshTokenGracePeriod: 60,
  endlessWithoutRefresh: true,
  tokenType: 'bot',
  answerFields: {
    ok: true,
    app_id: 'A0KRD7HC3',
    team: { id: 'T9TK3CUKW', name: 'Example' },
    authed_user: { id: 'U1234' },
  },
  pkceForPublicClientsOnly: true,
  errorDescriptions: false,
  errorStatus: 200,
  errorFields: { ok: false },
  refusals: {
    no_client: { error: 'invalid_client_id' },
    unknown_client: { error: 'invalid_client_id' },
    wrong_secret: { error: 'bad_client_secret' },
    secret_missing: { error: 'bad_client_secret' },
    unsupported_grant: { error: 'invalid_grant_type' },
    unknown_code: badCode,
    used_code: badCode,
    expired_code: badCode,
    redirect_uri_mismatch: { error: 'bad_redirect_uri' },
    verifier_refused: badVerifier,
    verifier_without_challenge: badVerifier,
    pkce_refused: { error: 'pkce_not_allowed' },
    unknown_refresh_token: badRefreshToken,
    used_refresh_token: badRefreshToken,
    expired_refresh_token: badRefreshToken,
  },
  variants: { [slack({ tokens: 'user' }).tokenEndpoint]: { tokenType: 'user' } },
}
