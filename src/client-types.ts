import type { Clock } from './core/clock.js'
import type { Given } from './core/given.js'
import type { DPoP } from './core/proof.js'
import type { AuthorizationServer } from './core/server.js'
import type { Token } from './core/token.js'
import type { AuthorizationRequest } from './protocol/authorization-request.js'
import type { Callback } from './protocol/authorization-response.js'
import type { ChosenAuthentication } from './protocol/client-authentication.js'
import type { ClientCredentialsOptions } from './protocol/client-credentials.js'
import type { GrantOptions } from './protocol/context.js'
import type { DeviceAuthorization, DeviceAuthorizationOptions } from './protocol/device-authorization.js'
import type { ClientAuthorizationRequestOptions } from './protocol/elaborate-request.js'
import type { ExtensionGrantOptions } from './protocol/extension-grant.js'
import type { IdTokenValidator } from './protocol/id-token-validator.js'
import type { Introspection, IntrospectOptions } from './protocol/introspection.js'
import type { JwtBearerOptions } from './protocol/jwt-bearer.js'
import type { LogoutOptions } from './protocol/logout.js'
import type { RefreshOptions } from './protocol/refresh.js'
import type { RevokeOptions } from './protocol/revocation.js'
import type { ExchangedToken, TokenExchangeOptions } from './protocol/token-exchange.js'
import type { Userinfo, UserinfoOptions } from './protocol/userinfo.js'
import type { AroundRenewal, TokenEvent } from './tokens/events.js'
import type { SharedPlace } from './tokens/grant-sources.js'
import type { SessionSourceOptions, SessionsOptions } from './tokens/session-options.js'
import type { Sessions } from './tokens/sessions.js'
import type { Session } from './tokens/source.js'
import type { ManagedSource, SourceOptions } from './tokens/sources.js'
import type { TokenStore } from './tokens/store.js'

/** What a client is made of. Only `server` and `clientId` are needed. */
export interface ClientOptions {
  /** From `bearward/providers`, from `discover(issuer)`, or written by hand. */
  readonly server: AuthorizationServer
  /** As the server knows it (RFC 6749 §2.2), or the URL of a client metadata document. */
  readonly clientId: string
  /** Leave it out for a public client. */
  readonly clientSecret?: string
  /** @default the server's first supported method that fits, else `client_secret_basic`, or `none` without a secret */
  readonly clientAuthentication?: ChosenAuthentication
  /**
   * Validates the ID tokens that come with access tokens: `idTokenValidator()` of `bearward/jwt`.
   * @default they are handed on as they came, not validated
   */
  readonly idToken?: IdTokenValidator
  /** Binds tokens and codes to a key (RFC 9449): `createDPoP()` of `bearward/dpop`. @default bearer tokens */
  readonly dpop?: DPoP
  /**
   * The server binds tokens to the certificate that your `fetch` shows (RFC 8705 §3), however this client authenticates:
   * requests go to `mtlsEndpointAliases` where there are any, and an API takes the token only over such a `fetch`.
   * @default whether `clientAuthentication` is one of mutual TLS
   */
  readonly tlsClientCertificateBoundAccessTokens?: boolean
  /** For mutual TLS one whose connections have the client's certificate. @default the runtime's own */
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
  /** Is around each renewal of this client's sources, as `instrumented` of `bearward/opentelemetry` makes a span of it. */
  readonly aroundRenewal?: AroundRenewal
}

/** What the tokens of a client-credentials source are asked for with, how they are renewed, and who shares them. */
export interface ClientCredentialsSourceOptions
  extends Omit<ClientCredentialsOptions, 'signal'>,
    SourceOptions,
    SharedPlace {}

/** How a token is kept that is given anew each time: a source of its own, which shares with others where a key says so. */
type Kept = SourceOptions &
  (
    | { readonly store?: never; readonly key?: never }
    | {
        /** Shares the token with other processes. While the store is down, each asks for its own. */
        readonly store: TokenStore
        /** The token's key in the store. It must name whose token it is, and what for: all who name the same one get the same token. */
        readonly key: string
      }
  )

/**
 * What is exchanged, how the tokens are renewed, and who shares them. Unlike other sources, two with the same options share
 * no token unless a `store` and a `key` say so.
 */
export type TokenExchangeSourceOptions = Omit<TokenExchangeOptions, 'signal'> & Kept
/**
 * The assertion, how the tokens are renewed, and who shares them: two such sources share a token only by a `store` and
 * a `key`.
 */
export type JwtBearerSourceOptions = Omit<JwtBearerOptions, 'signal'> & Kept
/**
 * How the tokens of a grant of your own are asked for and renewed, and who shares them: two such sources share a token only
 * by a `store` and a `key`.
 */
export type ExtensionGrantSourceOptions = Omit<ExtensionGrantOptions, 'signal'> & Kept

/** A client of one authorization server. It holds its secret in a closure: nothing that prints it shows one. */
export interface Client {
  /**
   * Where to send the user, and what to keep until the callback (RFC 6749 §4.1.1). Only a pushed request is sent.
   * @throws {OAuthError} `invalid_argument`, `insecure_url`, or `unsupported` if the server lacks the endpoint; of a pushed
   * one also `error_response`, `invalid_response`, and network failures.
   */
  authorizationRequest(options: ClientAuthorizationRequestOptions): Promise<AuthorizationRequest>
  /**
   * Judges a callback and exchanges its code (RFC 6749 §4.1.2, §4.1.3).
   * @throws {OAuthError} what `authorizationResponse` throws, `error_response`, `invalid_response`, `invalid_id_token`, and
   * network failures.
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
   * Asks whether a token is active, and for what (RFC 7662). The answer is the authorization server's word at this moment.
   * @throws {OAuthError} `unsupported` if the server has no introspection endpoint, `error_response`,
   * `invalid_response`, and network failures.
   */
  introspect(token: string | Partial<Token>, options?: IntrospectOptions): Promise<Introspection>
  /**
   * Begins a login on a device that has no browser (RFC 8628): show the user what comes back, and wait for `token()`.
   * @throws {OAuthError} `unsupported` if the server has no device authorization endpoint, `error_response`,
   * `invalid_response`, and network failures.
   */
  deviceAuthorization(options?: DeviceAuthorizationOptions): Promise<DeviceAuthorization>
  /**
   * Asks the server about the user that an access token stands for (OpenID Connect Core §5.3). Name the `subject` of the ID
   * token, if there is one.
   * @throws {OAuthError} `unsupported` if the server has no userinfo endpoint, `error_response` (`invalid_token` where the
   * token is not taken), `invalid_response` also for the claims of another user and for signed ones, and network failures.
   */
  userinfo(
    token: string | Pick<Token, 'accessToken' | 'tokenType' | 'keyThumbprint'>,
    options?: UserinfoOptions,
  ): Promise<Userinfo>
  /**
   * Where to send the user to be logged out at the server too (OpenID Connect RP-Initiated Logout §2). It sends nothing, and
   * ends no session here: `end()` does.
   * @throws {OAuthError} `unsupported` if the server has no end-session endpoint, `insecure_url`, `invalid_argument`.
   */
  logoutUrl(options?: LogoutOptions): Promise<string>
  /**
   * Exchanges a token for another one (RFC 8693): for another audience, for less scope, for another type.
   * @throws {OAuthError} `error_response` (`invalid_request` where a token is refused, `invalid_target` where the audience or
   * the resource is), `invalid_argument`, `invalid_response`, what a source throws, and network failures.
   */
  tokenExchange(options: TokenExchangeOptions): Promise<ExchangedToken>
  /**
   * A source of exchanged tokens that stay fresh. Each exchange takes what its subject's source or function gives by then. The
   * token at hand is served to its end, also when the subject's session has ended: keep the source no longer than that.
   * @throws {OAuthError} `invalid_argument` for a store without a key.
   */
  tokenExchangeSource(options: TokenExchangeSourceOptions): ManagedSource
  /**
   * The JWT bearer grant (RFC 7523 §2.1), also for a public client.
   * @throws {OAuthError} `error_response` with `invalid_grant` if the assertion is refused, `invalid_argument`,
   * `invalid_response`, what makes the assertion throws, and network failures.
   */
  jwtBearer(options: JwtBearerOptions): Promise<Token>
  /**
   * A source of such tokens that stay fresh.
   * @throws {OAuthError} `invalid_argument` for a store without a key.
   */
  jwtBearerSource(options: JwtBearerSourceOptions): ManagedSource
  /**
   * A grant that this library does not know (RFC 6749 §4.5), such as
   * `urn:ietf:params:oauth:grant-type:saml2-bearer` with its `assertion` (RFC 7522).
   * @throws {OAuthError} `invalid_argument` for a grant that has a method of its own, `error_response` with
   * `unsupported_grant_type`, `invalid_response`, and network failures.
   */
  extensionGrant(
    grantType: string,
    parameters?: Readonly<Record<string, Given>>,
    options?: ExtensionGrantOptions,
  ): Promise<Token>
  /**
   * A source of such tokens that stay fresh.
   * @throws {OAuthError} `invalid_argument` for a store without a key.
   */
  extensionGrantSource(
    grantType: string,
    parameters: Readonly<Record<string, Given>>,
    options?: ExtensionGrantSourceOptions,
  ): ManagedSource
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
