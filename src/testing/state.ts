import type { Clock } from '../core/clock.js'
import type { AuthorizationServer } from '../core/server.js'
import type { Json } from './answers.js'
import type { KeyRing } from './crypto/key-ring.js'
import type { MockExtensionGrant } from './grants/extension-options.js'
import type { MockAuthorizationServerOptions, MockClient, MockJwk } from './options.js'
import type { Profile } from './profiles/profile.js'
import type { MockDPoPOptions } from './tokens/dpop-options.js'
import type { ReceivedRequest } from './ways/received-request.js'

/** The scopes, or everything there is. */
export type GrantedScope = readonly string[] | 'all'

/** Where tokens are to be used (RFC 8707), and for what (RFC 9396). */
export interface Target {
  readonly resources?: readonly string[]
  readonly details?: readonly Json[]
}

/** An authorization request behind a reference (RFC 9126). */
interface PushedRequest {
  readonly clientId: string
  readonly parameters: URLSearchParams
  readonly expiresAt: number
  used: boolean
}

/** What a token is bound to, by its thumbprint (RFC 7800 §3.1). */
export interface Confirmation {
  /** A key (RFC 9449 §6). */
  readonly jkt?: string
  /** A certificate (RFC 8705 §3.1). */
  readonly 'x5t#S256'?: string
}

/** What one approval gave: the family of all its tokens, which ends at once. */
export interface Grant {
  readonly clientId: string
  /** Absent: no user took part. */
  readonly subject?: string
  /** Who acts for the subject (RFC 8693 §4.1). Absent: nobody. */
  readonly actor?: string
  readonly scope: GrantedScope
  /** Absent: it is bound to none. */
  readonly target?: Target
  /** How the user logged in, where it was asked for (RFC 9470). */
  readonly acr?: string
  /** When the user logged in. */
  readonly authenticatedAt?: number
  /** What the ID token of this login echoes. */
  readonly nonce?: string
  /** What it gave is no access token (RFC 8693 §2.2.1). Absent: it is one. */
  readonly opensNothing?: boolean
  revoked: boolean
  /** Why it was revoked, in words. */
  why?: string
}

export interface Challenge {
  readonly value: string
  readonly method: string
}

export interface AuthorizationCode {
  readonly grant: Grant
  readonly expiresAt: number
  /** As the authorization request gave it; absent if it gave none. */
  readonly requestedRedirectUri?: string
  readonly challenge?: Challenge
  /** The thumbprint of the key that it is bound to (RFC 9449 §10). */
  readonly jkt?: string
  /** Less was granted than asked for. */
  readonly reduced: boolean
  /** A refresh token was asked for as the service wants it. */
  readonly offline: boolean
  used: boolean
  /** The parameter that was altered in the callback which carried it, as `state` or `iss`: no client may take such a code. */
  tampered?: string
}

export interface DeviceCode {
  readonly grant: Grant
  readonly userCode: string
  readonly expiresAt: number
  /** Less was granted than asked for. */
  readonly reduced: boolean
  /** Milliseconds that must lie between two requests: more each time that it is disregarded. */
  intervalMs: number
  /** When it was asked for last. */
  polledAt?: number
  /** What the user said. */
  decision?: { readonly subject: string; readonly authenticatedAt: number } | { readonly error: string }
  used: boolean
}

export interface AccessToken {
  readonly grant: Grant
  readonly scope: GrantedScope
  readonly target: Target
  readonly issuedAt: number
  readonly expiresAt: number
  /** What tells it apart (RFC 7519 §4.1.7). */
  readonly jti: string
  /** Absent: it is bound to nothing. */
  readonly cnf?: Confirmation
  revoked: boolean
}

export interface RefreshToken {
  readonly grant: Grant
  /** What that of a public client is bound to (RFC 9449 §5, RFC 8705 §7.1). */
  readonly cnf?: Confirmation
  /** Absent: without end. */
  readonly expiresAt?: number
  used: boolean
  /** What it was exchanged for, and until when it may be exchanged for the same again. */
  replaced?: { readonly by: string; readonly graceUntil: number }
}

/** Who is logged in. */
export interface Login {
  /** Who approved last. */
  user: string | undefined
  /** When, and how, as far as it was asked for. */
  loggedInAt: number
  acr: string | undefined
}

/** An authorization request of a client that is known, to be answered where it is known to be. */
export interface RedirectableRequest {
  readonly client: MockClient
  /** Its parameters, or those that were pushed. */
  readonly parameters: URLSearchParams
  readonly redirectUri: string
  /** What the pushed parameters were behind. */
  readonly requestUri?: string
}

/** A page that waits for what a person says, to an authorization request or to a device. */
export interface Interaction {
  /** The session of the browser that it was shown in. */
  readonly browser: string
  readonly expiresAt: number
  readonly about: RedirectableRequest | DeviceCode
}

export interface State extends Login {
  readonly codes: Map<string, AuthorizationCode>
  readonly deviceCodes: Map<string, DeviceCode>
  readonly accessTokens: Map<string, AccessToken>
  readonly refreshTokens: Map<string, RefreshToken>
  /** Who has approved which client before. */
  readonly consents: Set<string>
  /** The nonces that a fault demanded, and whether one was sent since. */
  readonly demandedNonces: Map<string, boolean>
  /** The `jti` of the proofs that were taken. */
  readonly proofs: Set<string>
  /** The `jti` of each client assertion that was taken, and until when it lives. */
  readonly assertions: Map<string, number>
  /** What each login that was redeemed had for itself alone. */
  readonly spent: Set<string>
  readonly pushedRequests: Map<string, PushedRequest>
  /** Who is logged in in which browser, by its cookie. */
  readonly browsers: Map<string, Login>
  readonly interactions: Map<string, Interaction>
  /** What users have approved at a page, by client and user. */
  readonly approvals: Map<string, Set<string>>
}

export const emptyState = (): State => ({
  codes: new Map(),
  deviceCodes: new Map(),
  accessTokens: new Map(),
  refreshTokens: new Map(),
  consents: new Set(),
  demandedNonces: new Map(),
  proofs: new Set(),
  assertions: new Map(),
  spent: new Set(),
  pushedRequests: new Map(),
  browsers: new Map(),
  interactions: new Map(),
  approvals: new Map(),
  user: undefined,
  loggedInAt: 0,
  acr: undefined,
})

/** What every endpoint works with. */
export interface MockContext {
  readonly profile: Profile
  /** As it is seen from where the request went. */
  readonly server: AuthorizationServer
  readonly clients: Map<string, MockClient>
  /** What the registration endpoint wants, if it wants one. */
  readonly initialAccessToken: string | undefined
  /** Seconds that the secret of a client lives which registers itself. Absent: without end. */
  readonly clientSecretLifetime: number | undefined
  readonly clock: Clock
  /** Milliseconds by which the server's own clock is ahead. */
  readonly skewMs: number
  readonly clientAssertionAudience: MockAuthorizationServerOptions['clientAssertionAudience']
  readonly state: State
  readonly signingKey: Uint8Array
  readonly keyRing: KeyRing
  readonly dpop: MockDPoPOptions
  /** What makes the nonces of this mock its own. */
  readonly nonceSeed: string
  /** The audiences and resources that a token may be exchanged for. Absent: any. */
  readonly exchangeTargets?: readonly string[] | undefined
  /** The keys of those whose assertions are taken, by `iss`. */
  readonly assertionIssuers: Readonly<Record<string, { readonly keys: readonly MockJwk[] }>>
  readonly extensionGrants: Readonly<Record<string, MockExtensionGrant>>
  /** What is known of users, by who they are. */
  readonly userClaims: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export type Endpoint = (request: ReceivedRequest, context: MockContext) => Response | Promise<Response>
