import { OAuthError } from '../core/errors.js'
import type { Token } from '../core/token.js'
import type { AuthorizationRequest } from './authorization-request.js'
import { authorizationResponse, type Callback } from './authorization-response.js'
import type { ClientContext, GrantOptions } from './context.js'
import { requestToken } from './token-request.js'

/** RFC 9126 takes the parameters out of the URL: then it is in the request itself. */
const maxAgeOf = ({ url, maxAge }: AuthorizationRequest): number | undefined => {
  const asked = URL.parse(url)?.searchParams.get('max_age')
  return maxAge ?? (asked ? Number(asked) : undefined)
}

/** Judges the callback, then exchanges its code with the request's verifier (RFC 6749 §4.1.3, RFC 7636 §4.5). */
export const exchangeCode = async (
  context: ClientContext,
  callback: Callback,
  request: AuthorizationRequest,
  options: GrantOptions = {},
): Promise<Token> => {
  if (request?.clientId !== context.clientId || (request.issuer ?? context.server.issuer) !== context.server.issuer) {
    throw new OAuthError('invalid_argument', 'the authorization request is missing, or was made by another client')
  }
  const { issuer, authorizationResponseIssParameterSupported } = context.server
  // A request may have been made from a server of which less was known.
  const issuerRequired = request.issuerRequired || authorizationResponseIssParameterSupported
  const { code } = await authorizationResponse(callback, { ...request, issuer, issuerRequired })
  return requestToken(context, {
    ...options,
    form: {
      grant_type: 'authorization_code',
      code,
      redirect_uri: request.redirectUri,
      code_verifier: request.codeVerifier,
    },
    singleUse: true,
    keyThumbprint: request.keyThumbprint,
    nonce: request.nonce,
    maxAge: maxAgeOf(request),
    requestedScope: request.scope,
  })
}
