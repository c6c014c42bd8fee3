import { OAuthError } from '../core/errors.js'
import { type AuthorizationServer, secureUrl } from '../core/server.js'
import type { DoorContext, RequestOptions } from './context.js'
import { send } from './door.js'
import { failedAnswer } from './failed-answer.js'
import { readMetadata } from './wire.js'

export interface DiscoverOptions extends RequestOptions, Partial<DoorContext> {}

const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** Where the metadata of an issuer may be: OpenID Connect Discovery §4 first, as most servers have it, then RFC 8414 §3. */
const documentsOf = (issuer: URL): readonly string[] => {
  const path = issuer.pathname.replace(/\/$/, '')
  return [
    `${issuer.origin}${path}/.well-known/openid-configuration`,
    `${issuer.origin}/.well-known/oauth-authorization-server${path}`,
  ]
}

/**
 * Reads the metadata of an authorization server (RFC 8414, OpenID Connect Discovery).
 * @throws {OAuthError} `issuer_mismatch` if the document names another issuer (RFC 8414 §3.3), `insecure_url` if an
 * endpoint is not https, `invalid_response` or `error_response` if there is no such document.
 */
export const discover = async (
  context: DoorContext,
  issuer: string,
  signal: AbortSignal | undefined,
): Promise<AuthorizationServer> => {
  const { allowInsecureRequests, clock } = context
  let failure: OAuthError | undefined
  for (const url of documentsOf(secureUrl(issuer, 'issuer', allowInsecureRequests))) {
    const write = async () => ({ url, headers: new Headers({ accept: 'application/json' }) })
    const answer = await send(context, write, { signal, singleUse: false })
    const { data: document, problem } = readMetadata(answer.body)
    if (answer.status === 200 && document) return serverOf(document, issuer, allowInsecureRequests)
    // The first document is the likelier one: what it failed with says more.
    failure ??= failedAnswer(answer, [], clock.now(), problem)
    if (answer.status >= 500) break
  }
  throw failure
}

const serverOf = (
  document: Readonly<Record<string, unknown>>,
  issuer: string,
  allowInsecureRequests: boolean,
): AuthorizationServer => {
  if (document['issuer'] !== issuer) {
    throw new OAuthError('issuer_mismatch', 'the metadata document names another issuer than the one it was asked of')
  }
  // The facts that RFC 8414 has no name for are ours to know, not the document's to set.
  const fields = Object.entries(document).filter(
    ([name, value]) =>
      value !== null &&
      !/^(basic_|default_|refresh_token_reuse|offline_access_|(answered_)?scope_separator)/.test(name),
  )
  const server = Object.fromEntries(fields.map(([name, value]) => [camelCase(name), value]))
  for (const [name, endpoint] of Object.entries(server)) {
    // What is no text is no URL either.
    if (name.endsWith('Endpoint'))
      secureUrl(typeof endpoint === 'string' ? endpoint : 'none', name, allowInsecureRequests)
  }
  return server as unknown as AuthorizationServer
}
