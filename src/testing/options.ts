import type { Clock } from '../core/clock.js'
import type { Scope } from '../core/scope.js'
import type { AuthorizationServer } from '../core/server.js'
import type { MockScriptedFault } from './faults/scripted-fault.js'
import type { MockExtensionGrant } from './grants/extension-options.js'
import type { MockGrantType } from './grants/grant-type.js'
import type { MockListeners } from './journal.js'
import type { MockQuirks } from './profiles/profile.js'
import type { MockDPoPOptions } from './tokens/dpop-options.js'

/** A public key (RFC 7517 §4), as Web Crypto exports it or as a key set has it. */
export interface MockJwk {
  readonly kty?: string
  readonly crv?: string
  readonly x?: string
  readonly y?: string
  readonly n?: string
  readonly e?: string
  readonly alg?: string
  readonly use?: string
  readonly key_ops?: readonly string[]
  readonly ext?: boolean
  readonly kid?: string
  /** Its certificate in base64, which the client shows (RFC 8705 §2.2.2). */
  readonly x5c?: readonly string[]
  /** The thumbprint of that certificate, in its place. */
  readonly 'x5t#S256'?: string
}

/** A client as it is registered with the mock. */
export interface MockClient {
  /** By which it is known. */
  readonly clientId: string
  /** What people know it by (RFC 7591 §2 `client_name`). @default its clientId */
  readonly clientName?: string
  /** A public client has neither a secret nor `jwks`. */
  readonly clientSecret?: string
  /** Epoch milliseconds at which that ends (RFC 7591 §3.2.1 `client_secret_expires_at`). @default it does not */
  readonly clientSecretExpiresAt?: number
  /** The public keys that its assertions are verified with (`private_key_jwt`), or whose certificates it shows. */
  readonly jwks?: { readonly keys: readonly MockJwk[] }
  /** Compared exactly, but for the port of a loopback address (RFC 8252 §7.3). @default none */
  readonly redirectUris?: readonly string[]
  /** Where it may have users sent to that it logs out, compared exactly. @default none */
  readonly postLogoutRedirectUris?: readonly string[]
  /** The scopes that it may have, space-separated. @default any */
  readonly scope?: string
  /** @default every grant of the server */
  readonly grantTypes?: readonly (MockGrantType | (string & Record<never, never>))[]
  /** @default any documented method of the server, or `none` for a public client */
  readonly tokenEndpointAuthMethod?:
    | 'client_secret_basic'
    | 'client_secret_post'
    | 'client_secret_jwt'
    | 'private_key_jwt'
    | 'tls_client_auth'
    | 'self_signed_tls_client_auth'
    | 'none'
  /** With `tls_client_auth`, the subject of its certificate (RFC 4514), or one of the names below (RFC 8705 §2.1.2). */
  readonly tlsClientAuthSubjectDn?: string
  readonly tlsClientAuthSanDns?: string
  readonly tlsClientAuthSanUri?: string
  readonly tlsClientAuthSanIp?: string
  readonly tlsClientAuthSanEmail?: string
  /** Its tokens are bound to the certificate that it shows, however it authenticates (RFC 8705 §3.4). @default false */
  readonly tlsClientCertificateBoundAccessTokens?: boolean
  /** Its tokens are bound to a key: a request for one without a DPoP proof is refused (RFC 9449 §5.2). @default false */
  readonly dpopBoundAccessTokens?: boolean
  /** What a public client of wicked is: a single-page app gets no refresh token there. @default 'spa' */
  readonly kind?: 'spa' | 'native'
}

/** Who decides at the authorization endpoint. */
export type MockLogin = 'automatic' | 'page'

/** The services that the mock can answer like. */
export type MockProfile =
  | 'auth0'
  | 'cognito'
  | 'entra'
  | 'github'
  | 'google'
  | 'keycloak'
  | 'miwa'
  | 'okta'
  | 'slack'
  | 'smokeball'
  | 'spotify'
  | 'wicked'

/** Whom the mock knows, whom it answers like, and how long what it issues lives. */
export interface MockAuthorizationServerOptions extends MockListeners {
  /** The service to answer like. @default a server that keeps to the RFCs */
  readonly profile?: MockProfile
  /**
   * With a profile, the preset of its service, where that is made of options: your tenant's, your realm's. Without one, any
   * server of yours: the mock keeps to the RFCs, and to its facts. @default the profile's own, or one made up
   */
  readonly server?: AuthorizationServer
  /** Not with a profile or a server, which have URLs of their own. @default 'https://as.test' */
  readonly issuer?: string
  /** Those that it knows from the start. Others may register (RFC 7591), or come by a metadata document. */
  readonly clients: readonly MockClient[]
  /**
   * The client metadata documents that the mock would find at the URLs that are client IDs (OAuth Client ID Metadata
   * Document), by URL: `{ [clientId]: await clientIdMetadataDocument(clientId, …) }`. Not with a
   * profile.
   * @default none, and the server says that it supports none
   */
  readonly clientMetadataDocuments?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** What the registration endpoint wants (RFC 7591 §3). Not with a profile. @default none: registration is open to all */
  readonly initialAccessToken?: string
  /** Seconds that the secrets live which the registration endpoint gives (RFC 7591 §3.2.1). Not with a profile. @default without end */
  readonly clientSecretLifetime?: number
  /** Seconds. @default 3600, or what the profile's service documents */
  readonly accessTokenLifetime?: number
  /**
   * What access tokens are: texts that say nothing, or JWTs (RFC 9068) that a resource verifies with the key set at `jwksUri`,
   * signed by `idTokenSigningAlg`. Where there is no `node:crypto`, as in a browser, the JWT that `mock.issue` mints at once is
   * signed with a key that is in no key set: the mock's own endpoints take it, another resource does not. A service that is
   * mocked without `jwksUri` publishes no keys.
   * @default 'opaque', or what the profile's service has
   */
  readonly accessTokenFormat?: 'opaque' | 'jwt'
  /** Seconds, counted anew with each rotation, but for auth0 and spotify. @default without end, or what is documented */
  readonly refreshTokenLifetime?: number
  /** Seconds. @default 60, or what is documented */
  readonly authorizationCodeLifetime?: number
  /** Seconds that a user has for the code of a device. @default 600 */
  readonly deviceCodeLifetime?: number
  /**
   * Seconds that a device must wait between two requests: one that does not is told `slow_down`. A server that does not name
   * it is one whose device authorization endpoint has the fault `fields` with `interval: undefined`.
   * @default 5
   */
  readonly deviceInterval?: number
  /** Seconds that a pushed authorization request may be used for (RFC 9126 §2.2). @default 60 */
  readonly pushedRequestLifetime?: number
  /**
   * Every authorization request must have a `state`. A server that keeps to the RFCs refuses those alone that nothing protects
   * from forgery: neither `state` nor a `code_challenge` nor, with `openid`, a `nonce` (RFC 9700 §2.1, §4.7).
   * @default false
   */
  readonly requireState?: boolean
  /** Only pushed authorization requests are taken (RFC 9126 §5). Not with a profile. @default false */
  readonly requirePushedAuthorizationRequests?: boolean
  /** The resources that requests may name (RFC 8707). Not with a profile, whose service ignores them. @default any */
  readonly resources?: readonly string[]
  /** The types of authorization details that requests may have (RFC 9396). Not with a profile. @default any */
  readonly authorizationDetailsTypes?: readonly string[]
  /** Each refresh gives a new refresh token, and the used one ends the session when it comes again. @default true, or what
   * is documented */
  readonly rotateRefreshTokens?: boolean
  /**
   * Seconds for which a refresh token that was used may come again, and then gets the refresh token that it got before, as
   * long as that one is unused. Okta, Auth0 and Supabase have such a period. @default 0
   */
  readonly refreshTokenGracePeriod?: number
  /** @default the system's */
  readonly clock?: Clock
  /**
   * Who vouches for the certificates of clients with `tls_client_auth`, in PEM. A mock that listens over https asks for
   * certificates where there are such authorities, or clients that show one. @default nobody
   */
  readonly certificateAuthorities?: readonly string[]
  /** What the `aud` of a client's assertion must be (RFC 7523 §3). @default the issuer or the token endpoint */
  readonly clientAssertionAudience?: 'issuer' | 'token_endpoint'
  /** The audiences and resources that a token may be exchanged for (RFC 8693): others are an `invalid_target`. @default any */
  readonly exchangeTargets?: readonly string[]
  /** The public keys of those whose assertions are taken for grants (RFC 7523 §2.1), by their `iss`. @default nobody */
  readonly assertionIssuers?: Readonly<Record<string, { readonly keys: readonly MockJwk[] }>>
  /** Grants of your own (RFC 6749 §4.5), by their `grant_type`: each says what comes of a form. @default none */
  readonly extensionGrants?: Readonly<Record<string, MockExtensionGrant>>
  /** What userinfo says of users beside their `sub`, by who they are. @default nothing */
  readonly userClaims?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** What ID tokens are signed with. @default what the server says, and 'ES256' of the mock's own */
  readonly idTokenSigningAlg?: 'RS256' | 'PS256' | 'ES256' | 'EdDSA'
  /**
   * In what the server differs from the RFCs, or from its profile: a service of your own is its `server` and its quirks.
   * @default none, or those of the profile
   */
  readonly quirks?: MockQuirks
  /** Not with a profile, whose service knows no DPoP. @default proofs are checked where they come */
  readonly dpop?: MockDPoPOptions
  /**
   * Who decides at the authorization endpoint. `automatic`: the mock does, and approves at once. `page`: a person does at a
   * page, where anybody may log in by a name, and approve or refuse. `mock.authorize` decides by itself in either.
   * @default 'automatic'
   */
  readonly login?: MockLogin
  /** What goes wrong from the start, also in the notation of `parseFaults`; `mock.fault` adds to it. @default nothing */
  readonly faults?: readonly (MockScriptedFault | string)[]
  /** How many of the latest requests the mock keeps in `requests`. One that runs for long needs an end. @default all of them */
  readonly requestsLimit?: number
  /** A whole number that decides what a fault's probability draws: the same one, the same faults. @default 1 */
  readonly seed?: number
}

/** What the user does at the authorization endpoint. */
export interface MockAuthorizeOptions {
  /** Who approves. @default the user of the session, else 'user' */
  readonly user?: string
  /** The user refuses: with `access_denied`, or with the error named here. @default false */
  readonly deny?: boolean | string
  /** Whether somebody is logged in, which is what `prompt=none` asks. @default whether somebody approved before */
  readonly session?: boolean
  /** How the user logs in, where they have to (RFC 9470 §5). @default the first of `acr_values` */
  readonly acr?: string
}

/** The token that `issue` mints. */
export interface MockIssueOptions {
  readonly clientId: string
  /** @default what the client gets when it asks for none */
  readonly scope?: Scope
  /** Who approved. @default the user of the session, else 'user' */
  readonly subject?: string
  /** @default whether the client may refresh */
  readonly refreshToken?: boolean
  /** The JWK thumbprint of the key that it is bound to (RFC 9449). @default it is bound to none */
  readonly keyThumbprint?: string
  /** The thumbprint of the certificate that it is bound to (RFC 8705). @default it is bound to none */
  readonly certificateThumbprint?: string
  /** Seconds that the access token lives; 0 gives one that has expired. @default the server's */
  readonly expiresIn?: number
}

/** It has nothing to authenticate with. */
export const isPublic = ({ clientSecret, jwks, tokenEndpointAuthMethod: method }: MockClient): boolean =>
  clientSecret === undefined && !jwks && method !== 'tls_client_auth'
