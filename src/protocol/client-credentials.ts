import { OAuthError } from '../core/errors.js'
import { type Scope, scopeParameter } from '../core/scope.js'
import type { Token } from '../core/token.js'
import type { ClientContext, GrantOptions } from './context.js'
import { requestToken } from './token-request.js'

/** What the client asks for in its own name (RFC 6749 §4.4.2). */
export interface ClientCredentialsOptions extends GrantOptions {
  /** @default the server's own default */
  readonly scope?: Scope
}

/** The client credentials grant (RFC 6749 §4.4), which is for confidential clients only. */
export const clientCredentials = async (
  context: ClientContext,
  { scope, ...options }: ClientCredentialsOptions = {},
): Promise<Token> => {
  if (context.authentication === 'none') {
    throw new OAuthError(
      'unsupported',
      'a public client has no credentials: the client credentials grant needs a secret',
    )
  }
  return requestToken(context, { ...options, form: { grant_type: 'client_credentials', scope: scopeParameter(scope) } })
}
