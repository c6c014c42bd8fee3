/** What an ID token says of a login, once it is validated (OpenID Connect Core §2, §5.1). */
export interface IdTokenClaims {
  /** The server that logged the user in. */
  readonly iss: string
  /** The user, under a name that is never given to another one at this `iss`. */
  readonly sub: string
  /** Whom it is for: the client, perhaps among others. */
  readonly aud: string | readonly string[]
  /** Seconds since the epoch, as all moments here. */
  readonly exp: number
  /** When it was issued. */
  readonly iat: number
  /** When the user was there and logged in. */
  readonly auth_time?: number
  /** That of the authorization request. */
  readonly nonce?: string
  /** How the user was authenticated: a context class. */
  readonly acr?: string
  /** By which methods the user was authenticated. */
  readonly amr?: readonly string[]
  /** The client that it was issued to, where it is for several. */
  readonly azp?: string
  /** Half of a hash of the access token that came with it (OpenID Connect Core §3.1.3.6). */
  readonly at_hash?: string
  /** Whatever else the server says. */
  readonly [claim: string]: unknown
}
