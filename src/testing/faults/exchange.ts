import type { MockEndpoint } from '../journal.js'
import type { MockContext } from '../state.js'
import type { ReceivedRequest } from '../ways/received-request.js'
import type { MockFault } from './fault.js'

/** One request, and all that is needed to go wrong with it. */
export interface Exchange {
  readonly request: ReceivedRequest
  readonly endpoint: MockEndpoint
  readonly context: MockContext
  /** Does the work, and answers as it should be. */
  readonly process: (context: MockContext) => Promise<Response>
}

/** What would happen without the fault. */
export type Next = () => Promise<Response>

export type Fault<Type extends MockFault['type']> = Extract<MockFault, { readonly type: Type }>
