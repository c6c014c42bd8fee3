import type { AuthorizationServer } from '../../core/server.js'
import type { Json } from '../answers.js'
import type { MockGrantType } from '../grants/grant-type.js'
import type { Reason, RefusalFact } from '../refusal.js'

/** How one service answers: data that the endpoints read. What the client's preset knows too is in `server`. */
export interface Profile {
  readonly server: AuthorizationServer
  readonly accessTokenLifetime: number
  readonly refreshTokenLifetime?: number
  readonly authorizationCodeLifetime: number
  /** Seconds. */
  readonly deviceCodeLifetime: number
  /** Seconds. */
  readonly deviceInterval: number
  /** What the device authorization response calls the page that the user goes to. */
  readonly verificationUriName: 'verification_uri' | 'verification_url'
  /** It has a second address, with the user code in it. */
  readonly hasCompleteUri: boolean
  /** Each refresh gives a new refresh token: for all, or for public clients alone. */
  readonly rotateRefreshTokens: boolean | 'public'
  /** A refresh that gives no new refresh token answers with the old one. */
  readonly repeatsRefreshToken: boolean
  /** A refresh token that was replaced stays good. */
  readonly keepsUsedRefreshTokens: boolean
  /** A refresh token that replaces another ends when that one would have. */
  readonly fixedRefreshTokenExpiry: boolean
  /**
   * What a login must ask for to get a refresh token: the scope `offline_access`, or `access_type=offline` with a consent,
   * which is the first login's or that of `prompt=consent`.
   */
  readonly refreshTokenNeeds: 'nothing' | 'offline_access' | 'access_type'
  /** The field that tells how long the refresh token lives; 0 in it is without end. */
  readonly refreshTokenLifetimeField?: 'refresh_token_expires_in' | 'refresh_expires_in'
  /** The access token of a client that may not refresh has no end, and its answer no `expires_in`. */
  readonly endlessWithoutRefresh: boolean
  /** Seconds. */
  readonly refreshTokenGracePeriod: number
  readonly accessTokenFormat: 'opaque' | 'jwt'
  /** What a JWT is like that is an access token: as RFC 9068 has it, or of the service's own making. */
  readonly accessTokenProfile: 'rfc9068' | 'service'
  readonly tokenType: 'Bearer' | 'bearer' | 'bot' | 'user'
  /** What a token answer holds beside. */
  readonly answerFields: Json
  /** The fields that the answer to a grant does not have. */
  readonly omittedFields: Partial<Record<MockGrantType, readonly string[]>>
  readonly publicClients: boolean
  /** A confidential client must not use PKCE. */
  readonly pkceForPublicClientsOnly: boolean
  /** Public clients of these kinds get no refresh token. */
  readonly unrefreshedKinds: readonly string[]
  /** A `client_id` in the body means that the Basic header is not looked at. */
  readonly bodyClientIdHidesBasic: boolean
  /** The grants that want `client_id` in the body, also beside Basic credentials. */
  readonly grantsWithClientIdInBody: readonly MockGrantType[]
  /** The token endpoint compares `redirect_uri` with the one of the authorization request. */
  readonly redirectUriAtToken: boolean
  /** The grants that do not look at `scope`, and give everything. */
  readonly grantsWithoutScope: readonly MockGrantType[]
  /** What a request without `scope` gets: what the client is registered for, everything that it may have, or nothing. */
  readonly defaultScope: 'registered' | 'all' | 'none'
  /** What becomes of a scope that the client may not have. */
  readonly unfitScope: 'refused' | 'dropped'
  /** When an answer names the scope. */
  readonly scopeInAnswer: 'granted' | 'reduced' | 'never'
  /** Absent: every scope is known. */
  readonly knownScopes?: readonly string[]
  /** Revocation asks for no client. */
  readonly openRevocation: boolean
  /** Revocation refuses a token that is unknown. */
  readonly strictRevocation: boolean
  /** Revocation takes the token in the query too. */
  readonly revocationInQuery: boolean
  /** Revocation of an access token ends its refresh token too. */
  readonly revocationEndsGrant: boolean
  /** Pages of other origins may ask the endpoints of a client, as a browser has it (CORS). */
  readonly crossOrigin: boolean
  /** An authorization request without `state` is refused. */
  readonly requireState: boolean
  /** What becomes of an authorization request that nothing protects from forgery: neither `state` nor PKCE nor a `nonce`. */
  readonly unguardedRequests: 'refused' | 'taken'
  /**
   * What becomes of requests that harm their own client alone: a `code_challenge` or `nonce` of a login before, a `prompt` that
   * nobody knows, `openid` without `redirect_uri`, secrets that are sent where nobody asks for any.
   */
  readonly carelessRequests: 'refused' | 'taken'
  /** Clients may register themselves. */
  readonly registration: boolean
  /** The resource publishes its metadata. */
  readonly resourceMetadata: boolean
  /** Requests may name resources (RFC 8707) and authorization details (RFC 9396). */
  readonly targets: boolean
  /** Absent: every resource is known. */
  readonly resources?: readonly string[]
  /** Seconds. */
  readonly pushedRequestLifetime: number
  readonly errorDescriptions: boolean
  /** The status of every refusal. Absent: as the RFCs have it. */
  readonly errorStatus?: number
  /** What a refusal holds beside. */
  readonly errorFields: Json
  /** Where the service refuses otherwise than the RFCs say. */
  readonly refusals: Partial<Record<Reason, Partial<RefusalFact>>>
}

/** What the options of a mock have names of their own for. */
export const named = [
  'accessTokenLifetime',
  'refreshTokenLifetime',
  'authorizationCodeLifetime',
  'deviceCodeLifetime',
  'deviceInterval',
  'pushedRequestLifetime',
  'rotateRefreshTokens',
  'refreshTokenGracePeriod',
  'accessTokenFormat',
  'requireState',
  'resources',
] as const

/** In what a service differs from the RFCs: data. What is left out is as they have it. */
export type MockQuirks = Partial<Omit<Profile, 'server' | (typeof named)[number]>>

/** A service: the preset that the client has too, and what only its server knows of itself. */
export interface ServiceProfile extends Partial<Profile> {
  readonly server: AuthorizationServer
  /** What is otherwise where the preset has another token endpoint, by that. */
  readonly variants?: Readonly<Record<string, Partial<Profile>>>
}

/** A server that keeps to the RFCs: where a profile starts from. */
export const rfcTrue: Omit<Profile, 'server'> = {
  accessTokenLifetime: 3600,
  authorizationCodeLifetime: 60,
  deviceCodeLifetime: 600,
  deviceInterval: 5,
  verificationUriName: 'verification_uri',
  hasCompleteUri: true,
  rotateRefreshTokens: true,
  repeatsRefreshToken: false,
  keepsUsedRefreshTokens: false,
  fixedRefreshTokenExpiry: false,
  endlessWithoutRefresh: false,
  refreshTokenNeeds: 'nothing',
  refreshTokenGracePeriod: 0,
  accessTokenFormat: 'opaque',
  accessTokenProfile: 'rfc9068',
  tokenType: 'Bearer',
  answerFields: {},
  omittedFields: {},
  publicClients: true,
  pkceForPublicClientsOnly: false,
  unrefreshedKinds: [],
  bodyClientIdHidesBasic: false,
  grantsWithClientIdInBody: [],
  redirectUriAtToken: true,
  grantsWithoutScope: [],
  defaultScope: 'registered',
  unfitScope: 'refused',
  scopeInAnswer: 'granted',
  openRevocation: false,
  strictRevocation: false,
  revocationInQuery: false,
  revocationEndsGrant: false,
  crossOrigin: true,
  requireState: false,
  unguardedRequests: 'refused',
  carelessRequests: 'refused',
  registration: false,
  resourceMetadata: false,
  targets: false,
  pushedRequestLifetime: 60,
  errorDescriptions: true,
  errorFields: {},
  refusals: {},
}
