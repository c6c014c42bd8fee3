/**
 * `bearward/vitest`: adds matchers for the mock's journal to vitest's `expect`. Name it among `setupFiles`, or import it in a test.
 */
import { expect } from 'vitest'
import { type MockMatchers, matchers } from './matchers.js'

expect.extend(matchers)

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void>, T> extends MockMatchers<R> {}
}

export type { ExpectedRequest, ExpectedTokenRequest } from './expected-request.js'
export type { MockMatchers } from './matchers.js'
