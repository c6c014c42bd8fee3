import { OAuthError } from './errors.js'

/**
 * An authorization server: its metadata under the names of RFC 8414 in camelCase, and the facts that RFC 8414 has no
 * name for. From `bearward/providers`, from `discover(issuer)`, or written by hand.
 */
export interface AuthorizationServer {
  /**
   * The name by which it signs what it says: `iss` in authorization responses (RFC 9207) and ID tokens, and what it expects
   * as the `aud` of assertions. An https URL, spelled exactly as the server does.
   */
  readonly issuer?: string
  /** Where users are sent (RFC 6749 §3.1). */
  readonly authorizationEndpoint?: string
  /** Where grants are turned into tokens (RFC 6749 §3.2). */
  readonly tokenEndpoint: string
  /** For `revoke`, and for the `end()` of a session (RFC 7009 §2). */
  readonly revocationEndpoint?: string
  /** For `introspect` (RFC 7662 §2). */
  readonly introspectionEndpoint?: string
  /** For `deviceAuthorization` (RFC 8628 §3.1). */
  readonly deviceAuthorizationEndpoint?: string
  /** For `authorizationRequest({ pushed: true })` (RFC 9126 §2). */
  readonly pushedAuthorizationRequestEndpoint?: string
  /** The server takes no other authorization requests (RFC 9126 §5): then the client pushes them. @default false */
  readonly requirePushedAuthorizationRequests?: boolean
  /** For `userinfo` (OpenID Connect Core §5.3). */
  readonly userinfoEndpoint?: string
  /** For `logoutUrl` (OpenID Connect RP-Initiated Logout §2.1). */
  readonly endSessionEndpoint?: string
  /** For `registerClient` (RFC 7591 §3). */
  readonly registrationEndpoint?: string
  /** The keys that ID tokens are verified with: a JWK Set (RFC 7517 §5). */
  readonly jwksUri?: string
  /** Told of, and asked for by nobody but you: a server need not name all (RFC 8414 §2). */
  readonly scopesSupported?: readonly string[]
  /** Told of alone: the client always asks for `code`. */
  readonly responseTypesSupported?: readonly string[]
  /** Told of alone: whether a grant is taken, the server says when it is asked. */
  readonly grantTypesSupported?: readonly string[]
  /** Told of alone: `S256` is sent to every server (RFC 7636 §4.2, RFC 9700 §2.1.1). */
  readonly codeChallengeMethodsSupported?: readonly string[]
  /** In order of preference: the client takes the first that fits, unless it is told otherwise. */
  readonly tokenEndpointAuthMethodsSupported?: readonly string[]
  /** The JWS algorithms of DPoP proofs that it takes (RFC 9449 §5.1): a key for another one is refused before anything is sent. */
  readonly dpopSigningAlgValuesSupported?: readonly string[]
  /** What a client's assertion may be signed with: `privateKeyJwt` of `bearward/jwt` takes the first that fits its key. */
  readonly tokenEndpointAuthSigningAlgValuesSupported?: readonly string[]
  /** What the server signs ID tokens with: `idTokenValidator` of `bearward/jwt` takes those with a public key. */
  readonly idTokenSigningAlgValuesSupported?: readonly string[]
  /** The server sends `iss` in every authorization response (RFC 9207): one without it is refused. @default false */
  readonly authorizationResponseIssParameterSupported?: boolean
  /** A `client_id` may be the URL of a client's metadata (Client ID Metadata Document §6). @default false */
  readonly clientIdMetadataDocumentSupported?: boolean
  /** The server can bind access tokens to a client's certificate (RFC 8705 §3.3). @default false */
  readonly tlsClientCertificateBoundAccessTokens?: boolean
  /** The types of authorization details that the server knows (RFC 9396 §10). */
  readonly authorizationDetailsTypesSupported?: readonly string[]
  /** The endpoints that a client with mutual TLS uses in place of the others (RFC 8705 §5). */
  readonly mtlsEndpointAliases?: { readonly [Name in Endpoint]?: string }

  /** How the server decodes Basic credentials: `form` (RFC 6749 §2.3.1) or `raw` (RFC 7617 alone). @default 'form' */
  readonly basicEncoding?: 'form' | 'raw'
  /** The server wants `client_id` in the body beside Basic credentials. @default false */
  readonly basicClientIdInBody?: boolean
  /** Seconds that an access token lives if an answer has no `expires_in`. @default unknown */
  readonly defaultExpiresIn?: number
  /** Seconds that a refresh token lives if an answer says nothing of it. @default unknown */
  readonly defaultRefreshTokenExpiresIn?: number
  /** `grace`: a refresh token that is sent twice is forgiven. @default it may cost the session */
  readonly refreshTokenReuse?: 'grace'
  /** What parts the scopes of a request and of an answer. @default a space (RFC 6749 §3.3) */
  readonly scopeSeparator?: ','
  /** What parts the scopes of an answer. @default `scopeSeparator` */
  readonly answeredScopeSeparator?: ','
  /**
   * What an authorization request carries to get a refresh token (`offlineAccess: true`): `scope` is added to what is
   * asked for, anything else is a parameter. @default nothing: a refresh token comes anyway, or never
   */
  readonly offlineAccessParameters?: Readonly<Record<string, string>>
}

/** The fields of a server that hold a URL requests go to. */
export type Endpoint = {
  [Name in keyof AuthorizationServer]-?: Name extends `${string}Endpoint` ? Name : never
}[keyof AuthorizationServer]

/** How a parsed URL begins that is safe to send a secret to: https or, on loopback, http. */
const secure = /^http(s:|:\/\/(localhost|127[\d.]+|\[::1])(:\d+)?\/)/

/** The URL of an endpoint that the server must offer. */
export const secureUrl = (url: string | undefined, name: string, allowInsecureRequests?: boolean): URL => {
  if (!url) throw new OAuthError('unsupported', `server has no ${name}`)
  const parsed = URL.parse(url)
  if (parsed && (allowInsecureRequests ? /^http/ : secure).test(parsed.href)) return parsed
  throw new OAuthError('insecure_url', `${name} must be https`)
}
