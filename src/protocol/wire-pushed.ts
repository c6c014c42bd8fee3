import { asNonEmpty, object, parse, type Reading, read, required, seconds } from './requests.js'

/** RFC 9126 §2.2. */
const pushedResponse = object({ request_uri: required(asNonEmpty), expires_in: seconds })

export interface PushedResponse {
  readonly request_uri: string
  readonly expires_in: number | undefined
}

/** What a server made of a pushed authorization request. */
export const readPushedResponse = (body: string): Reading<PushedResponse> => read(pushedResponse, parse(body))
