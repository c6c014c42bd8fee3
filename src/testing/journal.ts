import type { MockFault, MockFaultyEndpoint } from './faults/faults.js'
import type { ReceivedRequest } from './ways/received-request.js'

export type MockEndpoint = MockFaultyEndpoint | 'unknown'

/** A request that the mock has seen, whole: printing it shows the secrets that it carried. */
export interface MockRequest {
  readonly method: string
  readonly url: string
  readonly endpoint: MockEndpoint
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
  /** Status of the answer; absent until its headers are out. */
  readonly status?: number
}

export interface Journal {
  readonly requests: readonly MockRequest[]
  /** Writes a request down as it comes in; what is given back adds the status of its answer. */
  record(
    request: ReceivedRequest,
    seen: Pick<MockRequest, 'endpoint' | 'at'> & { readonly faults: readonly MockFault[] },
  ): (status: number) => void
}

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

export const createJournal = (): Journal => {
  const requests: MockRequest[] = []
  return {
    requests,
    record: ({ method, url, headers, body }, { endpoint, at, faults }) => {
      const hits = faults.map(({ type }) => type).filter((type) => type !== 'none')
      const isForm = headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')
      const entry: MockRequest = {
        method,
        url: url.href,
        endpoint,
        at,
        ...(hits.length > 0 && { faults: hits }),
        headers: Object.fromEntries(headers),
        ...(headers.get('content-type')?.startsWith('application/json') && { json: parsed(body) }),
        ...(isForm && { form: Object.fromEntries(new URLSearchParams(body)) }),
      }
      requests.push(entry)
      return (status) => {
        Object.assign(entry, { status })
      }
    },
  }
}
