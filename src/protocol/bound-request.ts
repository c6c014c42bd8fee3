import type { DPoP } from '../core/proof.js'
import { type AuthorizationRequest, authorizationRequest } from './authorization-request.js'

/** An authorization request whose code is bound to the client's key, where it has one (RFC 9449 §10). */
export const boundRequest = async (
  dpop: DPoP | undefined,
  options: Parameters<typeof authorizationRequest>[0],
): Promise<AuthorizationRequest> => {
  if (!dpop) return authorizationRequest(options)
  const keyThumbprint = await dpop.thumbprint()
  const parameters = { ...options.parameters, dpop_jkt: keyThumbprint }
  return { ...(await authorizationRequest({ ...options, parameters })), keyThumbprint }
}
