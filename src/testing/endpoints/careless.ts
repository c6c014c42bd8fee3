import { jsonAnswer, pageAnswer } from '../answers.js'
import type { MockEndpoint } from '../journal.js'
import { Refusal } from '../refusal.js'
import type { MockContext } from '../state.js'
import type { ReceivedRequest } from '../ways/received-request.js'

/** What everybody may read: nobody has to show who asks (RFC 8414 §3.1, RFC 9728 §3.1, RFC 7517 §5). */
const open: readonly MockEndpoint[] = ['discovery', 'jwks', 'resource_metadata']

/** Those who see to their own queries, in words of their own. */
const strict: readonly MockEndpoint[] = [
  ...(['authorize', 'token', 'device_authorization', 'pushed_authorization_request'] as const),
  ...(['revocation', 'introspection'] as const),
]

/** What belongs in no URL, which ends up in logs, in histories and with others (RFC 6749 §2.3.1, RFC 6750 §5.3, RFC 9700 §4.3.2). */
const secrets = ['client_secret', 'client_assertion', 'code_verifier', 'refresh_token', 'assertion', 'password']

/** RFC 6750 §2.3: the resource and userinfo say themselves that they do not look at it. */
const tokens = ['access_token', ...secrets]

const shown = ['authorization', 'dpop', 'proxy-authorization']

const flawOf = ({ method, url, headers, body }: ReceivedRequest, endpoint: MockEndpoint): string | undefined => {
  // RFC 9110 §9.3.1: what is on the way may drop it, or take it for the next request.
  if (method === 'GET' && body !== '') return 'a GET has no body'
  if (open.includes(endpoint)) {
    const header = shown.find((name) => headers.has(name))
    if (header)
      return `the header ${header} was sent to an endpoint that is open to all: credentials do not belong there`
  }
  if (strict.includes(endpoint)) return undefined
  const isResource = endpoint === 'resource' || endpoint === 'userinfo'
  const leaked = (isResource ? secrets : tokens).find((name) => url.searchParams.has(name))
  return leaked && `${leaked} was sent in the URL, where it does not belong`
}

const paged: readonly MockEndpoint[] = ['authorize', 'end_session', 'verification']

/** Refuses what harms nobody but the client that sends it: no real server would tell. */
export const assertCareful = (request: ReceivedRequest, endpoint: MockEndpoint, { profile }: MockContext): void => {
  const flaw = profile.carelessRequests === 'refused' && flawOf(request, endpoint)
  if (!flaw) return
  const json = { error: 'invalid_request', error_description: flaw }
  throw new Refusal(flaw, paged.includes(endpoint) ? pageAnswer(400, flaw) : jsonAnswer(400, json))
}
