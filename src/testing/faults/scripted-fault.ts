import type { MockGrantType } from '../grants/grant-type.js'
import type { MockFault, MockFaultyEndpoint } from './fault.js'

/** Which requests a fault hits. */
export interface MockFaultOptions {
  /** How many; `Infinity` for all of them. @default 1, but `Infinity` where there is a probability */
  readonly times?: number
  /** From 0 to 1: which of them, drawn from the mock's `seed`, so that each run draws the same. @default 1 */
  readonly probability?: number
  /** Only requests for this grant, at the token endpoint. @default any */
  readonly grantType?: MockGrantType | (string & Record<never, never>)
}

/** A fault as the mock may be given it when it is made. */
export interface MockScriptedFault extends MockFaultOptions {
  /** `*` is each of them. */
  readonly endpoint: MockFaultyEndpoint | '*'
  /** Several hit one and the same request, the first of them outermost. */
  readonly fault: MockFault | readonly MockFault[]
}
