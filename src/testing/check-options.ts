import { OAuthError } from '../core/errors.js'
import type { MockAuthorizationServerOptions, MockClient } from './options.js'
import type { MockQuirks } from './profiles/profile.js'
import { type RefusalFact, refusalReasons } from './refusal.js'
import type { MockDPoPOptions } from './tokens/dpop-options.js'

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

const isList = (value: unknown): boolean => Array.isArray(value)

/** What may stand somewhere, by its words. Whoever writes JavaScript, or a file, has no types to tell them. */
const kinds = {
  'a text': (value: unknown) => typeof value === 'string',
  'true or false': (value: unknown) => typeof value === 'boolean',
  'a number of seconds': (value: unknown) => typeof value === 'number' && value >= 0,
  'a whole number': Number.isInteger,
  'a function': (value: unknown) => typeof value === 'function',
  'a list': isList,
  'a list of texts': (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  'an object': (value: unknown) => typeof value === 'object' && value !== null && !isList(value),
} satisfies Record<string, (value: unknown) => boolean>

/** One of these words, or a kind. */
type Kind = keyof typeof kinds | readonly (string | boolean)[]

type Kinds<Named> = Readonly<Record<keyof Named, Kind>>

const optionKinds: Kinds<MockAuthorizationServerOptions> = {
  profile: 'a text',
  server: 'an object',
  issuer: 'a text',
  clients: 'a list',
  clientMetadataDocuments: 'an object',
  initialAccessToken: 'a text',
  clientSecretLifetime: 'a number of seconds',
  accessTokenLifetime: 'a number of seconds',
  accessTokenFormat: ['opaque', 'jwt'],
  refreshTokenLifetime: 'a number of seconds',
  authorizationCodeLifetime: 'a number of seconds',
  deviceCodeLifetime: 'a number of seconds',
  deviceInterval: 'a number of seconds',
  pushedRequestLifetime: 'a number of seconds',
  requireState: 'true or false',
  requirePushedAuthorizationRequests: 'true or false',
  resources: 'a list of texts',
  authorizationDetailsTypes: 'a list of texts',
  rotateRefreshTokens: 'true or false',
  refreshTokenGracePeriod: 'a number of seconds',
  clock: 'an object',
  certificateAuthorities: 'a list of texts',
  clientAssertionAudience: ['issuer', 'token_endpoint'],
  exchangeTargets: 'a list of texts',
  assertionIssuers: 'an object',
  extensionGrants: 'an object',
  userClaims: 'an object',
  idTokenSigningAlg: ['RS256', 'PS256', 'ES256', 'EdDSA'],
  quirks: 'an object',
  dpop: 'an object',
  login: ['automatic', 'page'],
  faults: 'a list',
  requestsLimit: 'a whole number',
  seed: 'a whole number',
  onRequest: 'a function',
  onAnswer: 'a function',
}

const clientKinds: Kinds<MockClient> = {
  clientId: 'a text',
  clientName: 'a text',
  clientSecret: 'a text',
  clientSecretExpiresAt: 'a whole number',
  jwks: 'an object',
  redirectUris: 'a list of texts',
  postLogoutRedirectUris: 'a list of texts',
  scope: 'a text',
  grantTypes: 'a list of texts',
  tokenEndpointAuthMethod: [
    ...['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'],
    ...['tls_client_auth', 'self_signed_tls_client_auth', 'none'],
  ],
  tlsClientAuthSubjectDn: 'a text',
  tlsClientAuthSanDns: 'a text',
  tlsClientAuthSanUri: 'a text',
  tlsClientAuthSanIp: 'a text',
  tlsClientAuthSanEmail: 'a text',
  tlsClientCertificateBoundAccessTokens: 'true or false',
  dpopBoundAccessTokens: 'true or false',
  kind: ['spa', 'native'],
}

const dpopKinds: Kinds<MockDPoPOptions> = {
  required: 'true or false',
  nonce: ['authorization-server', 'resource', 'both'],
  nonceLifetime: 'a number of seconds',
}

const quirkKinds: Kinds<MockQuirks> = {
  verificationUriName: ['verification_uri', 'verification_url'],
  hasCompleteUri: 'true or false',
  repeatsRefreshToken: 'true or false',
  keepsUsedRefreshTokens: 'true or false',
  fixedRefreshTokenExpiry: 'true or false',
  refreshTokenNeeds: ['nothing', 'offline_access', 'access_type'],
  refreshTokenLifetimeField: ['refresh_token_expires_in', 'refresh_expires_in'],
  endlessWithoutRefresh: 'true or false',
  accessTokenProfile: ['rfc9068', 'service'],
  tokenType: ['Bearer', 'bearer', 'bot', 'user'],
  answerFields: 'an object',
  omittedFields: 'an object',
  publicClients: 'true or false',
  pkceForPublicClientsOnly: 'true or false',
  unrefreshedKinds: 'a list of texts',
  bodyClientIdHidesBasic: 'true or false',
  grantsWithClientIdInBody: 'a list of texts',
  redirectUriAtToken: 'true or false',
  grantsWithoutScope: 'a list of texts',
  defaultScope: ['registered', 'all', 'none'],
  unfitScope: ['refused', 'dropped'],
  scopeInAnswer: ['granted', 'reduced', 'never'],
  knownScopes: 'a list of texts',
  openRevocation: 'true or false',
  strictRevocation: 'true or false',
  revocationInQuery: 'true or false',
  revocationEndsGrant: 'true or false',
  crossOrigin: 'true or false',
  unguardedRequests: ['refused', 'taken'],
  carelessRequests: ['refused', 'taken'],
  registration: 'true or false',
  resourceMetadata: 'true or false',
  targets: 'true or false',
  errorDescriptions: 'true or false',
  errorStatus: 'a whole number',
  errorFields: 'an object',
  refusals: 'an object',
}

const refusalKinds: Kinds<RefusalFact> = {
  status: 'a whole number',
  error: 'a text',
  description: 'a text',
  page: 'true or false',
}

const assertKind = (value: unknown, kind: Kind, name: string): void => {
  const isFit = typeof kind === 'string' ? kinds[kind](value) : kind.some((word) => word === value)
  if (!isFit) throw invalid(`${name} must be ${typeof kind === 'string' ? kind : kind.join(' or ')}`)
}

/** @param within What stands before the name of a field. */
const assertFields = (
  value: object,
  known: Readonly<Record<string, Kind>>,
  name: string,
  within = `${name}.`,
): void => {
  for (const [field, one] of Object.entries(value)) {
    const kind = Object.hasOwn(known, field) ? known[field] : undefined
    if (!kind) throw invalid(`${name} has no ${field}`)
    if (one !== undefined) assertKind(one, kind, `${within}${field}`)
  }
}

const assertQuirks = (quirks: MockQuirks): void => {
  assertFields(quirks, quirkKinds, 'quirks')
  const unset = Object.entries(quirks).find(([, value]) => value === undefined)
  if (unset) throw invalid(`quirks.${unset[0]} is undefined: leave it out`)
  for (const [reason, fact] of Object.entries(quirks.refusals ?? {})) {
    const name = `quirks.refusals.${reason}`
    if (!refusalReasons.includes(reason)) throw invalid(`quirks.refusals has no ${reason}`)
    assertKind(fact, 'an object', name)
    assertFields(fact, refusalKinds, name)
  }
}

/** @throws {OAuthError} `invalid_argument` for a name that there is none of, and a value that cannot be. */
export const assertOptions = (options: MockAuthorizationServerOptions): void => {
  assertKind(options, 'an object', 'what createMockAuthorizationServer is given')
  assertFields(options, optionKinds, 'createMockAuthorizationServer', '')
  assertKind(options.clients, 'a list', 'clients')
  for (const [index, client] of options.clients.entries()) {
    assertKind(client, 'an object', `clients[${index}]`)
    assertFields(client, clientKinds, `clients[${index}]`)
  }
  assertFields(options.dpop ?? {}, dpopKinds, 'dpop')
  assertQuirks(options.quirks ?? {})
}
