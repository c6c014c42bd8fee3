// What token endpoints have been seen to do. Each fault answers one token request; `good` is what a good server would say.
import type { IncomingMessage, ServerResponse } from 'node:http'

interface Moment {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** A good answer, with a token that the API takes. */
  readonly good: Readonly<Record<string, unknown>>
  /** Another origin, where a redirect leads. */
  readonly elsewhere: string
}

export interface Fault {
  readonly name: string
  answer(moment: Moment): void
  /** What an error must speak of to be a clear one. */
  readonly says: RegExp
  /** It goes on for as long as it is asked. @default once */
  readonly lasts?: true
  /** It needs a refresh token. */
  readonly session?: true
  /** The token is still valid for some seconds when this happens. */
  readonly whileValid?: true
}

const send = (
  { response }: Moment,
  status: number,
  body: string | object,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

const page = '<!doctype html><title>Oops</title><h1>Something went wrong</h1>'
const html = { 'content-type': 'text/html' }

/** The good answer with other fields; `undefined` leaves one out. */
const odd =
  (fields: Readonly<Record<string, unknown>>): Fault['answer'] =>
  (moment) =>
    send(moment, 200, { ...moment.good, ...fields })

const begin = ({ response, good }: Moment): void => {
  const whole = JSON.stringify(good)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length })
  response.write(whole.slice(0, whole.length / 2))
}

const lost = /ECONNRESET|UND_ERR|socket|connection|terminated|hang ?up|network|aborted|unreadable/i
const late = /time/i

export const faults: readonly Fault[] = [
  { name: '500', says: /500|server_error/, answer: (moment) => send(moment, 500, { error: 'server_error' }) },
  {
    name: '503 with Retry-After',
    says: /503|unavailable/i,
    answer: (moment) => send(moment, 503, {}, { 'retry-after': '1' }),
  },
  {
    name: '429 with Retry-After',
    says: /429|too many/i,
    answer: (moment) => send(moment, 429, {}, { 'retry-after': '1' }),
  },
  { name: 'reset before the answer', says: lost, answer: ({ request }) => request.socket.resetAndDestroy() },
  {
    name: 'reset inside the body',
    says: lost,
    answer: (moment) => {
      begin(moment)
      setTimeout(() => moment.request.socket.resetAndDestroy(), 50)
    },
  },
  { name: 'hang before the answer', says: late, answer: () => {} },
  { name: 'hang inside the body', says: late, answer: begin },
  { name: 'HTML with 502', says: /502|bad gateway/i, answer: (moment) => send(moment, 502, page, html) },
  {
    name: 'HTML with 200',
    says: /html|content.type|json|invalid.*response/i,
    answer: (moment) => send(moment, 200, page, html),
  },
  { name: 'no access_token', says: /access.?token|invalid.*response/i, answer: odd({ access_token: undefined }) },
  { name: 'no token_type', says: /token.?type/, answer: odd({ token_type: undefined }) },
  { name: 'token_type in capitals', says: /token.?type/, answer: odd({ token_type: 'BEARER' }) },
  { name: 'no expires_in', says: /expires.?in/, answer: odd({ expires_in: undefined }) },
  { name: 'expires_in in a string', says: /expires.?in/, answer: odd({ expires_in: '3600' }) },
  { name: 'expires_in null', says: /expires.?in/, answer: odd({ expires_in: null }) },
  {
    name: 'expires_in of 60 days',
    says: /expires.?in/,
    session: true,
    lasts: true,
    answer: odd({ expires_in: 5_184_000 }),
  },
  {
    name: '302 elsewhere',
    says: /302|redirect|location/i,
    answer: (moment) => send(moment, 302, '', { location: moment.elsewhere }),
  },
  {
    name: '307 elsewhere',
    says: /307|redirect|location/i,
    answer: (moment) => send(moment, 307, '', { location: moment.elsewhere }),
  },
  {
    name: '10 MB',
    says: /large|long|size|MiB|exceed|limit/i,
    answer: odd({ padding: 'x'.repeat(10 * 2 ** 20) }),
  },
  { name: 'an error in a 200', says: /server_error/, answer: (moment) => send(moment, 200, { error: 'server_error' }) },
  {
    name: 'no refresh token in a refresh',
    says: /refresh.?token/i,
    session: true,
    answer: odd({ refresh_token: undefined }),
  },
  {
    name: 'a failure while the token is valid',
    says: /503|unavailable/i,
    whileValid: true,
    lasts: true,
    answer: (moment) => send(moment, 503, {}),
  },
]
