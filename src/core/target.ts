/** One thing that a token is wanted for (RFC 9396 §2): its `type` says what else there is to tell. */
export interface AuthorizationDetail {
  readonly type: string
  readonly [field: string]: unknown
}

/** Where a token is to be used, and for what. */
export interface Target {
  /**
   * Where the token is to be used: absolute URIs without a fragment (RFC 8707 §2). A server that gives one token for one
   * resource refuses several, with `invalid_target`.
   * @default the server's own default
   */
  readonly resource?: string | readonly string[]
  /** What the token is for, in more words than a scope has (RFC 9396). */
  readonly authorizationDetails?: readonly AuthorizationDetail[]
}

/** RFC 6749 §3.1.2 of a redirect URI, RFC 8707 §2 of a resource. */
export const isAbsolute = (uri: string): boolean => URL.canParse(uri) && !/#/.test(uri)

/** RFC 9396 §2. */
export const isDetailed = (details: Target['authorizationDetails'] = []): boolean =>
  !!details.every?.((detail) => detail?.type)
