import { OAuthError } from '../core/errors.js'
import { present } from '../core/present.js'
import { type Target, targetParameters } from '../core/target.js'
import { asToken, type Token } from '../core/token.js'
import { type Form, type Made, post } from './authenticated-request.js'
import type { ClientContext, ExpectedIdToken, GrantOptions, JudgedIdToken } from './context.js'
import { readTokenResponse } from './wire.js'

export interface TokenRequest extends GrantOptions, ExpectedIdToken {
  readonly form: Form & { readonly grant_type: string; readonly scope?: string | undefined }
  /** What is made anew for every try. */
  readonly made?: Made
  readonly singleUse?: boolean
  /** The key that a code or a refresh token in the form is bound to. */
  readonly keyThumbprint?: string | undefined
  /** The scope asked for, where the form does not hold it. */
  readonly requestedScope?: string | undefined
  /** A token is exchanged: the answer says for what, and it may be no access token (RFC 8693 §2.2.1). */
  readonly isExchange?: boolean
}

/** The last moment that a date can hold: what an absurd `expires_in` comes to. A negative one is spent when it comes. */
const lastMoment = 8.64e15

export const moment = (from: number, seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.min(from + Math.max(seconds, 0) * 1000, lastMoment)

/** An ID token that nobody judges goes on as it came. */
const handOn =
  (previous: Partial<Token> = {}) =>
  (idToken: string | undefined): JudgedIdToken => {
    const { idToken: held, idTokenClaims } = previous
    return idToken ? { idToken } : ({ idToken: held, idTokenClaims } as JudgedIdToken)
  }

/** The form, and where the token is to be used, and for what (RFC 8707 §2, RFC 9396 §6). */
export const targeted = (
  request: Target & { readonly form: Form & { readonly scope?: string | undefined } },
  scopeSeparator = ' ',
): Form => ({
  ...request.form,
  ...(request.form.scope && { scope: request.form.scope.replaceAll(' ', scopeSeparator) }),
  // What is not asked for has no key, so that `parameters` may hold it: there are servers whose resources are no URIs.
  ...targetParameters(request),
})

/**
 * Asks the token endpoint for a token: every grant comes through here (RFC 6749 §3.2, §5).
 * @throws {OAuthError} `error_response`, `invalid_response`, `invalid_id_token`, and what the door throws.
 */
export const requestToken = async (context: ClientContext, request: TokenRequest): Promise<Token> => {
  const { server, dpop } = context
  const { previous, requestedScope, form, isExchange = false } = request
  const { scopeSeparator = ' ', answeredScopeSeparator = scopeSeparator } = server
  if (request.keyThumbprint && !dpop) {
    throw new OAuthError(
      'invalid_argument',
      'the token, or the code, is bound to a key: the client needs the dpop that has it (docs/guides/dpop.md)',
    )
  }
  const sent = targeted(request, scopeSeparator)
  const judge = (await context.expectIdToken?.(context, request)) ?? handOn(previous)
  const { answer, failed } = await post(context, { ...request, form: sent, endpoint: 'tokenEndpoint' })
  const { data: wire, rest, problem } = readTokenResponse(answer.body, isExchange)
  if (!wire || answer.status >= 300) throw failed(wire ? 'a token comes with a 200' : problem)
  const isBound = wire.token_type === 'DPoP'
  if (isBound && !dpop) throw failed('token_type is DPoP, and no key was shown')
  // RFC 9449 §5: a token that is not bound is to be thrown away where that matters.
  const isBearer = wire.token_type === 'Bearer'
  if (dpop && isBearer && !dpop.allowBearerTokens) throw failed('token_type is not DPoP: the token is bound to no key')
  const rotated = wire.refresh_token !== undefined && wire.refresh_token !== previous?.refreshToken
  return asToken(
    present({
      accessToken: wire.access_token,
      tokenType: wire.token_type,
      issuedTokenType: wire.issued_token_type,
      keyThumbprint: isBound ? await dpop?.thumbprint() : undefined,
      expiresAt: moment(answer.sentAt, wire.expires_in ?? server.defaultExpiresIn),
      refreshToken: wire.refresh_token ?? previous?.refreshToken,
      refreshTokenExpiresAt:
        moment(
          answer.sentAt,
          wire.refresh_token_expires_in ??
            (wire.refresh_expires_in || (rotated ? server.defaultRefreshTokenExpiresIn : undefined)),
        ) ?? (rotated ? undefined : previous?.refreshTokenExpiresAt),
      // RFC 6749 §5.1 and §6: what is not named is granted as it was asked for, or as it was before.
      scope: wire.scope?.replaceAll(answeredScopeSeparator, ' ') ?? form.scope ?? previous?.scope ?? requestedScope,
      requestedScope: form.scope ?? previous?.requestedScope ?? requestedScope,
      authorizationDetails: wire.authorization_details ?? previous?.authorizationDetails,
      ...(await judge(wire.id_token, wire.access_token)),
      raw: rest(),
    }) as Token,
  )
}
