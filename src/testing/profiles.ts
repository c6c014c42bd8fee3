import { OAuthError } from '../core/errors.js'
import type { AuthorizationServer } from '../core/server.js'
import { miwa, smokeball, wicked } from '../providers/index.js'
import type { MockGrantType } from './grant-type.js'
import type { MockAuthorizationServerOptions, MockProfile } from './options.js'
import type { Reason, RefusalFact } from './refusal.js'

/** How one service answers: data that the endpoints read. What the client's preset knows too is in `server`. */
export interface Profile {
  readonly server: AuthorizationServer
  readonly accessTokenLifetime: number
  readonly refreshTokenLifetime?: number
  readonly authorizationCodeLifetime: number
  readonly rotateRefreshTokens: boolean
  /** Seconds. */
  readonly refreshTokenGracePeriod: number
  readonly accessTokenFormat: 'opaque' | 'jwt'
  readonly tokenType: 'Bearer' | 'bearer'
  /** The fields that the answer to a grant does not have. */
  readonly omittedFields: Partial<Record<MockGrantType, readonly string[]>>
  readonly publicClients: boolean
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
  readonly errorDescriptions: boolean
  /** Where the service refuses otherwise than the RFCs say. */
  readonly refusals: Partial<Record<Reason, Partial<RefusalFact>>>
}

const rfcTrue = {
  accessTokenLifetime: 3600,
  authorizationCodeLifetime: 60,
  rotateRefreshTokens: true,
  refreshTokenGracePeriod: 0,
  accessTokenFormat: 'opaque',
  tokenType: 'Bearer',
  omittedFields: {},
  publicClients: true,
  unrefreshedKinds: [],
  bodyClientIdHidesBasic: false,
  grantsWithClientIdInBody: [],
  redirectUriAtToken: true,
  grantsWithoutScope: [],
  defaultScope: 'registered',
  unfitScope: 'refused',
  scopeInAnswer: 'granted',
  errorDescriptions: true,
  refusals: {},
} as const satisfies Partial<Profile>

const genericServer = (issuer: string): AuthorizationServer => {
  const url = URL.parse(issuer)
  // RFC 8414 §2: no query, no fragment. The origin is replaced by that of a listening server, so it must be as parsed.
  if (!url || url.search || url.hash || !issuer.startsWith(url.origin)) {
    throw new OAuthError('invalid_argument', 'issuer must be a URL in normal form, without query and fragment')
  }
  const base = issuer.replace(/\/$/, '')
  return {
    issuer,
    authorizationEndpoint: `${base}/authorize`,
    tokenEndpoint: `${base}/token`,
    revocationEndpoint: `${base}/revoke`,
    responseTypesSupported: ['code'],
    grantTypesSupported: ['authorization_code', 'refresh_token', 'client_credentials'],
    codeChallengeMethodsSupported: ['S256', 'plain'],
    tokenEndpointAuthMethodsSupported: ['client_secret_basic', 'client_secret_post', 'none'],
    authorizationResponseIssParameterSupported: true,
  }
}

type Options = MockAuthorizationServerOptions

const services: Record<MockProfile, (options: Options) => Profile> = {
  miwa: () => ({
    ...rfcTrue,
    server: miwa,
    refreshTokenLifetime: 7 * 24 * 3600,
    tokenType: 'bearer',
    // Documented as the two tokens alone.
    omittedFields: {
      authorization_code: ['token_type', 'expires_in'],
      refresh_token: ['token_type', 'expires_in'],
    },
    publicClients: false,
    grantsWithoutScope: ['client_credentials'],
    defaultScope: 'all',
    scopeInAnswer: 'never',
  }),

  wicked: ({ clients, wicked: where = {} }) => ({
    ...rfcTrue,
    server: wicked({
      host: where.host ?? 'api.wicked.test',
      authMethodId: where.authMethodId ?? 'default',
      apiId: where.apiId ?? 'petstore',
      clientType: clients.some(({ clientSecret }) => clientSecret !== undefined) ? 'confidential' : 'public',
    }),
    tokenType: 'bearer',
    unrefreshedKinds: ['spa'],
    bodyClientIdHidesBasic: true,
    redirectUriAtToken: false,
    defaultScope: 'none',
    unfitScope: 'dropped',
    scopeInAnswer: 'reduced',
    ...(where.scopes && { knownScopes: where.scopes }),
    refusals: {
      no_client: { status: 400 },
      secret_missing: { status: 400 },
      unknown_client: { status: 400, error: 'invalid_request' },
      secret_of_public_client: { error: 'unauthorized_client' },
      public_client_credentials: { status: 401 },
      unknown_code: { status: 401 },
      verifier_without_challenge: { error: 'invalid_request' },
      unknown_scope: { page: true },
    },
  }),

  smokeball: () => ({
    ...rfcTrue,
    server: smokeball,
    authorizationCodeLifetime: 300,
    rotateRefreshTokens: false,
    accessTokenFormat: 'jwt',
    grantsWithClientIdInBody: ['client_credentials'],
    defaultScope: 'all',
    scopeInAnswer: 'never',
    errorDescriptions: false,
    refusals: {
      no_client: { status: 400 },
      unknown_client: { status: 400 },
      secret_missing: { status: 400 },
      wrong_secret: { status: 400 },
      method_refused: { status: 400 },
      secret_of_public_client: { status: 400 },
    },
  }),
}

export const profileOf = (options: Options): Profile => {
  if (!options.profile) return { ...rfcTrue, server: genericServer(options.issuer ?? 'https://as.test') }
  if (options.issuer)
    throw new OAuthError('invalid_argument', 'issuer goes without profile: a service has its own URLs')
  return services[options.profile](options)
}
