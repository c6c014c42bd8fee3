import { OAuthError } from '../core/errors.js'
import { present } from '../core/present.js'
import type { Token } from '../core/token.js'
import type { ClientContext, EndpointOptions } from './context.js'
import { post } from './requests.js'
import { readIntrospection } from './wire-endpoints.js'

/** What is told of a token that is asked about (RFC 7662 §2.1). */
export interface IntrospectOptions extends EndpointOptions {
  /** What the token is. @default `access_token` of a whole token, else not sent */
  readonly hint?: 'access_token' | 'refresh_token'
}

/** What the authorization server says of a token (RFC 7662 §2.2). Of one that is not active it says nothing more. */
export interface Introspection {
  /** It was issued by this server, is neither expired nor revoked, and may be used by who presents it. */
  readonly active: boolean
  /** Space-separated. */
  readonly scope?: string
  /** The client that it was issued to. */
  readonly clientId?: string
  /** A name of the user for people to read. */
  readonly username?: string
  /** As the token endpoint names it: `Bearer`, `DPoP`. */
  readonly tokenType?: string
  /** Epoch milliseconds. */
  readonly expiresAt?: number
  /** Epoch milliseconds. */
  readonly issuedAt?: number
  /** Epoch milliseconds before which it is not to be used. */
  readonly notBefore?: number
  /** Whom it stands for: the user, as a rule. */
  readonly subject?: string
  /** Which resources it is for. */
  readonly audience?: readonly string[]
  /** Who has issued it. */
  readonly issuer?: string
  /** Its own identifier. */
  readonly jwtId?: string
  /** All that the server said, by its names at the wire. */
  readonly raw: Readonly<Record<string, unknown>>
}

/** The first and the last moment of a date: JSON can hold numbers that are beyond all. */
const furthest = 8.64e15

const moment = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.max(-furthest, Math.min(seconds * 1000, furthest))

/** Asks the introspection endpoint (RFC 7662 §2.1). */
export const introspect = async (
  context: ClientContext,
  token: string | Partial<Token>,
  { hint, ...options }: IntrospectOptions = {},
): Promise<Introspection> => {
  const whole = typeof token === 'string' ? undefined : token
  const kind = hint ?? (whole && 'access_token')
  const value = whole ? (kind === 'refresh_token' ? whole.refreshToken : whole.accessToken) : (token as string)
  if (!value) throw new OAuthError('invalid_argument', 'there is no token to introspect')
  const form = { token: value, token_type_hint: kind }
  const { answer, failed } = await post(context, { ...options, endpoint: 'introspectionEndpoint', form })
  if (/^application\/token-introspection\+jwt\b/i.test(answer.headers.get('content-type') ?? '')) {
    throw failed('a signed or encrypted answer (RFC 9701) is not supported: have the client registered for plain JSON')
  }
  const { data, problem, raw } = readIntrospection(answer.body)
  if (!data || answer.status !== 200) throw failed(data ? 'an introspection is answered with 200' : problem)
  return present({
    active: data.active,
    scope: data.scope,
    clientId: data.client_id,
    username: data.username,
    tokenType: data.token_type,
    expiresAt: moment(data.exp),
    issuedAt: moment(data.iat),
    notBefore: moment(data.nbf),
    subject: data.sub,
    audience: data.aud,
    issuer: data.iss,
    jwtId: data.jti,
    raw,
  }) as Introspection
}
