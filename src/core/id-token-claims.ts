/** What an ID token says of a login, once it is validated (OpenID Connect Core §2, §5.1). */
export interface IdTokenClaims {
  /** The server that logged the user in. */
  readonly iss: string
  /** The user, under a name that is never given to another one at this `iss`. */
  readonly sub: string
  readonly aud: string | readonly string[]
  /** Seconds since the epoch, as all moments here. */
  readonly exp: number
  readonly iat: number
  /** When the user was there and logged in. */
  readonly auth_time?: number
  readonly nonce?: string
  readonly acr?: string
  readonly amr?: readonly string[]
  readonly azp?: string
  readonly at_hash?: string
  /** Whatever else the server says. */
  readonly [claim: string]: unknown
}
