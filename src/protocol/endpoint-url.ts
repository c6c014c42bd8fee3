import { OAuthError } from '../core/errors.js'
import { type Endpoint, secureUrl } from '../core/server.js'
import type { ClientContext } from './context.js'

/** One that a fetch can go to, without a user in it: `https://as.test:x@evil.test` reads like another host. */
export const fetchableUrl: typeof secureUrl = (url, name, allowInsecureRequests) => {
  const parsed = secureUrl(url, name, allowInsecureRequests)
  if (parsed.username || parsed.password) throw new OAuthError('insecure_url', `${name} must not name a user`)
  return parsed
}

/**
 * Where a client reaches an endpoint: where connections with a certificate have an endpoint of their own, there (RFC 8705 §5).
 * @throws {OAuthError} `unsupported` if the server has none, `insecure_url`.
 */
export const endpointUrl = (
  { server, usesMutualTls, allowInsecureRequests }: ClientContext,
  endpoint: Endpoint,
): URL => {
  const alias = usesMutualTls ? server.mtlsEndpointAliases?.[endpoint] : undefined
  return fetchableUrl(alias ?? server[endpoint], endpoint, allowInsecureRequests)
}
