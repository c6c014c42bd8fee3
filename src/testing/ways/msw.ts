import { ConnectionReset } from '../faults/connection.js'
import { type ReceivedRequest, received } from './received-request.js'

/** What is used of msw's `http`; handlers can only be made by msw's own, so the test hands it in. */
export interface MswHttp<Handler> {
  all(url: RegExp, resolver: (info: { request: Request }) => Promise<Response>): Handler
}

/** One handler for each URL, so that a test may answer for other paths of the same host itself. */
export const mswHandlers = <Handler>(
  http: MswHttp<Handler>,
  urls: readonly string[],
  answer: (request: ReceivedRequest) => Promise<Response>,
): Handler[] =>
  urls.map((url) => {
    const exactly = new RegExp(`^${url.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}$`)
    return http.all(exactly, async ({ request }) => {
      try {
        return await answer(await received(request))
      } catch (failure) {
        // msw's word for a connection that fails; it would report what is thrown, although nobody waits for it any more.
        if (failure instanceof ConnectionReset || request.signal.aborted) return Response.error()
        throw failure
      }
    })
  })
