import { OAuthError } from '../core/errors.js'
import { action, be, type Check, fieldsOf, flag, listOf, mapOf, object, oneOf, seconds, text, whole } from './checks.js'
import type { MockAuthorizationServerOptions, MockClient } from './options.js'
import { profileNames } from './profiles/names.js'
import type { MockQuirks } from './profiles/profile.js'
import { type RefusalFact, refusalReasons } from './refusal.js'
import type { MockDPoPOptions } from './tokens/dpop-options.js'

type Checks<Named> = Readonly<Record<keyof Named, Check>>

const keySet = fieldsOf({ keys: listOf(object) }, ['keys'])

const client: Checks<MockClient> = {
  clientId: text,
  clientName: text,
  clientSecret: text,
  clientSecretExpiresAt: whole(8.64e15),
  jwks: keySet,
  redirectUris: listOf(text),
  postLogoutRedirectUris: listOf(text),
  scope: text,
  grantTypes: listOf(text),
  tokenEndpointAuthMethod: oneOf(
    ...['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'],
    ...['tls_client_auth', 'self_signed_tls_client_auth', 'none'],
  ),
  tlsClientAuthSubjectDn: text,
  tlsClientAuthSanDns: text,
  tlsClientAuthSanUri: text,
  tlsClientAuthSanIp: text,
  tlsClientAuthSanEmail: text,
  tlsClientCertificateBoundAccessTokens: flag,
  dpopBoundAccessTokens: flag,
  kind: oneOf('spa', 'native'),
}

const dpop: Checks<MockDPoPOptions> = {
  required: flag,
  nonce: oneOf('authorization-server', 'resource', 'both'),
  nonceLifetime: seconds,
}

const refusal: Checks<RefusalFact> = { status: whole(600), error: text, description: text, page: flag }

const quirks: Checks<MockQuirks> = {
  verificationUriName: oneOf('verification_uri', 'verification_url'),
  hasCompleteUri: flag,
  repeatsRefreshToken: flag,
  keepsUsedRefreshTokens: flag,
  fixedRefreshTokenExpiry: flag,
  refreshTokenNeeds: oneOf('nothing', 'offline_access', 'access_type'),
  refreshTokenLifetimeField: oneOf('refresh_token_expires_in', 'refresh_expires_in'),
  endlessWithoutRefresh: flag,
  accessTokenProfile: oneOf('rfc9068', 'service'),
  tokenType: oneOf('Bearer', 'bearer', 'bot', 'user'),
  answerFields: object,
  omittedFields: object,
  publicClients: flag,
  pkceForPublicClientsOnly: flag,
  unrefreshedKinds: listOf(text),
  bodyClientIdHidesBasic: flag,
  grantsWithClientIdInBody: listOf(text),
  redirectUriAtToken: flag,
  grantsWithoutScope: listOf(text),
  defaultScope: oneOf('registered', 'all', 'none'),
  unfitScope: oneOf('refused', 'dropped'),
  scopeInAnswer: oneOf('granted', 'reduced', 'never'),
  knownScopes: listOf(text),
  openRevocation: flag,
  strictRevocation: flag,
  revocationInQuery: flag,
  revocationEndsGrant: flag,
  crossOrigin: flag,
  unguardedRequests: oneOf('refused', 'taken'),
  carelessRequests: oneOf('refused', 'taken'),
  registration: flag,
  resourceMetadata: flag,
  targets: flag,
  errorDescriptions: flag,
  errorStatus: whole(600),
  errorFields: object,
  refusals: fieldsOf(Object.fromEntries(refusalReasons.map((reason) => [reason, fieldsOf(refusal)]))),
}

const quirksGiven: Check = (value, name) => {
  fieldsOf(quirks)(value, name)
  // It would stand in the way of the profile's own.
  const unset = Object.entries(value as MockQuirks).find(([, quirk]) => quirk === undefined)
  if (unset) throw new OAuthError('invalid_argument', `${name}.${unset[0]} is undefined: leave it out`)
}

type Data = Omit<MockAuthorizationServerOptions, 'clock' | 'onRequest' | 'onAnswer'>

/** Every option that is data, and the extension grants: what a file may say too. */
export const dataChecks: Checks<Data> = {
  profile: oneOf(...profileNames),
  server: object,
  issuer: text,
  clients: listOf(fieldsOf(client, ['clientId'])),
  clientMetadataDocuments: mapOf(object),
  initialAccessToken: text,
  clientSecretLifetime: seconds,
  accessTokenFormat: oneOf('opaque', 'jwt'),
  accessTokenLifetime: seconds,
  refreshTokenLifetime: seconds,
  authorizationCodeLifetime: seconds,
  deviceCodeLifetime: seconds,
  deviceInterval: seconds,
  pushedRequestLifetime: seconds,
  requirePushedAuthorizationRequests: flag,
  requireState: flag,
  resources: listOf(text),
  authorizationDetailsTypes: listOf(text),
  rotateRefreshTokens: flag,
  refreshTokenGracePeriod: seconds,
  certificateAuthorities: listOf(text),
  clientAssertionAudience: oneOf('issuer', 'token_endpoint'),
  exchangeTargets: listOf(text),
  assertionIssuers: mapOf(keySet),
  extensionGrants: mapOf(action),
  userClaims: mapOf(object),
  idTokenSigningAlg: oneOf('RS256', 'PS256', 'ES256', 'EdDSA'),
  quirks: quirksGiven,
  login: oneOf('automatic', 'page'),
  dpop: fieldsOf(dpop),
  faults: listOf(
    be('a text as token=503, or an object', (value) => typeof value === 'string' || typeof value === 'object'),
  ),
  requestsLimit: whole(2 ** 31),
  seed: be('a whole number', Number.isInteger),
}

const all: Checks<MockAuthorizationServerOptions> = {
  ...dataChecks,
  clock: object,
  onRequest: action,
  onAnswer: action,
}

const check = fieldsOf(all, ['clients'])

/** @throws {OAuthError} `invalid_argument` for a name that there is none of, and a value that cannot be. */
export const assertOptions = (options: MockAuthorizationServerOptions): void => check(options, '')
