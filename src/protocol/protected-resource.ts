import { challengesOf } from '../core/challenge.js'
import { OAuthError } from '../core/errors.js'
import type { DoorContext, DoorOf, RequestOptions } from './context.js'
import { assertNoDescent } from './descent.js'
import { readDocument } from './document.js'
import { documentCache, type Found, lifetimeMs } from './document-cache.js'
import { firstOf } from './document-search.js'
import { camelCase, renamed } from './names.js'
import { failedAnswer, fetchableUrl } from './requests.js'
import { readResourceMetadata } from './wire-metadata.js'

/** What a protected resource says of itself (RFC 9728 §2), and what else its document holds, under its name in camelCase. */
export interface ProtectedResource {
  /** Its identifier: what to name as `resource` when a token is asked for (RFC 8707). */
  readonly resource: string
  /** The issuers whose tokens it takes, for `discover`; empty where it does not say. */
  readonly authorizationServers: readonly string[]
  /** The scopes that its requests may need. */
  readonly scopesSupported?: readonly string[]
  /** `header`, `body`, `query`: `bearerFetch` knows the first alone. */
  readonly bearerMethodsSupported?: readonly string[]
  /** A name for people to read. */
  readonly resourceName?: string
  /** A page for developers. */
  readonly resourceDocumentation?: string
  /** The keys that it signs its answers with. */
  readonly jwksUri?: string
  /** It takes tokens that are bound to a certificate (RFC 8705 §3.4). */
  readonly tlsClientCertificateBoundAccessTokens?: boolean
  /** It takes no tokens but those that are bound to a key by DPoP (RFC 9449). */
  readonly dpopBoundAccessTokensRequired?: boolean
  readonly [name: string]: unknown
}

/** How the metadata of a protected resource are found and fetched (RFC 9728). */
export interface DiscoverResourceOptions extends RequestOptions, Partial<DoorContext> {
  /** The answer that refused a request: its challenge may say where the metadata are (RFC 9728 §5.1). @default none */
  readonly response?: Pick<Response, 'headers'>
  /** Asks the resource although its document is cached. @default false */
  readonly fresh?: boolean
}

interface Place {
  readonly url: string
  /** The document may also be that of a resource that the URL is a part of. */
  readonly mayBeWider: boolean
}

const wellKnown = '/.well-known/oauth-protected-resource'

/** What the challenge names, else RFC 9728 §3.1, else, as the Model Context Protocol has it, the root. */
const placesOf = (asked: URL, named: string | undefined, allowInsecureRequests: boolean): readonly Place[] => {
  if (named) {
    const url = fetchableUrl(named, 'resource_metadata', allowInsecureRequests)
    assertNoDescent(asked, url, 'resource_metadata', allowInsecureRequests)
    return [{ url: url.href, mayBeWider: true }]
  }
  const root = asked.origin + wellKnown
  const inserted = root + (asked.pathname === '/' ? '' : asked.pathname) + asked.search
  const places = [{ url: inserted, mayBeWider: false }]
  return inserted === root ? places : [...places, { url: root, mayBeWider: true }]
}

const withSlash = (path: string): string => path.replace(/\/?$/, '/')

/** Whether `wider` is on the same origin, and `asked` at its path or below. */
const holds = (wider: URL, asked: URL): boolean =>
  wider.origin === asked.origin &&
  !(/[?#]/.test(wider.href) || wider.username || wider.password) &&
  withSlash(asked.pathname).startsWith(withSlash(wider.pathname))

const assertResource = (name: string, asked: URL, mayBeWider: boolean): void => {
  const url = URL.parse(name)
  if (url?.href === asked.href || (url && mayBeWider && holds(url, asked))) return
  throw new OAuthError('resource_mismatch', 'the metadata document is that of another resource than the one asked for')
}

const cache = documentCache<ProtectedResource>()

/**
 * Reads the metadata of a protected resource (RFC 9728), from its URL or from where the challenge of its 401 says. They
 * are cached like those of a server.
 * @throws {OAuthError} `resource_mismatch` if the document is that of another resource (RFC 9728 §3.3), `insecure_url`,
 * `invalid_response` or `error_response` if there is no such document, `redirect_refused` if it is on another origin,
 * `invalid_argument`, and network failures.
 */
export const discoverResource = async (
  doorOf: DoorOf,
  resource: string | URL,
  options?: DiscoverResourceOptions,
): Promise<ProtectedResource> => {
  const { response, signal, fresh = false, ...door } = options ?? {}
  const context = doorOf(door)
  const { allowInsecureRequests, clock } = context
  const asked = fetchableUrl(`${resource}`, 'resource', allowInsecureRequests)
  if (asked.href.includes('#')) throw new OAuthError('invalid_argument', 'a resource has no fragment')
  if (response && typeof response.headers?.get !== 'function') {
    throw new OAuthError('invalid_argument', 'response must be a Response')
  }
  const challenges = challengesOf(response?.headers.get('www-authenticate') ?? null)
  const named = challenges.map(({ parameters }) => parameters['resource_metadata']).find(Boolean)
  const places = placesOf(asked, named, allowInsecureRequests)

  const read = async ({ url, mayBeWider }: Place): Promise<Found<ProtectedResource> | OAuthError> => {
    const answer = await readDocument(context, url, undefined)
    const { data: document, problem } = readResourceMetadata(answer.body)
    if (answer.status !== 200 || !document) return failedAnswer(answer, [], clock.now(), problem)
    assertResource(document['resource'] as string, asked, mayBeWider)
    const result = { authorizationServers: [], ...renamed(document, camelCase) } as unknown as ProtectedResource
    for (const issuer of result.authorizationServers) {
      const name = 'each of authorization_servers'
      assertNoDescent(asked, fetchableUrl(issuer, name, allowInsecureRequests), name, allowInsecureRequests)
    }
    return { result, until: answer.sentAt + lifetimeMs(answer.headers) }
  }

  const key = JSON.stringify([asked, named, allowInsecureRequests])
  return structuredClone(await cache.get(context, { key, fresh, signal, find: () => firstOf(places, read) }))
}
