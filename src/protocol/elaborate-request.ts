import { type Target, targetParameters } from '../core/target.js'
import type { AuthorizationRequest, AuthorizationRequestOptions } from './authorization-request.js'
import type { ClientContext, RequestOptions } from './context.js'
import { pushAuthorizationRequest } from './pushed-authorization-request.js'

/**
 * What a client asks the user to authorize; beside the parameters of RFC 6749 resources, details, and a pushed
 * request.
 */
export interface ClientAuthorizationRequestOptions extends AuthorizationRequestOptions, Target, RequestOptions {
  /**
   * Sends the parameters straight to the server, which authenticates the client, and the user with a mere reference to
   * them (RFC 9126). @default whether the server requires it
   */
  readonly pushed?: boolean | undefined
}

/**
 * An authorization request that says where its token is to be used, and for what, that is pushed, or whose code is bound to the
 * client's key (RFC 9449 §10).
 */
export const elaborateRequest = async (
  context: ClientContext,
  { authorizationDetails, pushed, signal, ...asked }: ClientAuthorizationRequestOptions,
  build: (asked: AuthorizationRequestOptions) => Promise<AuthorizationRequest>,
): Promise<AuthorizationRequest> => {
  const { resource, ...details } = targetParameters({ ...asked, ...(authorizationDetails && { authorizationDetails }) })
  const keyThumbprint = await context.dpop?.thumbprint()
  const bound = keyThumbprint && { dpop_jkt: keyThumbprint }
  const built = await build({ ...asked, parameters: { ...asked.parameters, ...details, ...bound } })
  const request = { ...built, ...(keyThumbprint && { keyThumbprint }) }
  return pushed ? pushAuthorizationRequest(context, request, signal && { signal }) : request
}
