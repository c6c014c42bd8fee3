export type MockFaultyEndpoint =
  | 'authorize'
  | 'token'
  | 'device_authorization'
  | 'pushed_authorization_request'
  | 'revocation'
  | 'introspection'
  | 'userinfo'
  | 'end_session'
  | 'registration'
  | 'jwks'
  | 'resource'
  | 'resource_metadata'
  | 'discovery'

const endpoints: Readonly<Record<MockFaultyEndpoint, true>> = {
  authorize: true,
  token: true,
  device_authorization: true,
  pushed_authorization_request: true,
  revocation: true,
  introspection: true,
  userinfo: true,
  end_session: true,
  registration: true,
  jwks: true,
  resource: true,
  resource_metadata: true,
  discovery: true,
}

export const mockFaultyEndpoints = Object.keys(endpoints) as readonly MockFaultyEndpoint[]

/**
 * How far an exchange gets: the server has not touched the request; it has done the work (the code is used, the refresh
 * token rotated); or it has also sent the headers and half of the body.
 */
export type MockBreakingPoint = 'before_processing' | 'after_processing' | 'inside_body'

/** A way in which a server misbehaves, by its name. */
export type MockFault =
  /** None: a request between two faults of a script. */
  | { readonly type: 'none' }
  /** The request waits `ms` milliseconds before it is looked at. An aborted one is never looked at. */
  | { readonly type: 'delay'; readonly ms: number }
  /**
   * The request is processed at once, and answered `ms` milliseconds later: that much of the token's life is gone when it
   * comes. Every loaded server does it, and every slow network.
   */
  | { readonly type: 'late_answer'; readonly ms: number }
  /** The connection stays open, and nothing more comes. */
  | { readonly type: 'hang'; readonly when: MockBreakingPoint }
  /**
   * The connection is lost. Before processing is what happens to a request on a kept-alive connection that a load
   * balancer closes at that moment; after it, only the server knows that it has done the work.
   */
  | { readonly type: 'reset'; readonly when: MockBreakingPoint }
  /** Any status, with JSON or nothing. */
  | {
      readonly type: 'status'
      readonly status: number
      /** Seconds to wait (RFC 9110 §10.2.3). Absent: no such header. */
      readonly retryAfter?: number
      /** As a date, `Retry-After` counts from the `Date` that comes with it, on the mock's clock. @default 'seconds' */
      readonly retryAfterForm?: 'seconds' | 'date'
      /** @default an empty body */
      readonly json?: Readonly<Record<string, unknown>>
      readonly headers?: Readonly<Record<string, string>>
      /** The work was done all the same: a gateway that lost patience. @default false */
      readonly processed?: boolean
    }
  /** An HTML page, as proxies and load balancers put it before a server that is down. */
  | {
      readonly type: 'page'
      /** @default 502 */
      readonly status?: number
      /** @default false */
      readonly processed?: boolean
    }
  /** Half of the body, and then a regular end. */
  | { readonly type: 'truncated' }
  /** The answer behind that many bytes of white space, streamed: it is still JSON. */
  | {
      readonly type: 'oversized'
      /** @default 10 MiB */
      readonly bytes?: number
    }
  /**
   * Fields put into the JSON of an answer, or taken out of it where they are `undefined`: PayPal has sent `expires_in` as
   * a string, miwa may leave it out.
   */
  | { readonly type: 'fields'; readonly fields: Readonly<Record<string, unknown>> }
  /** An OAuth error with status 200, as GitHub's token endpoint has it. Nothing is processed. */
  | { readonly type: 'error_in_200'; readonly error: string; readonly errorDescription?: string }
  /**
   * The request is refused with an OAuth error, in the way of the endpoint: as JSON (RFC 6749 §5.2), as a challenge by the
   * resource and by userinfo (RFC 6750 §3), by way of the user at the authorization endpoint (§4.1.2.1). Nothing is processed.
   */
  | {
      readonly type: 'error'
      readonly error: string
      readonly errorDescription?: string
      /** Not at the authorization endpoint. @default 401 for `invalid_client` and `invalid_token`, 403 for `insufficient_scope`, else 400 */
      readonly status?: number
    }
  /** The request is sent elsewhere, as it is by a gateway with a log-in page of its own. Nothing is processed. */
  | {
      readonly type: 'redirect'
      readonly location: string
      /** 307 and 308 have the body sent again. @default 302 */
      readonly status?: 301 | 302 | 303 | 307 | 308
    }
  /** The refresh token is rotated, but the answer has none, or the one that was just used up. At the token endpoint. */
  | { readonly type: 'lost_rotation'; readonly answers: 'no_refresh_token' | 'old_refresh_token' }
  /**
   * The ID token of an answer is wrong: claims are put into it, or taken out where they are `undefined`; it is signed by a key
   * that is in no key set, or by nobody (`alg: none`). At the token endpoint.
   */
  | {
      readonly type: 'id_token'
      readonly claims?: Readonly<Record<string, unknown>>
      readonly header?: Readonly<Record<string, unknown>>
      /** @default 'issuer' */
      readonly signedBy?: 'issuer' | 'stranger' | 'nobody'
    }
  /** The resource refuses every token, good ones too, with 401 `invalid_token`. At the resource. */
  | { readonly type: 'token_refused' }
  /** The resource finds no token good enough: 403 `insufficient_scope` (RFC 6750 §3.1). At the resource. */
  | { readonly type: 'insufficient_scope'; readonly scope?: string }
