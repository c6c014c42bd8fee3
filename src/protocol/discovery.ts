import { OAuthError } from '../core/errors.js'
import type { AuthorizationServer } from '../core/server.js'
import type { DoorContext, DoorOf, RequestOptions } from './context.js'
import { assertNoDescent } from './descent.js'
import { readDocument } from './document.js'
import { documentCache, type Found, lifetimeMs } from './document-cache.js'
import { firstOf } from './document-search.js'
import { camelCase, renamed, snakeCase } from './names.js'
import { failedAnswer, fetchableUrl } from './requests.js'
import { readMetadata } from './wire-metadata.js'

/** The metadata of a server, and what else its document says, under its name in camelCase. */
export interface DiscoveredServer extends AuthorizationServer {
  readonly [name: string]: unknown
}

/** A metadata document that is not where the issuer says. */
export interface DocumentLocation {
  /** Where the document is. */
  readonly url: string
  /** What the document must name as its issuer. @default whatever it names, if that is on the origin of `url` */
  readonly issuer?: string
}

/** How metadata are fetched, how far they are believed, and whether a cached document will do. */
export interface DiscoverOptions extends RequestOptions, Partial<DoorContext> {
  /**
   * What wins over a document that is wrong; `undefined` takes a field away. With an `issuer` here it does not matter which one the
   * document names, so nothing shows any more that it is that server's own (RFC 8414 §3.3): a document of somebody else
   * would have you send codes and secrets to them.
   * @default the document is believed
   */
  readonly overrides?: { readonly [Name in keyof AuthorizationServer]?: AuthorizationServer[Name] | undefined }
  /** Asks the server although a document of it is cached. @default false */
  readonly fresh?: boolean
}

const parsedIssuer = (issuer: string, allowInsecureRequests: boolean): URL => {
  const url = fetchableUrl(issuer, 'issuer', allowInsecureRequests)
  if (/[?#]/.test(issuer)) throw new OAuthError('invalid_argument', 'an issuer has no query and no fragment')
  return url
}

/**
 * Where the metadata of an issuer may be, in the order that the Model Context Protocol asks for: RFC 8414 §3.1, the same
 * with the name that OpenID Connect gave it (§5), and OpenID Connect Discovery §4, which differs where there is a path.
 */
const documentsOf = (issuer: URL): readonly string[] => {
  const path = issuer.pathname.replace(/\/$/, '')
  const urls = [
    `/.well-known/oauth-authorization-server${path}`,
    `/.well-known/openid-configuration${path}`,
    `${path}/.well-known/openid-configuration`,
  ]
  return [...new Set(urls)].map((url) => issuer.origin + url)
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isEndpoint = (name: string): boolean => /Endpoint$|^jwksUri$/.test(name)

/** The endpoints among the fields, each https or, on loopback, http. */
const endpointsOf = (fields: Fields, allowInsecureRequests: boolean): readonly (readonly [string, URL])[] =>
  Object.entries(fields)
    .filter(([name]) => isEndpoint(name))
    // What is no text is no URL either.
    .map(([name, url]) => [name, fetchableUrl(typeof url === 'string' ? url : 'none', name, allowInsecureRequests)])

/** The facts that RFC 8414 has no name for are ours to know, not the document's to set. */
const ours: ReadonlySet<string> = new Set<keyof AuthorizationServer>([
  'basicEncoding',
  'basicClientIdInBody',
  'defaultExpiresIn',
  'defaultRefreshTokenExpiresIn',
  'refreshTokenReuse',
  'scopeSeparator',
  'answeredScopeSeparator',
  'offlineAccessParameters',
])

/** What a document says, under our names. Back ends that write every field have '' for an endpoint that they lack. */
const saidIn = (document: Fields): Fields => {
  const isSaid = ([name, value]: [string, unknown]) => !ours.has(name) && !(value === '' && isEndpoint(name))
  return Object.fromEntries(Object.entries(renamed(document, camelCase)).filter(isSaid))
}

const cache = documentCache<DiscoveredServer>()

/**
 * Reads the metadata of an authorization server (RFC 8414, OpenID Connect Discovery). The document is cached for as long
 * as its server says, a day at most, or for an hour.
 * @throws {OAuthError} `issuer_mismatch` if the document names another issuer (RFC 8414 §3.3), `insecure_url` if an
 * endpoint is plain `http`, `invalid_response` or `error_response` if there is no such document, `redirect_refused` if it
 * is on another origin, `invalid_argument`, and network failures.
 */
export const discover = async (
  doorOf: DoorOf,
  where: string | DocumentLocation,
  options?: DiscoverOptions,
): Promise<DiscoveredServer> => {
  const { signal, overrides: corrections, fresh = false, ...door } = options ?? {}
  const overrides = corrections ?? {}
  const context = doorOf(door)
  const { allowInsecureRequests, clock } = context
  const location = typeof where === 'string' ? undefined : where
  if (location !== undefined && typeof location?.url !== 'string') {
    throw new OAuthError('invalid_argument', 'discover takes an issuer or { url }')
  }
  const urls = location
    ? [fetchableUrl(location.url, 'url', allowInsecureRequests).href]
    : documentsOf(parsedIssuer(where as string, allowInsecureRequests))
  const issuer = location ? location.issuer : (where as string)

  const judged = (document: Fields, url: string): DiscoveredServer => {
    const named = document['issuer'] as string
    const isRight = issuer !== undefined ? named === issuer : URL.parse(named)?.origin === new URL(url).origin
    if (!isRight && !overrides.issuer) {
      throw new OAuthError('issuer_mismatch', 'the metadata document names another issuer than the one it was asked of')
    }
    const said = saidIn(document)
    const aliases = said['mtlsEndpointAliases']
    const mtlsEndpointAliases = isFields(aliases) ? saidIn(aliases) : undefined
    const server = renamed({ ...said, mtlsEndpointAliases, ...overrides }, String)
    const ofMtls: Fields = Object(server['mtlsEndpointAliases'])
    for (const [fields, given] of [
      [server, overrides],
      [ofMtls, Object(overrides.mtlsEndpointAliases)],
    ] as const) {
      for (const [name, endpoint] of endpointsOf(fields, allowInsecureRequests)) {
        if (!(name in given)) assertNoDescent(new URL(url), endpoint, name, allowInsecureRequests)
      }
    }
    return server as unknown as DiscoveredServer
  }

  const read = async (url: string): Promise<Found<DiscoveredServer> | OAuthError> => {
    // What is taken away is `null` at the wire.
    const wire = Object.entries(overrides).map(([name, value]) => [snakeCase(name), value ?? null])
    const answer = await readDocument(context, url, undefined)
    const { data: document, problem } = readMetadata(answer.body, Object.fromEntries(wire))
    if (answer.status !== 200 || !document) return failedAnswer(answer, [], clock.now(), problem)
    return { result: judged(document, url), until: answer.sentAt + lifetimeMs(answer.headers) }
  }

  const key = JSON.stringify([where, overrides, allowInsecureRequests], (_, value: unknown) => value ?? null)
  return structuredClone(await cache.get(context, { key, fresh, signal, find: () => firstOf(urls, read) }))
}
