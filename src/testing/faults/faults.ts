import { OAuthError } from '../../core/errors.js'
import type { MockGrantType } from '../grants/grant-type.js'

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

/** Which requests a fault hits. */
export interface MockFaultOptions {
  /** How many; `Infinity` for all of them. @default 1, but `Infinity` where there is a probability */
  readonly times?: number
  /** From 0 to 1: which of them, drawn from the mock's `seed`, so that each run draws the same. @default 1 */
  readonly probability?: number
  /** Only requests for this grant, at the token endpoint. @default any */
  readonly grantType?: MockGrantType
}

/** A fault as the mock may be given it when it is made. */
export interface MockScriptedFault extends MockFaultOptions {
  readonly endpoint: MockFaultyEndpoint
  /** Several hit one and the same request, the first of them outermost. */
  readonly fault: MockFault | readonly MockFault[]
}

/** A fault that is in the script, and how it stands. */
interface FaultEntry {
  /** Its own, and never another's. */
  readonly id: string
  readonly scripted: MockScriptedFault
  /** How many more requests it hits. */
  left: number
  /** It stays in the script and hits nothing. */
  paused: boolean
}

/** A script of faults, in the order in which they were added. */
export interface FaultScript {
  readonly entries: ReadonlySet<FaultEntry>
  add(scripted: MockScriptedFault): { remove(): void }
  remove(entry: FaultEntry): void
  clear(): void
  /** What hits the next request: the first of the script that fits. */
  take(endpoint: MockFaultyEndpoint, grantType: string | null): readonly MockFault[]
}

const homes: Partial<Record<MockFault['type'], MockFaultyEndpoint>> = {
  lost_rotation: 'token',
  id_token: 'token',
  token_refused: 'resource',
  insufficient_scope: 'resource',
}

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

const assertFault = (fault: MockFault, endpoint: MockFaultyEndpoint): void => {
  const home = homes[fault.type] ?? endpoint
  if (home !== endpoint) throw invalid(`${fault.type} is a fault of the ${home} endpoint, not of ${endpoint}`)
  if ('ms' in fault && !(fault.ms >= 0)) throw invalid(`ms of ${fault.type} must be 0 or more`)
  if ('status' in fault && fault.status !== undefined && !(fault.status >= 200 && fault.status <= 599)) {
    throw invalid(`status of ${fault.type} must be from 200 to 599`)
  }
}

const assertOptions = ({ endpoint, times, probability, grantType }: MockScriptedFault): void => {
  if (times !== undefined && times !== Infinity && !(Number.isInteger(times) && times > 0)) {
    throw invalid('times must be a whole number above 0, or Infinity')
  }
  if (probability !== undefined && !(probability >= 0 && probability <= 1)) {
    throw invalid('probability must be from 0 to 1')
  }
  if (grantType !== undefined && endpoint !== 'token') throw invalid('only the token endpoint has a grantType')
}

/** @param random The next number from 0 to 1; drawn only for a fault that fits and has a probability. */
export const createFaultScript = (random: () => number): FaultScript => {
  const script = new Set<FaultEntry>()
  let added = 0
  return {
    entries: script,
    add: (scripted) => {
      const { endpoint, fault, times, probability } = scripted
      for (const one of [fault].flat()) assertFault(one, endpoint)
      assertOptions(scripted)
      const left = times ?? (probability === undefined ? 1 : Infinity)
      const entry = { id: `${++added}`, scripted, left, paused: false }
      script.add(entry)
      return { remove: () => void script.delete(entry) }
    },
    remove: (entry) => void script.delete(entry),
    clear: () => script.clear(),
    take: (endpoint, grantType) => {
      for (const entry of script) {
        const { endpoint: home, fault, probability, grantType: wanted } = entry.scripted
        if (entry.paused || home !== endpoint || (wanted !== undefined && wanted !== grantType)) continue
        if (probability !== undefined && random() >= probability) continue
        entry.left -= 1
        if (entry.left === 0) script.delete(entry)
        return [fault].flat()
      }
      return []
    },
  }
}
