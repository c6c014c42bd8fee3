import type { Client, ClientOptions } from './client-types.js'
import { longestTimerMs, systemClock } from './core/clock.js'
import { conceal } from './core/conceal.js'
import { OAuthError } from './core/errors.js'
import { hostFetch, isBrowser } from './core/host.js'
import { scopeParameter } from './core/scope.js'
import { type AuthorizationServer, secureUrl } from './core/server.js'
import { isWellFormed } from './core/text.js'
import type { Token } from './core/token.js'
import { type AuthorizationRequestOptions, authorizationRequest } from './protocol/authorization-request.js'
import { chosenAuthentication } from './protocol/client-authentication.js'
import type { ClientCredentialsOptions } from './protocol/client-credentials.js'
import type { ClientMetadata } from './protocol/client-metadata.js'
import type { ClientContext, DoorContext } from './protocol/context.js'
import type { DiscoveredServer, DiscoverOptions, DocumentLocation } from './protocol/discovery.js'
import type { DiscoverResourceOptions, ProtectedResource } from './protocol/protected-resource.js'
import type { ClientRegistration, RegisterClientOptions } from './protocol/registration.js'
import { type AskedFor, askedOf } from './tokens/asked.js'
import { clientSessions } from './tokens/client-sessions.js'
import { type AroundRenewal, announcer } from './tokens/events.js'
import { grantSources, type SharedPlace, type SourceParts } from './tokens/grant-sources.js'
import type { ManagedSource, SourceOptions } from './tokens/sources.js'

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

const assertCredentials = (options: ClientOptions): void => {
  // A program that no compiler has read may give nothing at all.
  if (!isWellFormed(options?.clientId)) throw invalid('clientId must be a text')
  if (!('clientSecret' in options)) return
  if (!isWellFormed(options.clientSecret)) {
    throw invalid('clientSecret is empty or no text: leave it out for a public client')
  }
  if (isBrowser() && !options.allowSecretInBrowser) {
    throw new OAuthError('secret_in_browser', 'every visitor can read a secret in a browser: use a public client')
  }
}

const doorOf = (options: Partial<DoorContext>): DoorContext => {
  const { fetch = hostFetch, clock = systemClock, timeoutMs = 10_000, allowInsecureRequests = false } = options
  if (!(timeoutMs > 0 && timeoutMs <= longestTimerMs)) {
    throw invalid('timeoutMs must be positive and at most 2147483647')
  }
  return { fetch, clock, timeoutMs, allowInsecureRequests }
}

/** Most of the weight, and needed only once something is sent. */
const requests = () => import('./protocol/requests.js')

/** What some logins need, and their end. */
const login = () => import('./protocol/login.js')

/** What servers and resources publish of themselves. */
const metadata = () => import('./protocol/metadata.js')

/** What a program may never ask for. */
const grants = () => import('./protocol/grants.js')

type Grants = Awaited<ReturnType<typeof grants>>

/** The methods that load with the rarer grants: what they are given, and what comes of it. */
type LateName = keyof Client & keyof Grants
type Given<Name extends LateName> = Grants[Name] extends (context: ClientContext, ...given: infer Rest) => unknown
  ? Rest
  : never
type Result<Name extends LateName> = Awaited<ReturnType<Grants[Name]>>
type Late = { readonly [Name in LateName]: (context: ClientContext, ...given: Given<Name>) => Promise<Result<Name>> }

/** Needed by those who share tokens. */
const sharing = () => import('./tokens/sharing.js')

/**
 * Makes a client of an authorization server. Making one sends nothing and is cheap.
 * @throws {OAuthError} `invalid_argument`, `insecure_url`, `secret_in_browser`, or `unsupported` if the server takes no
 * such client.
 */
export const createClient = (options: ClientOptions): Client => {
  assertCredentials(options)
  const { server, clientId, clientSecret, dpop, idToken, aroundRenewal = (renew) => renew() } = options
  const door = doorOf(options)
  const { allowInsecureRequests, clock } = door
  secureUrl(server?.tokenEndpoint, 'tokenEndpoint', allowInsecureRequests)
  const authentication = chosenAuthentication(options)
  idToken?.assertServer?.(server, allowInsecureRequests)
  const announce = announcer(options.onEvent)
  const context: ClientContext = {
    server,
    clientId,
    clientSecret,
    authentication,
    expectIdToken:
      idToken &&
      (async (...given) => {
        const refused = (error: unknown) => announce({ type: 'id_token_refused', source: 'refresh', error })
        return (await login()).expectIdToken(idToken, refused)(...given)
      }),
    dpop,
    sendProven: dpop && (async (...given) => (await login()).sendProven(...given)),
    usesMutualTls: !!options.tlsClientCertificateBoundAccessTokens || `${authentication}`.endsWith('tls_client_auth'),
    ...door,
  }
  /** For requests under a lock, which is not held through a `Retry-After`. */
  const contextOf = (impatient: boolean): ClientContext => (impatient ? { ...context, longestWaitMs: 0 } : context)
  const credentials = { proven: false }
  // Where it throws, the renewal fails, and not whoever has a token that is still good.
  const around: AroundRenewal = async (...given) => aroundRenewal(...given)
  /** Whatever gave a token took the client's own credentials for good. */
  const proves = async (granting: Promise<Token>): Promise<Token> => {
    const token = await granting
    credentials.proven = true
    return token
  }
  const late =
    <Name extends keyof Late>(name: Name) =>
    async (...given: Given<Name>): Promise<Result<Name>> => {
      const loaded: Late = await grants()
      return loaded[name](context, ...given)
    }
  const revoke: Client['revoke'] = async (...given) => (await login()).revoke(context, ...given)
  const parts: SourceParts = {
    ...{ clock, credentials, sharing, dpop },
    proving: dpop && { prove: dpop.prove },
    ...{ announce, around },
    ownerOf: (kind) => JSON.stringify([kind, server.issuer ?? server.tokenEndpoint, clientId]),
  }
  const sourceOfGrant = grantSources(parts)
  const sourceOf =
    <Asked extends AskedFor, Loaded>(
      kind: string,
      load: () => Promise<Loaded>,
      pick: (loaded: Loaded) => (context: ClientContext, asked: Asked) => Promise<Token>,
      place?: string,
    ) =>
    (options: Asked & SourceOptions & SharedPlace = {} as Asked): ManagedSource => {
      const { asked, id } = askedOf<Asked>(options)
      const grant = async (signal: AbortSignal, impatient: boolean) =>
        proves(pick(await load())(contextOf(impatient), { ...asked, signal }))
      const name = `${kind} ${scopeParameter(options.scope) ?? ''}`.trim()
      return sourceOfGrant({ kind, name, id, grant, place: place && `${place} ${id}` }, options)
    }
  const fromExtension = sourceOf('extension_grant', grants, ({ extension }) => extension)
  return Object.freeze<Client>({
    authorizationRequest: async (wanted) => {
      const { pushed = server.requirePushedAuthorizationRequests, resource, authorizationDetails } = wanted
      const build = (asked: AuthorizationRequestOptions) =>
        authorizationRequest({ ...asked, server, clientId, allowInsecureRequests })
      const isPlain = !dpop && !pushed && (resource ?? authorizationDetails) === undefined
      const request = isPlain
        ? await build(wanted)
        : await (await login()).elaborateRequest(context, { ...wanted, pushed }, build)
      const { issuer, redirectUri, scope } = request
      return conceal(request, { clientId, issuer, redirectUri, scope })
    },
    exchangeCode: async (...given) => proves((await requests()).exchangeCode(context, ...given)),
    refresh: async (...given) => proves((await requests()).refresh(context, ...given)),
    clientCredentials: async (...given) => proves((await requests()).clientCredentials(context, ...given)),
    revoke,
    introspect: late('introspect'),
    deviceAuthorization: late('deviceAuthorization'),
    userinfo: late('userinfo'),
    logoutUrl: async (...given) => (await login()).logoutUrl(context, ...given),
    tokenExchange: late('tokenExchange'),
    tokenExchangeSource: sourceOf('token_exchange', grants, ({ tokenExchange }) => tokenExchange),
    jwtBearer: late('jwtBearer'),
    jwtBearerSource: sourceOf('jwt_bearer', grants, ({ jwtBearer }) => jwtBearer),
    extensionGrant: late('extensionGrant'),
    extensionGrantSource: (grantType, parameters, options) => fromExtension({ ...options, grantType, parameters }),
    clientCredentialsSource: sourceOf<ClientCredentialsOptions, Awaited<ReturnType<typeof requests>>>(
      'client_credentials',
      requests,
      ({ clientCredentials }) => clientCredentials,
      `${server.tokenEndpoint} ${clientId}`,
    ),
    ...clientSessions({
      ...parts,
      refresh: async (held, impatient) => proves((await requests()).refresh(contextOf(impatient), held)),
      revoke: server.revocationEndpoint ? revoke : undefined,
      reuseIsForgiven: server.refreshTokenReuse === 'grace',
    }),
  })
}

/**
 * Reads the metadata of an authorization server (RFC 8414, OpenID Connect Discovery): from its issuer, or from `{ url }`.
 * @throws {OAuthError} `issuer_mismatch` if the document names another issuer (RFC 8414 §3.3), `insecure_url` if an
 * endpoint is not https, `error_response` or `invalid_response` if there is no such document, and network failures.
 */
export const discover = async (
  where: string | DocumentLocation,
  options?: DiscoverOptions,
): Promise<DiscoveredServer> => (await metadata()).discover(doorOf, where, options)

/**
 * Reads the metadata of a protected resource (RFC 9728): which servers' tokens it takes. Give it the URL that was refused, and
 * the `response` that refused it, whose challenge may say where they are.
 * @throws {OAuthError} `resource_mismatch` if the document is that of another resource (RFC 9728 §3.3), `insecure_url`,
 * `error_response` or `invalid_response` if there is no such document, and network failures.
 */
export const discoverResource = async (
  resource: string | URL,
  options?: DiscoverResourceOptions,
): Promise<ProtectedResource> => (await metadata()).discoverResource(doorOf, resource, options)

/**
 * Registers a client at run time (RFC 7591): `createClient({ server, ...registration })`. Each call makes another client:
 * keep what it gives, for this server alone.
 * @throws {OAuthError} `error_response` with `invalid_redirect_uri` or `invalid_client_metadata`, `unsupported` if the
 * server has no registration endpoint, `invalid_argument`, `insecure_url`, `invalid_response`, and network failures.
 */
export const registerClient = async (
  server: Pick<AuthorizationServer, 'issuer' | 'registrationEndpoint'>,
  metadata: ClientMetadata,
  options?: RegisterClientOptions,
): Promise<ClientRegistration> => (await grants()).registerClient(doorOf, server, metadata, options)

/**
 * The document to serve as JSON at the URL that is a client's `clientId` (OAuth Client ID Metadata Document).
 * @throws {OAuthError} `invalid_argument` if the URL or the document is one that no server may take.
 */
export const clientIdMetadataDocument = async (
  clientId: string,
  metadata: ClientMetadata,
): Promise<Readonly<Record<string, unknown>>> => (await grants()).clientIdMetadataDocument(clientId, metadata)
