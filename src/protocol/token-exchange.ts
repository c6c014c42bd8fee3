import { OAuthError } from '../core/errors.js'
import type { Given } from '../core/given.js'
import { type Scope, scopeParameter } from '../core/scope.js'
import { isWellFormed } from '../core/text.js'
import type { Token } from '../core/token.js'
import type { ClientContext, GrantOptions } from './context.js'
import { type Supplied, supplied } from './given.js'
import { requestToken } from './requests.js'

const prefix = 'urn:ietf:params:oauth:token-type:'
const shortNames = ['access_token', 'refresh_token', 'id_token', 'jwt', 'saml1', 'saml2'] as const

/** A type of token by the last word of its name in RFC 8693 §3, or by any other URI. */
export type TokenType = (typeof shortNames)[number] | `${string}:${string}`

/** What is exchanged, and for what (RFC 8693 §2.1). */
export interface TokenExchangeOptions extends GrantOptions {
  /** The token of whom the new one is for. A `TokenSource` gives its access token, or its ID token if that is the type. */
  readonly subjectToken: Given
  /** What `subjectToken` is. */
  readonly subjectTokenType: TokenType
  /** The token of who acts for the subject: the new one then says so. @default nobody but the subject itself */
  readonly actorToken?: Given
  /** Goes with `actorToken`, and only with it. */
  readonly actorTokenType?: TokenType
  /** @default the server's own, mostly an access token */
  readonly requestedTokenType?: TokenType
  /** Where the token is to be used, by the names that the server has for it; `resource` takes URIs. */
  readonly audience?: string | readonly string[]
  /** @default the server's own default */
  readonly scope?: Scope
}

/** What a token was exchanged for (RFC 8693 §2.2.1). */
export interface ExchangedToken extends Token {
  /** `Bearer` or `DPoP`; `N_A` if what was issued is no access token: it stands in `accessToken`, and opens no resource. */
  readonly tokenType: string
  /** What was issued, as a URI; absent where the server does not say. */
  readonly issuedTokenType?: string
}

const uriOf = (name: string, type: TokenType): string => {
  if ((shortNames as readonly string[]).includes(type)) return prefix + type
  if (URL.canParse(type)) return type
  throw new OAuthError('invalid_argument', `${name} must be one of ${shortNames.join(', ')}, or a URI`)
}

/** Exchanges a token for another one (RFC 8693 §2.1). */
export const tokenExchange = async (context: ClientContext, asked: TokenExchangeOptions): Promise<ExchangedToken> => {
  const {
    subjectToken,
    subjectTokenType,
    actorToken,
    actorTokenType,
    requestedTokenType,
    audience,
    scope,
    ...options
  } = asked ?? {}
  if ((actorToken === undefined) !== (actorTokenType === undefined)) {
    throw new OAuthError('invalid_argument', 'actorToken and actorTokenType go together (RFC 8693 §2.1)')
  }
  const subjectType = uriOf('subjectTokenType', subjectTokenType)
  const actorType = actorTokenType === undefined ? undefined : uriOf('actorTokenType', actorTokenType)
  const requestedType = requestedTokenType === undefined ? undefined : uriOf('requestedTokenType', requestedTokenType)
  if (![audience ?? []].flat().every(isWellFormed)) {
    throw new OAuthError('invalid_argument', 'audience must be a text, or several')
  }
  const given = { subject_token: subjectToken, ...(actorToken !== undefined && { actor_token: actorToken }) }
  const types: Readonly<Record<string, string | undefined>> = { subject_token: subjectType, actor_token: actorType }
  const exchange = async ({ texts, made }: Supplied): Promise<ExchangedToken> => {
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      ...texts,
      subject_token_type: subjectType,
      actor_token_type: actorType,
      requested_token_type: requestedType,
      ...(audience && { audience }),
      scope: scopeParameter(scope),
    }
    return (await requestToken(context, { ...options, form, made, isExchange: true })) as ExchangedToken
  }
  const textOf = (name: string, { accessToken, idToken }: Token): string | undefined => {
    if (types[name] === `${prefix}id_token`) return idToken
    // A refresh token is its session's own: whoever else used it would end the session.
    return types[name] === `${prefix}refresh_token` ? undefined : accessToken
  }
  return supplied(given, options.signal, exchange, textOf)
}
