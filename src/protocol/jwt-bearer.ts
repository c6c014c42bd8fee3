import type { Given } from '../core/given.js'
import { type Scope, scopeParameter } from '../core/scope.js'
import type { Token } from '../core/token.js'
import type { ClientContext, GrantOptions } from './context.js'
import { supplied } from './given.js'
import { requestToken } from './requests.js'

/** The assertion, and what is asked for with it (RFC 7523 §2.1). */
export interface JwtBearerOptions extends GrantOptions {
  /**
   * The JWT that says whom the token is for (RFC 7523 §3). Give a function that makes one, so that each request has one of its
   * own: a server may take each but once, and none for long.
   */
  readonly assertion: Given
  /** @default the server's own default */
  readonly scope?: Scope
}

/** The JWT bearer grant (RFC 7523 §2.1), for public clients too. */
export const jwtBearer = async (context: ClientContext, asked: JwtBearerOptions): Promise<Token> => {
  const { assertion, scope, ...options } = asked ?? {}
  return supplied({ assertion }, options.signal, ({ texts, made }) => {
    const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
    const form = { grant_type, ...texts, scope: scopeParameter(scope) }
    return requestToken(context, { ...options, form, made })
  })
}
