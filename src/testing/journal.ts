import type { ReceivedRequest } from './received-request.js'

export type MockEndpoint = 'authorize' | 'token' | 'revocation' | 'resource' | 'discovery' | 'unknown'

/** A request that the mock has seen, whole: printing it shows the secrets that it carried. */
export interface MockRequest {
  readonly method: string
  readonly url: string
  readonly endpoint: MockEndpoint
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The fields of a form body; of a repeated one the last. */
  readonly form?: Readonly<Record<string, string>>
  /** Status of the answer; absent until there is one. */
  readonly status?: number
}

export interface Journal {
  readonly requests: readonly MockRequest[]
  /** Writes a request down as it comes in; what is given back adds the status of its answer. */
  record(request: ReceivedRequest, endpoint: MockEndpoint): (status: number) => void
}

export const createJournal = (): Journal => {
  const requests: MockRequest[] = []
  return {
    requests,
    record: ({ method, url, headers, body }, endpoint) => {
      const isForm = headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')
      const entry: MockRequest = {
        method,
        url: url.href,
        endpoint,
        headers: Object.fromEntries(headers),
        ...(isForm && { form: Object.fromEntries(new URLSearchParams(body)) }),
      }
      requests.push(entry)
      return (status) => {
        Object.assign(entry, { status })
      }
    },
  }
}
