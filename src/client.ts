import { type Clock, longestTimerMs, systemClock } from './core/clock.js'
import { conceal } from './core/conceal.js'
import { OAuthError } from './core/errors.js'
import { hostFetch, isBrowser } from './core/host.js'
import { scopeParameter } from './core/scope.js'
import { type AuthorizationServer, secureUrl } from './core/server.js'
import { isWellFormed } from './core/text.js'
import type { Token } from './core/token.js'
import {
  type AuthorizationRequest,
  type AuthorizationRequestOptions,
  authorizationRequest,
} from './protocol/authorization-request.js'
import type { Callback } from './protocol/authorization-response.js'
import { type ChosenAuthentication, chosenAuthentication, none } from './protocol/client-authentication.js'
import type { ClientCredentialsOptions } from './protocol/client-credentials.js'
import type { ClientContext, DoorContext, GrantOptions } from './protocol/context.js'
import type { DiscoverOptions } from './protocol/discovery.js'
import type { RefreshOptions } from './protocol/refresh.js'
import type { RevokeOptions } from './protocol/revocation.js'
import { cacheKey, cacheOf, poolsOf } from './tokens/cache.js'
import { announcer, type TokenEvent } from './tokens/events.js'
import { type Keeper, type KeeperOptions, keep } from './tokens/keeper.js'
import type { SessionSourceOptions, SessionsOptions } from './tokens/session-options.js'
import { type Sessions, sessionsOf } from './tokens/sessions.js'
import type { SharedSessionOptions } from './tokens/shared-session.js'
import {
  type HotSessions,
  hotSessions,
  type SharedSourceOptions,
  sharedSessionOf,
  standIn,
} from './tokens/shared-source.js'
import type { Session, SessionToken } from './tokens/source.js'
import { type ManagedSource, type SourceOptions, sessionOf, sourceOf } from './tokens/sources.js'
import { assertPlace, type TokenStore } from './tokens/store.js'

export interface ClientOptions {
  /** From `bearward/providers`, from `discover(issuer)`, or written by hand. */
  readonly server: AuthorizationServer
  readonly clientId: string
  /** Leave it out for a public client. */
  readonly clientSecret?: string
  /** @default the server's first supported method that fits, else `client_secret_basic`, or `none` without a secret */
  readonly clientAuthentication?: ChosenAuthentication
  /** @default the runtime's own */
  readonly fetch?: typeof globalThis.fetch
  /** @default the system's */
  readonly clock?: Clock
  /** Milliseconds for one try of a request, the body of its answer included. @default 10_000 */
  readonly timeoutMs?: number
  /** Allows plain `http` beyond loopback: whoever is on the way reads the secret. @default false */
  readonly allowInsecureRequests?: boolean
  /** Allows a client secret in a browser, where every visitor can read it. @default false */
  readonly allowSecretInBrowser?: boolean
  /** Hears what happens to the tokens of this client's sources. No event holds a secret; a listener that throws harms nothing. */
  readonly onEvent?: (event: TokenEvent) => void
}

export interface ClientCredentialsSourceOptions extends Omit<ClientCredentialsOptions, 'signal'>, SourceOptions {
  /** Shares the token with other processes. While the store is down, each asks for its own. */
  readonly store?: TokenStore
  /** The token's key in the store. @default one made of the token endpoint, the client, the scope and the parameters */
  readonly key?: string
}

/** A client of one authorization server. It holds its secret in a closure: nothing that prints it shows one. */
export interface Client {
  /** Where to send the user, and what to keep until the callback (RFC 6749 §4.1.1). */
  authorizationRequest(options: AuthorizationRequestOptions): Promise<AuthorizationRequest>
  /**
   * Judges a callback and exchanges its code (RFC 6749 §4.1.2, §4.1.3).
   * @throws {OAuthError} what `authorizationResponse` throws, `error_response`, `invalid_response`, and network failures.
   */
  exchangeCode(callback: Callback, request: AuthorizationRequest, options?: GrantOptions): Promise<Token>
  /**
   * Exchanges a refresh token (RFC 6749 §6). Given a whole token, the answer keeps of it what the server leaves out.
   * @throws {OAuthError} `error_response` with `invalid_grant` if it is revoked or expired, `invalid_response`, and
   * network failures; `delivery` tells whether it may have been used up.
   */
  refresh(token: string | Partial<Token>, options?: RefreshOptions): Promise<Token>
  /**
   * The client credentials grant (RFC 6749 §4.4).
   * @throws {OAuthError} `unsupported` for a public client, `error_response`, `invalid_response`, and network failures.
   */
  clientCredentials(options?: ClientCredentialsOptions): Promise<Token>
  /**
   * Revokes a token (RFC 7009).
   * @throws {OAuthError} `unsupported` if the server has no revocation endpoint, `error_response`, `invalid_response`,
   * and network failures.
   */
  revoke(token: string | Partial<Token>, options?: RevokeOptions): Promise<void>
  /**
   * A source of client-credentials tokens that stay fresh. Making one is cheap: those that ask this client for the same
   * thing share a token. That of a public client fails with `unsupported` when it is asked.
   */
  clientCredentialsSource(options?: ClientCredentialsSourceOptions): ManagedSource
  /**
   * A user's session, kept alive from its refresh token. Its callers get `session_ended` once the server has refused it.
   * With a `store` it is shared by all who name the same store and key, and no refresh token is sent twice.
   * @throws {OAuthError} `invalid_argument` for what is no store or no key.
   */
  sessionSource(options: SessionSourceOptions): Session
  /**
   * Many users' sessions, each under a key: what they hold is kept for all, the working parts for `mostHot` of them.
   * @throws {OAuthError} `invalid_argument` for what is no store.
   */
  sessions(options?: SessionsOptions): Sessions
}

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

const assertCredentials = (options: ClientOptions): void => {
  if (!isWellFormed(options.clientId)) throw invalid('clientId must be a text')
  if (!('clientSecret' in options)) return
  if (!isWellFormed(options.clientSecret)) {
    throw invalid('clientSecret is empty or no text: leave it out if this is a public client')
  }
  if (isBrowser() && !options.allowSecretInBrowser) {
    throw new OAuthError('secret_in_browser', 'every visitor can read a secret in a browser: use a public client')
  }
}

const mostHotByDefault = 10_000

const doorOf = (options: Partial<DoorContext>): DoorContext => {
  const { fetch = hostFetch, clock = systemClock, timeoutMs = 10_000, allowInsecureRequests = false } = options
  if (!(timeoutMs > 0 && timeoutMs <= longestTimerMs)) {
    throw invalid('timeoutMs must be positive and at most 2147483647')
  }
  return { fetch, clock, timeoutMs, allowInsecureRequests }
}

/** Most of the weight, and needed only once something is sent. */
const requests = () => import('./protocol/requests.js')

/** Needed by those who share tokens. */
const sharing = () => import('./tokens/sharing.js')

/**
 * Makes a client of an authorization server. Making one sends nothing and is cheap.
 * @throws {OAuthError} `invalid_argument`, `insecure_url`, `secret_in_browser`, or `unsupported` if the server takes no
 * such client.
 */
export const createClient = (options: ClientOptions): Client => {
  const { server, clientId, clientSecret } = options
  const door = doorOf(options)
  const { allowInsecureRequests, clock } = door
  assertCredentials(options)
  secureUrl(server?.tokenEndpoint, 'tokenEndpoint', allowInsecureRequests)
  const authenticate = chosenAuthentication(options)
  const context: ClientContext = {
    server,
    clientId,
    clientSecret,
    authenticate,
    isPublic: authenticate === none,
    ...door,
  }
  /** For requests under a lock, which is not held through a `Retry-After`. */
  const impatient: ClientContext = { ...context, longestWaitMs: 0 }
  const announce = announcer(options.onEvent)
  const credentials = { proven: false }
  /** Whatever gave a token took the client's own credentials for good. */
  const proves = async (granting: Promise<Token>): Promise<Token> => {
    const token = await granting
    credentials.proven = true
    return token
  }
  const keepers = poolsOf(() => cacheOf<Keeper>(1000))
  const hot = poolsOf(() => hotSessions(mostHotByDefault))
  const many = poolsOf(() => cacheOf<HotSessions>(10))
  const ownerOf = (kind: string): string => JSON.stringify([kind, server.issuer ?? server.tokenEndpoint, clientId])
  const refresh: Client['refresh'] = async (...given) => proves((await requests()).refresh(context, ...given))
  const clientCredentials: Client['clientCredentials'] = async (...given) =>
    proves((await requests()).clientCredentials(context, ...given))
  const revoke: Client['revoke'] = async (...given) => (await requests()).revoke(context, ...given)
  const reuseIsForgiven = server.refreshTokenReuse === 'grace'
  const revokeIfOffered = server.revocationEndpoint ? revoke : undefined
  const sessionFor = (
    source: SourceOptions & Pick<KeeperOptions, 'onHeld' | 'lost'>,
    token: SessionToken | undefined,
  ) => {
    const keeper = keep(
      {
        renew: async (held) => ({ token: await refresh(held ?? {}) }),
        singleUse: true,
        reuseIsForgiven,
        name: 'session',
        ...{ clock, credentials, announce, ...source },
      },
      token,
    )
    return { keeper, session: sessionOf(keeper, clock, source, revokeIfOffered) }
  }
  const sharedSession = (
    { store, key }: Pick<SharedSessionOptions, 'store' | 'key'>,
    seed: SessionToken | undefined,
    { prefetch, waitUntil, whenStoreFails, ...freshness }: SharedSourceOptions,
    pool: HotSessions,
  ): Session => {
    assertPlace(store, key)
    const parts = {
      ...{ clock, credentials, announce, reuseIsForgiven },
      revoke: revokeIfOffered,
      share: async (seedNow: () => SessionToken | undefined) =>
        (await sharing()).shareSession({
          ...{ store, key, owner: ownerOf('session'), seed: seedNow, clock, freshness, credentials, reuseIsForgiven },
          exchange: async (held) => proves((await requests()).refresh(impatient, held)),
          discard: async (token) => revokeIfOffered?.(token).catch(() => {}),
        }),
    }
    const id = JSON.stringify([key, prefetch, freshness])
    const wake = () => {
      const woken = pool(id, () => sharedSessionOf(parts, freshness, prefetch))
      if (seed) woken.offer(seed)
      return woken
    }
    return standIn(wake, clock, { ...(waitUntil && { waitUntil }), ...(whenStoreFails && { whenStoreFails }) })
  }
  return Object.freeze<Client>({
    authorizationRequest: async (wanted) => {
      const request = await authorizationRequest({ ...wanted, server, clientId, allowInsecureRequests })
      const { issuer, redirectUri, scope } = request
      return conceal(request, { clientId, issuer, redirectUri, scope })
    },
    exchangeCode: async (...given) => proves((await requests()).exchangeCode(context, ...given)),
    refresh,
    clientCredentials,
    revoke,
    clientCredentialsSource: ({ scope: wanted, parameters, store, key, ...source } = {}) => {
      const scope = scopeParameter(wanted)
      const { prefetch, waitUntil, ...freshness } = source
      const name = `client_credentials ${scope ?? ''}`.trim()
      const asked = { ...(scope && { scope }), ...(parameters && { parameters }) }
      const grant = async (signal: AbortSignal) =>
        proves((await requests()).clientCredentials(store ? impatient : context, { signal, ...asked }))
      const place = key ?? `${server.tokenEndpoint} ${clientId} ${cacheKey(scope, parameters)}`
      if (store) assertPlace(store, place)
      const renewal = (): KeeperOptions['renew'] => {
        if (!store) return async (_, signal) => ({ token: await grant(signal) })
        let shared: KeeperOptions['renew'] | undefined
        return async (held, signal, refused) => {
          shared ??= (await sharing()).shareGrant({
            store,
            key: place,
            clock,
            freshness,
            owner: ownerOf('client_credentials'),
            grant,
          })
          return shared(held, signal, refused)
        }
      }
      const keeper = keepers(store).get(cacheKey(scope, parameters, { ...freshness, key }), () =>
        keep({ renew: renewal(), singleUse: false, name, ...{ clock, credentials, announce, ...freshness } }),
      )
      return sourceOf(keeper, clock, source)
    },
    sessionSource: (wanted) => {
      if (!wanted.store) {
        const { token, store: _, ...source } = wanted
        return sessionFor(source, token).session
      }
      const { store, key, token, ...source } = wanted
      return sharedSession({ store, key }, token, source, hot(store))
    },
    sessions: ({ mostHot = mostHotByDefault, store, ...source } = {}) => {
      if (!store) return sessionsOf((seed, kept) => sessionFor({ ...source, ...kept }, seed), mostHot)
      const pool = many(store).get(`${mostHot}`, () => hotSessions(mostHot))
      assertPlace(store, 'any')
      return { get: (key) => sharedSession({ store, key }, undefined, source, pool) }
    },
  })
}

/**
 * Reads the metadata of an authorization server from its issuer (RFC 8414, OpenID Connect Discovery).
 * @throws {OAuthError} `issuer_mismatch` if the document names another issuer (RFC 8414 §3.3), `insecure_url` if an
 * endpoint is not https, `error_response` or `invalid_response` if there is no such document, and network failures.
 */
export const discover = async (
  issuer: string,
  { signal, ...door }: DiscoverOptions = {},
): Promise<AuthorizationServer> => (await requests()).discover(doorOf(door), issuer, signal)
