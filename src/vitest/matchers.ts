import type { MatcherState, SyncMatcherResult } from 'vitest'
import { mockFaultyEndpoints } from '../testing/faults/fault.js'
import type { MockAuthorizationServer, MockEndpoint, MockRequest } from '../testing/index.js'
import { assertExpected, comparisonsOf, type ExpectedRequest, type ExpectedTokenRequest } from './expected-request.js'
import { maskedRequest } from './masked-request.js'

/** In what a request is not the one expected: in words, and without its secrets. */
const differences = (
  request: MockRequest,
  expected: ExpectedTokenRequest,
  equals: MatcherState['equals'],
): readonly string[] =>
  comparisonsOf(request, expected)
    .filter(({ actual, expected: wanted }) => !equals(actual, wanted))
    .map(({ name, actual, expected: wanted, shown }) => {
      const [is, should] = [shown(actual), shown(wanted)]
      return is === should ? `${name} is another one` : `${name} is ${is}, not ${should}`
    })

const requestsOf = (mock: unknown): readonly MockRequest[] => {
  const { requests } = (mock ?? {}) as Partial<MockAuthorizationServer>
  if (Array.isArray(requests)) return requests
  throw new TypeError('expected a mock of createMockAuthorizationServer')
}

const endpoints: readonly MockEndpoint[] = [...mockFaultyEndpoints, 'verification', 'unknown']

const assertEndpoint = (endpoint: MockEndpoint): void => {
  if (!endpoints.includes(endpoint))
    throw new TypeError(`no endpoint is called ${endpoint}: there are ${endpoints.join(', ')}`)
}

const assertCount = (count: number): void => {
  if (!Number.isInteger(count) || count < 0) throw new TypeError('how many requests are expected is a whole number')
}

/** What a mock has received at one endpoint, and how much of it is as expected. */
const judge = (
  mock: unknown,
  endpoint: MockEndpoint,
  expected: ExpectedTokenRequest,
  { equals }: MatcherState,
): { readonly fitting: number; readonly report: string } => {
  assertEndpoint(endpoint)
  assertExpected(expected)
  const judged = requestsOf(mock)
    .filter((request) => request.endpoint === endpoint)
    .map((request) => ({ request, wrong: differences(request, expected, equals) }))
  const lines = judged.flatMap(({ request, wrong }, index) => [
    `${index + 1}. ${maskedRequest(request)}`,
    ...wrong.map((text) => `   - ${text}`),
  ])
  const all = lines.length > 0 ? [`at the ${endpoint} endpoint it has received:`, ...lines] : []
  return {
    fitting: judged.filter(({ wrong }) => wrong.length === 0).length,
    report: ['', ...all].join('\n'),
  }
}

const some = (
  state: MatcherState,
  mock: unknown,
  endpoint: MockEndpoint,
  expected: ExpectedTokenRequest = {},
): SyncMatcherResult => {
  const { fitting, report } = judge(mock, endpoint, expected, state)
  const found = fitting > 0 ? `${fitting}` : 'no'
  const requests = fitting > 1 ? 'requests' : 'request'
  return { pass: fitting > 0, message: () => `the mock has received ${found} such ${endpoint} ${requests}${report}` }
}

const exactly = (
  state: MatcherState,
  mock: unknown,
  endpoint: MockEndpoint,
  count: number,
  expected: ExpectedTokenRequest = {},
): SyncMatcherResult => {
  assertCount(count)
  const { fitting, report } = judge(mock, endpoint, expected, state)
  const wanted = fitting === count ? '' : `, not ${count}`
  return {
    pass: fitting === count,
    message: () => `the number of such ${endpoint} requests that the mock has received is ${fitting}${wanted}${report}`,
  }
}

/** What `bearward/vitest` adds to `expect`, for a mock of `bearward/testing`. Failures show no secret. */
export interface MockMatchers<R> {
  /** The mock has received a token request like this one (RFC 6749 §3.2). */
  toHaveReceivedTokenRequest(expected?: ExpectedTokenRequest): R
  /** The mock has received so many token requests like this one, and no more. */
  toHaveReceivedTokenRequestTimes(count: number, expected?: ExpectedTokenRequest): R
  /** The mock has received a request like this one at an endpoint. */
  toHaveReceivedRequest(endpoint: MockEndpoint, expected?: ExpectedRequest): R
  /** The mock has received so many requests like this one at an endpoint, and no more. */
  toHaveReceivedRequestTimes(endpoint: MockEndpoint, count: number, expected?: ExpectedRequest): R
}

/** For `expect.extend`. */
export const matchers = {
  toHaveReceivedTokenRequest(this: MatcherState, mock: unknown, expected?: ExpectedTokenRequest): SyncMatcherResult {
    return some(this, mock, 'token', expected)
  },
  toHaveReceivedTokenRequestTimes(
    this: MatcherState,
    mock: unknown,
    count: number,
    expected?: ExpectedTokenRequest,
  ): SyncMatcherResult {
    return exactly(this, mock, 'token', count, expected)
  },
  toHaveReceivedRequest(
    this: MatcherState,
    mock: unknown,
    endpoint: MockEndpoint,
    expected?: ExpectedRequest,
  ): SyncMatcherResult {
    return some(this, mock, endpoint, expected)
  },
  toHaveReceivedRequestTimes(
    this: MatcherState,
    mock: unknown,
    endpoint: MockEndpoint,
    count: number,
    expected?: ExpectedRequest,
  ): SyncMatcherResult {
    return exactly(this, mock, endpoint, count, expected)
  },
}
