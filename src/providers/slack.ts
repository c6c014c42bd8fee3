import { OAuthError } from '../core/errors.js'
import type { AuthorizationServer } from '../core/server.js'

/** What the app asks Slack for. */
export interface SlackOptions {
  /**
   * Whose token is wanted. `bot` installs an app: `scope` is the bot's, `parameters: { user_scope }` asks for a user's
   * token beside it, which is left in `token.raw.authed_user`. `user` asks for a user's token alone.
   * @default 'bot'
   */
  readonly tokens?: 'bot' | 'user'
}

/**
 * Slack. Scopes are parted by commas, errors come in a 200, under Slack's own names. Tokens do not expire, and there is no
 * refresh token, unless the app has switched token rotation on: then twelve hours, and a refresh token that works once and
 * for a short grace after. PKCE is for apps that have switched it on; others must ask with `insecurePkce: 'none'`.
 */
export const slack = (options?: SlackOptions): AuthorizationServer => {
  const tokens = options?.tokens ?? 'bot'
  if (tokens !== 'bot' && tokens !== 'user') throw new OAuthError('invalid_argument', 'tokens must be bot or user')
  return {
    authorizationEndpoint: `https://slack.com/oauth/${tokens === 'user' ? 'v2_user' : 'v2'}/authorize`,
    tokenEndpoint: `https://slack.com/api/oauth.v2.${tokens === 'user' ? 'user.' : ''}access`,
    grantTypesSupported: ['authorization_code', 'refresh_token'],
    codeChallengeMethodsSupported: ['S256'],
    tokenEndpointAuthMethodsSupported: ['client_secret_basic', 'client_secret_post'],
    refreshTokenReuse: 'grace',
    scopeSeparator: ',',
  }
}
