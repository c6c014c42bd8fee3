import type { MockClient } from './options.js'
import type { Parameters } from './received-request.js'
import type { Grant, GrantedScope, MockContext } from './state.js'

/** What a grant comes to, before it is minted. */
export interface Granted {
  readonly grant: Grant
  /** Of the access token; the grant itself may have more. */
  readonly scope: GrantedScope
  readonly reduced: boolean
  /** Absent: the answer has none. */
  readonly refreshToken?: string
}

/** `jkt` is the thumbprint of the key that the request has proved to hold. */
export type GrantHandler = (form: Parameters, client: MockClient, context: MockContext, jkt?: string) => Granted
