import type { MockAuthorizationServerOptions, MockClient, MockListenOptions, MockProfile } from '../../testing/index.js'
import { be, type Check, fieldsOf, flag, listOf, mapOf, object, oneOf, seconds, text, whole } from './checks.js'

const profiles: Record<MockProfile, true> = {
  auth0: true,
  cognito: true,
  entra: true,
  github: true,
  google: true,
  keycloak: true,
  miwa: true,
  okta: true,
  slack: true,
  smokeball: true,
  spotify: true,
  wicked: true,
}

/** The names of `--profile`. */
export const profileNames = Object.keys(profiles) as readonly MockProfile[]

const keySet = fieldsOf({ keys: listOf(object) }, ['keys'])

const clientFields: Record<keyof MockClient, Check> = {
  clientId: text,
  clientName: text,
  clientSecret: text,
  clientSecretExpiresAt: whole(8.64e15),
  jwks: keySet,
  redirectUris: listOf(text),
  postLogoutRedirectUris: listOf(text),
  scope: text,
  grantTypes: listOf(text),
  tokenEndpointAuthMethod: text,
  tlsClientAuthSubjectDn: text,
  tlsClientAuthSanDns: text,
  tlsClientAuthSanUri: text,
  tlsClientAuthSanIp: text,
  tlsClientAuthSanEmail: text,
  tlsClientCertificateBoundAccessTokens: flag,
  dpopBoundAccessTokens: flag,
  kind: oneOf('spa', 'native'),
}

/** What is no data, or the command's own to give. */
type NotInFile = 'clock' | 'onRequest' | 'onAnswer'

/** Every option of `createMockAuthorizationServer` that is data, and grants of one's own for a file that is a module. */
const mockFields: Record<Exclude<keyof MockAuthorizationServerOptions, NotInFile>, Check> = {
  profile: oneOf(...profileNames),
  server: object,
  issuer: text,
  clients: listOf(fieldsOf(clientFields, ['clientId'])),
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
  extensionGrants: mapOf(be('a function, which only a module can have', (value) => typeof value === 'function')),
  userClaims: mapOf(object),
  idTokenSigningAlg: oneOf('RS256', 'PS256', 'ES256', 'EdDSA'),
  quirks: object,
  login: oneOf('automatic', 'page'),
  dpop: fieldsOf({
    required: flag,
    nonce: oneOf('authorization-server', 'resource', 'both'),
    nonceLifetime: seconds,
  }),
  faults: listOf(
    be('a text as token=503, or an object', (value) => typeof value === 'string' || typeof value === 'object'),
  ),
  requestsLimit: whole(2 ** 31),
  seed: whole(2 ** 31),
}

/** What a configuration file may say. */
export interface MockConfig extends Omit<Partial<MockAuthorizationServerOptions>, NotInFile> {
  /** @default 6749 */
  readonly port?: number
  /** Over https, with a certificate made anew or one of your own. @default false */
  readonly https?: NonNullable<MockListenOptions['https']>
  /** The file that the certificate is written to. @default one in a temporary folder */
  readonly certificate?: string
}

const pair = fieldsOf({ cert: text, key: text }, ['cert', 'key'])

const https: Check = (value, name) => (typeof value === 'boolean' ? undefined : pair(value, name))

/** @throws {UsageError} which names the field. */
export const assertConfig: (value: unknown, name: string) => asserts value is MockConfig = fieldsOf({
  ...mockFields,
  port: whole(2 ** 16),
  https,
  certificate: text,
})
