import type { Json } from '../answers.js'
import type { MockClient } from '../options.js'
import type { Confirmation, Grant, GrantedScope, MockContext } from '../state.js'
import type { Parameters } from '../ways/received-request.js'

/** What a grant comes to, before it is minted. */
export interface Granted {
  readonly grant: Grant
  /** Of the access token; the grant itself may have more. */
  readonly scope: GrantedScope
  readonly reduced: boolean
  /** Absent: the answer has none. */
  readonly refreshToken?: string
  /** What the answer holds beside, or otherwise. */
  readonly fields?: Json
}

/** What else there is to know of a request. */
interface GrantRequest {
  /** The form, whose fields may come again. */
  readonly body: string
  /** What the request has proved to hold. */
  readonly cnf: Confirmation | undefined
}

export type GrantHandler = (
  form: Parameters,
  client: MockClient,
  context: MockContext,
  request: GrantRequest,
) => Granted | Promise<Granted>
