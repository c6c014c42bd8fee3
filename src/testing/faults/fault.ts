/** The endpoints that a fault can hit. */
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
  /** The body comes piece by piece, with a pause between two of them: every byte is in time, and the whole is not. */
  | {
      readonly type: 'drip'
      /** Milliseconds of each pause. */
      readonly ms: number
      /** Bytes of each piece. @default 1 */
      readonly bytes?: number
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
  /**
   * Headers put into an answer, or taken out of it where they are `undefined`: good JSON that says it is `text/html`, as
   * servers of every kind have it.
   */
  | { readonly type: 'headers'; readonly headers: Readonly<Record<string, string | undefined>> }
  /**
   * Fields put behind those of an answer although they may be there: a JSON object with a name twice, of which one reader
   * takes the first and the next one the last (RFC 8259 §4).
   */
  | { readonly type: 'duplicate_keys'; readonly fields: Readonly<Record<string, unknown>> }
  /** The JSON begins with a byte order mark, which RFC 8259 §8.1 forbids to send and lets readers ignore. */
  | { readonly type: 'byte_order_mark' }
  /** The JSON of an answer as a form, as GitHub has it for who does not ask for JSON. */
  | { readonly type: 'form_encoded' }
  /** An OAuth error with status 200, as GitHub's token endpoint has it. Nothing is processed. */
  | { readonly type: 'error_in_200'; readonly error: string; readonly errorDescription?: string }
  /**
   * The request is refused with an OAuth error, in the way of the endpoint: as JSON (RFC 6749 §5.2), as a challenge by the
   * resource and by userinfo (RFC 6750 §3), by way of the user at the authorization endpoint (§4.1.2.1). Nothing is
   * processed.
   */
  | {
      readonly type: 'error'
      readonly error: string
      readonly errorDescription?: string
      /**
       * Not at the authorization endpoint.
       * @default 401 for `invalid_client` and `invalid_token`, 403 for `insufficient_scope`, else 400
       */
      readonly status?: number
    }
  /** The request is sent elsewhere, as it is by a gateway with a log-in page of its own. Nothing is processed. */
  | {
      readonly type: 'redirect'
      /** @default the URL of the request: a loop where it happens each time */
      readonly location?: string
      /** 307 and 308 have the body sent again. @default 302 */
      readonly status?: 301 | 302 | 303 | 307 | 308
    }
  /** The refresh token is rotated, but the answer has none, or the one that was just used up. At the token endpoint. */
  | { readonly type: 'lost_rotation'; readonly answers: 'no_refresh_token' | 'old_refresh_token' }
  /**
   * The ID token of an answer is wrong: claims are put into it, or taken out where they are `undefined`; it is signed by a key
   * that is in no key set, or by nobody (`alg: none`). At the token endpoint. A stranger signs in the name of the key that
   * should have; a retired key has a name of its own, which the key set no longer knows.
   */
  | {
      readonly type: 'id_token'
      readonly claims?: Readonly<Record<string, unknown>>
      readonly header?: Readonly<Record<string, unknown>>
      /** @default 'issuer' */
      readonly signedBy?: 'issuer' | 'stranger' | 'retired' | 'nobody'
    }
  /** The resource refuses every token, good ones too, with 401 `invalid_token`. At the resource. */
  | { readonly type: 'token_refused' }
  /** The resource finds no token good enough: 403 `insufficient_scope` (RFC 6750 §3.1). At the resource. */
  | { readonly type: 'insufficient_scope'; readonly scope?: string }
  /**
   * A token of the answer ends before its time, at the resource, at userinfo, in introspection, in a refresh: an administrator
   * has revoked it, or the server has lost it. At the token endpoint.
   */
  | {
      readonly type: 'expired_early'
      /** Seconds that it still lives. @default 0 */
      readonly seconds?: number
      /** @default 'access_token' */
      readonly token?: 'access_token' | 'refresh_token'
    }
  /**
   * A DPoP proof is refused for want of a nonce (RFC 9449 §8, §9), with one that is new; until that was sent once, a
   * proof without it is refused. A request without a proof is let pass. At the token endpoint, the resource and userinfo.
   */
  | { readonly type: 'nonce_demanded' }
  /**
   * The key set no longer has the key that signs: it has others, or nothing at all. At the JWKS endpoint.
   */
  | {
      readonly type: 'revoked_keys'
      /** @default 'others' */
      readonly leaves?: 'others' | 'nothing'
    }
  /**
   * The server says that it is another issuer: in its metadata document (RFC 8414 §3.3), in the `iss` of the authorization
   * response (RFC 9207 §2.4), in a well-signed ID token. At the discovery, authorization and token endpoints.
   */
  | {
      readonly type: 'wrong_issuer'
      /** @default 'https://another-issuer.test' */
      readonly issuer?: string
    }
  /**
   * The clock of the server is wrong: its `Date`, the `iat` and `exp` of the JWTs that it signs and judges, and those of
   * proofs. What lives for a number of seconds lives as long.
   */
  | {
      readonly type: 'clock_skew'
      /** By how many it is ahead; behind by less than 0. */
      readonly seconds: number
    }
  /**
   * The authorization response is not the one that the server gave, which the token endpoint finds out if the client does
   * not: a `state` that was never sent, or none; no `iss`; the code of another login; `code` twice. At the authorization
   * endpoint, where a page that the user sees first does not count.
   */
  | {
      readonly type: 'tampered_callback'
      readonly how: 'unsent_state' | 'no_state' | 'no_issuer' | 'injected_code' | 'repeated_code'
    }
