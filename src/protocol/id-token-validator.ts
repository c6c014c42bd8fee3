import type { IdTokenClaims } from '../core/id-token-claims.js'
import type { AuthorizationServer } from '../core/server.js'

/** What a validator reads the server's keys with. */
export interface IdTokenKeys {
  /** Whose keys, and whose `issuer`. */
  readonly server: AuthorizationServer
  /** Epoch milliseconds, by the client's clock. */
  readonly now: number
  /** Reads a JSON document through the client's own fetch, within its `timeoutMs`; https, on one origin. */
  readonly readJson: (url: string) => Promise<unknown>
}

/** An ID token as it came, and what it must fit. */
export interface ReceivedIdToken extends IdTokenKeys {
  /** As it came. */
  readonly idToken: string
  /** The access token that came with it. */
  readonly accessToken: string
  /** Whom it must be for. */
  readonly clientId: string
  /** The key of an HMAC, where one is allowed. */
  readonly clientSecret?: string | undefined
  /** That of the authorization request; absent where that had none. */
  readonly nonce?: string | undefined
  /** Seconds: the `max_age` of the authorization request. */
  readonly maxAge?: number | undefined
  /** The ID token of the login, where this one came with a refresh (OpenID Connect Core §12.2). */
  readonly previous?: string | undefined
}

/** Judges ID tokens: `idTokenValidator` of `bearward/jwt` makes one. */
export interface IdTokenValidator {
  /** @throws if ID tokens of this server cannot be judged. Called when a client is made. */
  assertServer?(server: AuthorizationServer, allowInsecureRequests: boolean): void
  /** Reads the server's keys, before a code or a refresh token is sent. */
  prepare?(keys: IdTokenKeys): Promise<void>
  /** @throws {OAuthError} `invalid_id_token` */
  validate(received: ReceivedIdToken): Promise<IdTokenClaims>
}
