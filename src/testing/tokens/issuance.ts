import { base64url, randomBytes } from '../crypto/base64url.js'
import { isPublic, type MockClient } from '../options.js'
import type {
  AccessToken,
  AuthorizationCode,
  Confirmation,
  Grant,
  GrantedScope,
  MockContext,
  RefreshToken,
  Target,
} from '../state.js'
import { accessTokenAtOnce, signedAccessToken } from './jwt-access-token.js'

/** The prefix tells a reader of a test's output what it is; no client may rely on it. */
const opaque = (kind: string): string => `${kind}-${base64url(randomBytes(24))}`

export interface Issued {
  readonly value: string
  /** Absent: without end. */
  readonly expiresAt?: number
}

/** What an access token is made for. */
interface Wanted {
  readonly grant: Grant
  /** @default that of the grant */
  readonly scope?: GrantedScope
  /** Seconds. @default the server's */
  readonly lifetime?: number | undefined
  readonly cnf?: Confirmation | undefined
  /** @default that of the grant */
  readonly target?: Target
}

const accessTokenOf = (
  { clock, profile }: MockContext,
  { grant, scope, lifetime, cnf, target }: Wanted,
): AccessToken => ({
  grant,
  scope: scope ?? grant.scope,
  target: target ?? grant.target ?? {},
  issuedAt: clock.now(),
  jti: base64url(randomBytes(12)),
  expiresAt: clock.now() + (lifetime ?? profile.accessTokenLifetime) * 1000,
  revoked: false,
  ...(cnf && { cnf }),
})

type IssuedAccessToken = Issued & { readonly expiresAt: number }

const kept = ({ state }: MockContext, value: string, token: AccessToken): IssuedAccessToken => {
  state.accessTokens.set(value, token)
  return { value, expiresAt: token.expiresAt }
}

/** An access token in the format of the server, as its token endpoint gives it. */
export const issueAccessToken = async (context: MockContext, wanted: Wanted): Promise<IssuedAccessToken> => {
  const token = accessTokenOf(context, wanted)
  // A JWT would open whatever verifies it by itself.
  const isJwt = context.profile.accessTokenFormat === 'jwt' && !wanted.grant.opensNothing
  return kept(context, isJwt ? await signedAccessToken(context, token) : opaque('access'), token)
}

/** The same at once, as a test has it that starts from a token. */
export const mintAccessToken = (context: MockContext, wanted: Wanted): IssuedAccessToken => {
  const token = accessTokenOf(context, wanted)
  const isJwt = context.profile.accessTokenFormat === 'jwt'
  return kept(context, isJwt ? accessTokenAtOnce(context, token) : opaque('access'), token)
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
