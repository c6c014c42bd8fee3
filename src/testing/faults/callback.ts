import { base64url, randomBytes } from '../crypto/base64url.js'
import type { MockEndpoint } from '../journal.js'
import type { AuthorizationCode, MockContext, State } from '../state.js'
import type { Fault } from './exchange.js'
import type { MockFault } from './fault.js'

const madeUp = (): string => base64url(randomBytes(32))

/** The redirect to a client with other parameters, if the answer is one. */
export const withCallback = (answer: Response, change: (response: URLSearchParams) => void): Response => {
  const callback = URL.parse(answer.headers.get('location') ?? '')
  if (!callback) return answer
  const response = new URLSearchParams(callback.search)
  change(response)
  callback.search = `${response}`
  const headers = new Headers(answer.headers)
  headers.set('location', callback.href)
  return new Response(answer.body, { status: answer.status, headers })
}

/** Has the token endpoint refuse the code: whoever brings it did not look at that parameter. */
const mark = ({ codes }: State, response: URLSearchParams, parameter: string): void => {
  const code = codes.get(`${response.get('code')}`)
  if (code) code.tampered = parameter
}

/**
 * A code of another user's login with the same client. PKCE and the nonce are what a client sees it by: without either of them
 * nothing is left but to refuse it.
 */
const injected = (code: AuthorizationCode, { codes }: State): string => {
  const { challenge, grant } = code
  const value = `code-${madeUp()}`
  const isSeen = challenge !== undefined || (grant.nonce !== undefined && grant.scope.includes('openid'))
  codes.set(value, {
    ...code,
    grant: { ...grant, subject: 'another-user', ...(grant.nonce !== undefined && { nonce: madeUp() }) },
    ...(challenge && { challenge: { ...challenge, value: madeUp() } }),
    ...(!isSeen && { tampered: 'code' }),
  })
  return value
}

/** The authorization response as it comes after somebody has had it. */
export const tamperedCallback = (
  { how }: Fault<'tampered_callback'>,
  answer: Response,
  { state }: MockContext,
): Response =>
  withCallback(answer, (response) => {
    const code = state.codes.get(`${response.get('code')}`)
    switch (how) {
      case 'unsent_state':
      case 'no_state':
        // A client that sent none has another way to know its own response, and is not told one.
        if (response.has('state')) mark(state, response, 'state')
        if (how === 'no_state') response.delete('state')
        else response.set('state', madeUp())
        return
      case 'no_issuer':
        if (response.has('iss')) mark(state, response, 'iss')
        response.delete('iss')
        return
      case 'injected_code':
        if (code) response.set('code', injected(code, state))
        return
      case 'repeated_code':
        mark(state, response, 'code')
        if (code) response.append('code', `code-${madeUp()}`)
    }
  })

/** RFC 9207 §2.4: where the server does not announce `iss`, no client need look at it. */
export const issuedByAnother = (issuer: string, answer: Response, { state }: MockContext): Response =>
  withCallback(answer, (response) => {
    if (response.has('iss')) mark(state, response, 'iss')
    response.set('iss', issuer)
  })

const callbackFaults: readonly MockFault['type'][] = ['error', 'wrong_issuer', 'tampered_callback', 'none']

/** A page that the user sees first: what is wrong with a callback is yet to come. */
export const isBeforeCallback = (faults: readonly MockFault[], endpoint: MockEndpoint, answer: Response): boolean =>
  endpoint === 'authorize' &&
  !answer.headers.has('location') &&
  faults.some(({ type }) => type !== 'none') &&
  faults.every(({ type }) => callbackFaults.includes(type))
