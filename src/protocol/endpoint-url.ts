import { type Endpoint, secureUrl } from '../core/server.js'
import type { ClientContext } from './context.js'

/**
 * Where a client reaches an endpoint: where connections with a certificate have an endpoint of their own, there (RFC 8705 §5).
 * @throws {OAuthError} `unsupported` if the server has none, `insecure_url`.
 */
export const endpointUrl = (
  { server, usesMutualTls, allowInsecureRequests }: ClientContext,
  endpoint: Endpoint,
): URL => {
  const alias = usesMutualTls ? server.mtlsEndpointAliases?.[endpoint] : undefined
  return secureUrl(alias ?? server[endpoint], endpoint, allowInsecureRequests)
}
