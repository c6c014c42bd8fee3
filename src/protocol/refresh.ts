import { OAuthError } from '../core/errors.js'
import { type Scope, scopeParameter } from '../core/scope.js'
import type { Token } from '../core/token.js'
import type { ClientContext, GrantOptions } from './context.js'
import { requestToken } from './token-request.js'

/** What a refresh may ask for (RFC 6749 §6). */
export interface RefreshOptions extends GrantOptions {
  /** A scope narrower than what was granted. @default what was granted before */
  readonly scope?: Scope
}

/**
 * Exchanges a refresh token (RFC 6749 §6). What the answer leaves out is kept: the refresh token, and of a whole token
 * its scope and ID token.
 */
export const refresh = async (
  context: ClientContext,
  token: string | Partial<Token>,
  { scope, ...options }: RefreshOptions = {},
): Promise<Token> => {
  const previous = typeof token === 'string' ? { refreshToken: token } : token
  if (!previous?.refreshToken) throw new OAuthError('invalid_argument', 'there is no refresh token to exchange')
  return requestToken(context, {
    ...options,
    form: { grant_type: 'refresh_token', refresh_token: previous.refreshToken, scope: scopeParameter(scope) },
    singleUse: true,
    // RFC 9449 §5: that of a confidential client is bound to the client, whatever its key.
    keyThumbprint: context.authentication === 'none' ? previous.keyThumbprint : undefined,
    previous,
  })
}
