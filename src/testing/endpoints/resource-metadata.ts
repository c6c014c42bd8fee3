import type { AuthorizationServer } from '../../core/server.js'
import { jsonAnswer } from '../answers.js'
import { methodNotAllowed } from '../refusal.js'
import type { Endpoint } from '../state.js'

/** The protected resource of a server. */
export const resourceOf = ({ issuer, tokenEndpoint }: AuthorizationServer): string =>
  `${(issuer ?? new URL(tokenEndpoint).origin).replace(/\/$/, '')}/resource`

/** Where its metadata are (RFC 9728 §3.1). */
export const resourceMetadataUrl = (server: AuthorizationServer): string => {
  const { origin, pathname } = new URL(resourceOf(server))
  return `${origin}/.well-known/oauth-protected-resource${pathname}`
}

/** The metadata of the protected resource (RFC 9728 §3.2). */
export const resourceMetadata: Endpoint = ({ method }, { server }) => {
  if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed('GET, HEAD')
  return jsonAnswer(200, {
    resource: resourceOf(server),
    authorization_servers: [server.issuer],
    bearer_methods_supported: ['header'],
  })
}
