import { OAuthError } from '../core/errors.js'
import type { Token } from '../core/token.js'
import type { ClientContext, EndpointOptions } from './context.js'
import { post, readErrorResponse } from './requests.js'

/** What is told of a token that is revoked (RFC 7009 §2.1). */
export interface RevokeOptions extends EndpointOptions {
  /** What the token is. @default known from a whole token, else not sent */
  readonly hint?: 'access_token' | 'refresh_token'
}

/**
 * Revokes a token (RFC 7009 §2.1): of a whole token its refresh token, which takes the access tokens with it, else the
 * access token. A token that the server does not know is revoked already.
 */
export const revoke = async (
  context: ClientContext,
  token: string | Partial<Token>,
  { hint, ...options }: RevokeOptions = {},
): Promise<void> => {
  const whole = typeof token === 'string' ? undefined : token
  const kind = hint ?? (whole && (whole.refreshToken ? 'refresh_token' : 'access_token'))
  const value = whole ? (kind === 'refresh_token' ? whole.refreshToken : whole.accessToken) : (token as string)
  if (!value) throw new OAuthError('invalid_argument', 'there is no token to revoke')
  const form = { token: value, token_type_hint: kind }
  const { answer, failed } = await post(context, { ...options, endpoint: 'revocationEndpoint', form })
  if (answer.status >= 300 || readErrorResponse(answer.body)) throw failed('a revocation is answered with 200')
}
