import { base64url, randomBytes } from '../crypto/base64url.js'
import { hmacSha256 } from '../crypto/sha256.js'
import { isPublic, type MockClient } from '../options.js'
import type {
  AuthorizationCode,
  Confirmation,
  Grant,
  GrantedScope,
  MockContext,
  RefreshToken,
  Target,
} from '../state.js'
import { textOf } from './scope.js'
import { wallClock } from './wall-clock.js'

/** The prefix tells a reader of a test's output what it is; no client may rely on it. */
const opaque = (kind: string): string => `${kind}-${base64url(randomBytes(24))}`

const part = (json: object): string => base64url(new TextEncoder().encode(JSON.stringify(json)))

/** A signed JWT (RFC 7519). Its key never leaves the mock, so to a client it is as opaque as any other token. */
const jwt = (
  context: MockContext,
  grant: Grant,
  scope: GrantedScope,
  expiresAt: number,
  cnf: Confirmation | undefined,
  { resources: aud }: Target,
): string => {
  const { server, signingKey } = context
  const claims = {
    iss: server.issuer ?? new URL(server.tokenEndpoint).origin,
    sub: grant.subject ?? grant.clientId,
    client_id: grant.clientId,
    ...(aud && { aud }),
    token_use: 'access',
    scope: textOf(scope),
    iat: Math.floor(wallClock(context) / 1000),
    exp: Math.floor((expiresAt + context.skewMs) / 1000),
    jti: base64url(randomBytes(12)),
    ...(cnf && { cnf }),
  }
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${signed}.${base64url(hmacSha256(signingKey, new TextEncoder().encode(signed)))}`
}

export interface Issued {
  readonly value: string
  /** Absent: without end. */
  readonly expiresAt?: number
}

export const issueAccessToken = (
  context: MockContext,
  grant: Grant,
  scope: GrantedScope = grant.scope,
  lifetime: number = context.profile.accessTokenLifetime,
  cnf?: Confirmation,
  target: Target = grant.target ?? {},
): Issued & { readonly expiresAt: number } => {
  const expiresAt = context.clock.now() + lifetime * 1000
  const value =
    context.profile.accessTokenFormat === 'jwt' ? jwt(context, grant, scope, expiresAt, cnf, target) : opaque('access')
  context.state.accessTokens.set(value, {
    grant,
    scope,
    target,
    expiresAt,
    revoked: false,
    ...(cnf && { cnf }),
  })
  return { value, expiresAt }
}

export const issueRefreshToken = (
  { clock, clients, profile, state }: MockContext,
  grant: Grant,
  { replaced, cnf }: { readonly replaced?: RefreshToken; readonly cnf?: Confirmation | undefined } = {},
): Issued => {
  const lifetime = profile.refreshTokenLifetime
  const anew = lifetime === undefined ? undefined : clock.now() + lifetime * 1000
  const expiresAt = replaced && profile.fixedRefreshTokenExpiry ? replaced.expiresAt : anew
  const end = expiresAt === undefined ? {} : { expiresAt }
  const value = opaque('refresh')
  // RFC 9449 §5: that of a confidential client is bound to the client already.
  const client = clients.get(grant.clientId)
  const isBound = cnf && (!client || isPublic(client))
  state.refreshTokens.set(value, { grant, used: false, ...end, ...(isBound && { cnf }) })
  return { value, ...end }
}

export const issueCode = (
  { clock, profile, state }: MockContext,
  code: Omit<AuthorizationCode, 'expiresAt' | 'used'>,
): string => {
  const value = opaque('code')
  const expiresAt = clock.now() + profile.authorizationCodeLifetime * 1000
  state.codes.set(value, { ...code, expiresAt, used: false })
  return value
}

export const mayUse = ({ server }: MockContext, client: MockClient, grantType: string): boolean =>
  (client.grantTypes ?? server.grantTypesSupported ?? ([] as readonly string[])).includes(grantType)

/** Whether a client gets a refresh token beside an access token. */
export const mayRefresh = (context: MockContext, client: MockClient): boolean =>
  mayUse(context, client, 'refresh_token') &&
  (!isPublic(client) || !context.profile.unrefreshedKinds.includes(client.kind ?? 'spa'))

/** Whether the access tokens of a client have no end. */
export const isEndless = (context: MockContext, client: MockClient): boolean =>
  context.profile.endlessWithoutRefresh && !mayUse(context, client, 'refresh_token')

/** Whether that moment has come. */
export const isPast = ({ clock }: MockContext, moment: number | undefined): boolean =>
  moment !== undefined && clock.now() >= moment
