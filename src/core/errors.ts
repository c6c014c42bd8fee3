/**
 * Whether the server may have acted on a request that failed: `not_processed` when it surely did not (connection
 * refused, name not resolved, browser offline, 429, nothing sent in time), `ambiguous` when it may have (time-out, reset, 5xx,
 * a 2xx that cannot be read).
 */
export type Delivery = 'not_processed' | 'ambiguous'

/** What a server said in an OAuth error (RFC 6749 §4.1.2.1 and §5.2), with what this client sent as a secret masked. */
export interface ServerError {
  /** The code: `invalid_grant`, `invalid_client`, `access_denied`, …. */
  readonly error: string
  /** What the server says to developers, in its own words. */
  readonly errorDescription?: string | undefined
  /** A page that says more, if the server names one. Not followed, and not checked. */
  readonly errorUri?: string | undefined
}

/** What every failed answer tells. */
interface FailedAnswer {
  readonly status: number
  /** Present where it matters whether the request may be sent again. */
  readonly delivery?: Delivery
  /** Milliseconds that the server asked us to wait (`Retry-After`). */
  readonly retryAfterMs?: number
}

/** The literal codes of {@link OAuthError}, and the fields that come with each. */
export interface OAuthErrorFields {
  /** An argument or option is missing, malformed or contradicts another. Nothing was sent. */
  invalid_argument: object
  /**
   * A URL is no URL, or has a user in it, or is plain `http` and not on loopback while `allowInsecureRequests` is off, or
   * on loopback though an https document leads there; or it is that of the page itself, where a browser then offers no
   * Web Crypto and no Web Locks. Nothing was sent.
   */
  insecure_url: object
  /** A client secret was given in a browser. Nothing was sent. */
  secret_in_browser: object
  /** The server, or the runtime, does not offer what was asked for. Nothing was sent. */
  unsupported: object
  /** The authorization response lacks a parameter, repeats one, or cannot be read (RFC 6749 §4.1.2). */
  invalid_callback: object
  /** The authorization response belongs to another authorization request (RFC 6749 §10.12). */
  state_mismatch: object
  /** The response or the metadata document came from another issuer (RFC 9207 §2.4, RFC 8414 §3.3). */
  issuer_mismatch: object
  /** The metadata document is that of another protected resource (RFC 9728 §3.3). */
  resource_mismatch: object
  /**
   * The authorization server refused the authorization request (RFC 6749 §4.1.2.1). An `error` of `login_required`,
   * `consent_required` or `interaction_required` says that `prompt=none` was not enough (OpenID Connect Core §3.1.2.6).
   */
  authorization_refused: ServerError
  /** The server answered an OAuth error (RFC 6749 §5.2), whatever the status. */
  error_response: ServerError & FailedAnswer
  /** The answer is no OAuth answer: HTML, an empty body, truncated or oversized JSON, a field that cannot be used. */
  invalid_response: FailedAnswer & {
    readonly contentType?: string
    /** The first characters of the answer, secrets masked. */
    readonly excerpt?: string
  }
  /** The endpoint answered a redirect, which client credentials never follow. `status` is 0 where a browser hides it. */
  redirect_refused: FailedAnswer
  /** The connection was refused, the name not resolved, or the browser is offline: the request was surely not processed. */
  unreachable: { readonly delivery: 'not_processed' }
  /**
   * No whole answer came in time, and the server may have acted; or a client authentication or a proof took so long that
   * nothing was sent, and it has not.
   */
  timeout: { readonly delivery: Delivery }
  /** The connection failed before the whole answer came, or the runtime cannot say how; the server may have acted. */
  connection_lost: { readonly delivery: 'ambiguous' }
  /** The session is over: the user must authorize again. `error` is the server's word for it, where it said one. */
  session_ended: Partial<ServerError>
  /** The answer to a refresh was lost, and the refresh token may be used up: the user must authorize again. */
  session_uncertain: object
  /** The store could not be reached, or its lock not be had. The driver's own error may hold an address with a password: it is left out. */
  store_failed: {
    /** Milliseconds after which another try makes sense, where that is known. */
    readonly retryAfterMs?: number
  }
  /** What is under the key of the store is not this client's: no token at all, or that of another client or server. It was left as it is. */
  foreign_record: object
  /**
   * The ID token of an answer cannot be trusted, or is missing where the login asked for one (OpenID Connect Core §3.1.3.7,
   * §12.2); or the keys to judge it by could not be had. The tokens that came with it are not given.
   */
  invalid_id_token: {
    /** The claim at fault, where it is one. */
    readonly claim?: string
  }
  /** A request would have carried a token to an origin that is not listed. Nothing was sent. */
  origin_refused: object
  /**
   * A value of an encrypted store cannot be decrypted: its key is missing, or it was changed or moved, or stored before
   * encryption was switched on. Nothing was deleted: `set` and `delete` with this `version` do.
   */
  undecipherable: { readonly version: string }
}

/** The literals that the `code` of an {@link OAuthError} is one of. */
export type OAuthErrorCode = keyof OAuthErrorFields

type OAuthErrorOf<Code extends OAuthErrorCode> = Error & { readonly code: Code } & OAuthErrorFields[Code]

/**
 * The one error class of this library. `code` is a literal: a `switch` over it narrows to the fields that come with it.
 * No message, property or `cause` holds a secret, a token, a code or a verifier. `docs/errors.md` has the remedies.
 */
export type OAuthError = { [Code in OAuthErrorCode]: OAuthErrorOf<Code> }[OAuthErrorCode]

interface OAuthErrorConstructor {
  new <Code extends OAuthErrorCode>(
    code: Code,
    message: string,
    ...fields: object extends OAuthErrorFields[Code] ? [OAuthErrorFields[Code]?] : [OAuthErrorFields[Code]]
  ): OAuthErrorOf<Code>
  readonly prototype: OAuthError
}

// Each entry is a file with a copy of this class (docs/decisions/0001-bundled-and-late.md), so what makes an error ours is
// its name, and not the copy that made it.
export const OAuthError: OAuthErrorConstructor = class {
  static [Symbol.hasInstance](error: unknown): boolean {
    return (error as Error | undefined)?.name === 'OAuthError'
  }

  constructor(code: OAuthErrorCode, message: string, fields?: object) {
    // biome-ignore lint/correctness/noConstructorReturn: an Error of the runtime, not an object that inherits from one
    return Object.assign(Error(message), { name: 'OAuthError', code }, fields)
  }
} as unknown as OAuthErrorConstructor

/** The same failure with a stack of its own, for each of the many that waited for it. */
export const anew = (failure: unknown): unknown =>
  failure instanceof OAuthError ? Object.assign(Error(failure.message), failure) : failure
