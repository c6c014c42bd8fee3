import type { Proof, ProofRequest } from '../core/proof.js'
import type { Token } from '../core/token.js'

/** Where tokens come from. Anyone can write one: the single method is enough. */
export interface TokenSource {
  /**
   * A token that can be used now.
   * @throws {OAuthError} if none can be had; the signal's reason once it is aborted.
   */
  token(options?: TokenOptions): Promise<Token>
  /**
   * The token at hand, synchronously; `undefined` if there is none that can be used without a wait. It starts a renewal
   * that is due, as `token()` does.
   */
  current?(): Token | undefined
  /**
   * Proves that a `DPoP` token is in the hands of whom it was issued to (RFC 9449 §7). Its tokens of that type need it.
   * @throws {OAuthError} if there is no proof.
   */
  prove?(request: ProofRequest): Promise<Proof>
}

/** What one who asks for a token may add. */
export interface TokenOptions {
  /** Leaves the wait. A renewal goes on for the others. */
  readonly signal?: AbortSignal
  /** The token that a server just refused with 401: it is renewed, unless another one is current by now. */
  readonly rejected?: Token
}

/** Gives a runtime that stops between requests the promise of what is still going on: `ctx.waitUntil` and its like. */
export type WaitUntil = (work: Promise<unknown>) => void

/** A user's session: a source that lives from a refresh token. */
export interface Session extends TokenSource {
  current(): Token | undefined
  /**
   * Takes the token of a new login: at once here, and for all who share the session once it resolves.
   * @throws {OAuthError} `store_failed` if it could not be told to the others.
   */
  replace(token: SessionToken): Promise<void>
  /**
   * Forgets the session, here and for all who share it, and revokes its token where the server can. Its callers get
   * `session_ended` from then on.
   * @throws {OAuthError} `store_failed` if it could not be told to the others, and what revoking throws.
   */
  end(): Promise<void>
}

/** What a session starts from: a whole token, or a refresh token alone. */
export type SessionToken = Partial<Token> & ({ readonly accessToken: string } | { readonly refreshToken: string })
