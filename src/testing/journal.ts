import type { MockFault, MockFaultyEndpoint } from './faults/fault.js'
import type { ReceivedRequest } from './ways/received-request.js'

/** `verification` is the page where the user of a device types in its code. */
export type MockEndpoint = MockFaultyEndpoint | 'verification' | 'unknown'

/** A request that the mock has seen, whole: printing it shows the secrets that it carried. */
export interface MockRequest {
  /** `GET`, `POST`, …. */
  readonly method: string
  /** Whole, with its query. */
  readonly url: string
  /** What it was sent to. */
  readonly endpoint: MockEndpoint
  /** The client that it names, whether or not it proved to be that one; absent if it names none. */
  readonly clientId?: string
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The fields of a form body; of a repeated one the last. */
  readonly form?: Readonly<Record<string, string>>
  /** The JSON of a body, as a registration has one. */
  readonly json?: unknown
  /** Epoch milliseconds on the mock's clock at which it came. */
  readonly at: number
  /** The faults that hit it; absent if none did. */
  readonly faults?: readonly MockFault['type'][]
  /**
   * Why it was refused, or why introspection called a token inactive, in words and without secrets; absent if it was not. It may
   * say more than the answer, which for some errors must not tell.
   */
  readonly refused?: string
  /** Status of the answer; absent until its headers are out. */
  readonly status?: number
  /** Why there is no answer: the connection was reset, by a fault, or the client did not wait for it. */
  readonly lost?: 'reset' | 'abandoned'
  /** What the request was given, by the names of the wire, though a fault may have kept it from coming; absent if nothing. */
  readonly issued?: readonly MockIssued[]
}

/** What a request may be given. */
export type MockIssued = 'code' | 'access_token' | 'refresh_token' | 'id_token' | 'device_code' | 'request_uri'

/** Who is told of requests while they happen. */
export interface MockListeners {
  /** Called with each request as it comes in, before anything is done with it. @default nobody is told */
  readonly onRequest?: (request: MockRequest) => void
  /** Called with the same object when the headers of its answer are out, or when it is `lost`. @default nobody is told */
  readonly onAnswer?: (request: MockRequest) => void
}

/** What is known of a request when it comes in. */
interface Seen extends Pick<MockRequest, 'endpoint' | 'at'> {
  readonly faults: readonly MockFault[]
  readonly clientId: string | undefined
}

export interface Journal {
  readonly requests: readonly MockRequest[]
  /** Writes a request down as it comes in; what is given back adds what became of it, and whether its faults spared it, and tells of it. */
  record(
    request: ReceivedRequest,
    seen: Seen,
  ): (end: Pick<MockRequest, 'status' | 'refused' | 'lost' | 'issued'>, spared?: boolean) => void
}

const issuable: readonly MockIssued[] = [
  'code',
  'access_token',
  'refresh_token',
  'id_token',
  'device_code',
  'request_uri',
]

const issuers: readonly MockEndpoint[] = ['authorize', 'token', 'device_authorization', 'pushed_authorization_request']

/** What an answer gives, before anything has gone wrong with it. */
export const issuedBy = async (endpoint: MockEndpoint, answer: Response): Promise<Pick<MockRequest, 'issued'>> => {
  if (!issuers.includes(endpoint)) return {}
  const location = URL.parse(answer.headers.get('location') ?? '')
  const isJson = answer.ok && answer.headers.get('content-type') === 'application/json'
  const given = location ? Object.fromEntries(location.searchParams) : isJson ? await answer.clone().json() : {}
  const issued = issuable.filter((name) => typeof given[name] === 'string')
  return issued.length > 0 ? { issued } : {}
}

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

interface JournalOptions extends MockListeners {
  readonly requestsLimit?: number
}

export const createJournal = ({ onRequest, onAnswer, requestsLimit = Infinity }: JournalOptions): Journal => {
  const requests: MockRequest[] = []
  return {
    requests,
    record: ({ method, url, headers, body }, { endpoint, clientId, at, faults }) => {
      const hits = faults.map(({ type }) => type).filter((type) => type !== 'none')
      const isForm = headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')
      const entry: MockRequest & { faults?: MockRequest['faults'] } = {
        method,
        url: url.href,
        endpoint,
        at,
        ...(clientId !== undefined && { clientId }),
        ...(hits.length > 0 && { faults: hits }),
        headers: Object.fromEntries(headers),
        ...(headers.get('content-type')?.startsWith('application/json') && { json: parsed(body) }),
        ...(isForm && { form: Object.fromEntries(new URLSearchParams(body)) }),
      }
      requests.push(entry)
      if (requests.length > requestsLimit) requests.shift()
      onRequest?.(entry)
      return (end, spared = false) => {
        Object.assign(entry, end)
        if (spared) delete entry.faults
        onAnswer?.(entry)
      }
    },
  }
}
