import { conceal } from './conceal.js'
import type { IdTokenClaims } from './id-token-claims.js'
import type { AuthorizationDetail } from './target.js'

/**
 * What a token endpoint granted (RFC 6749 §5.1). Plain data: `JSON.parse(JSON.stringify(token))` is a token again.
 * Inspecting it shows no secret in Node, Bun and Deno; a spread copy, its JSON and a browser's console do.
 */
export interface Token {
  /** What an API is shown; opaque to the client (RFC 6749 §1.4). */
  readonly accessToken: string
  /** `Bearer` or `DPoP`, however the server spelled it; `Bearer` also where it said nothing. */
  readonly tokenType: string
  /** The JWK thumbprint of the key that a `DPoP` token is bound to (RFC 9449 §6.1). */
  readonly keyThumbprint?: string
  /** Epoch milliseconds, counted from the moment the request was sent; absent if the lifetime is unknown. */
  readonly expiresAt?: number
  /** What the next token is asked for with; absent if the server gave none. Most servers take it once. */
  readonly refreshToken?: string
  /** Epoch milliseconds; absent if unknown. */
  readonly refreshTokenExpiresAt?: number
  /** The scope granted, space-separated; absent if neither the server nor the request named any. */
  readonly scope?: string
  /** The scope asked for, where one was: compare it with `scope` to see a reduced grant (`missingScope`). */
  readonly requestedScope?: string
  /** What the token is for, as the server granted it (RFC 9396 §7); absent if it says nothing of it. */
  readonly authorizationDetails?: readonly AuthorizationDetail[]
  /** As received; validated only where the client has an `idToken` validator, and then with `idTokenClaims` beside it. */
  readonly idToken?: string
  /** What the ID token says, once it is validated. */
  readonly idTokenClaims?: IdTokenClaims
  /** What else the server sent, by its name at the wire. */
  readonly raw: Readonly<Record<string, unknown>>
}

/** A copy that shows no secret when it is printed. */
export const asToken = <Fields extends Partial<Token>>(fields: Fields): Fields => {
  const { accessToken, refreshToken, idToken, idTokenClaims, authorizationDetails, raw, ...shown } = fields
  return conceal({ ...fields }, shown)
}
