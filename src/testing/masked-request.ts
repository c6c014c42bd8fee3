import type { MockRequest } from './journal.js'

/** The parameters and headers that nobody could use. What is not named here is a secret, for all that is known. */
const open: ReadonlySet<string> = new Set([
  ...['grant_type', 'response_type', 'response_mode', 'client_id', 'redirect_uri', 'scope', 'resource', 'audience'],
  ...['code_challenge_method', 'prompt', 'max_age', 'acr_values', 'access_type', 'token_type_hint'],
  ...['client_assertion_type', 'requested_token_type', 'subject_token_type', 'actor_token_type'],
  ...['post_logout_redirect_uri', 'authorization_details'],
  ...['accept', 'content-type', 'user-agent'],
])

/** The value of a parameter or header as it may be printed: masked unless it is no secret, and on one line whatever is in it. */
export const maskedValue = (name: string, value: string): string => {
  if (!open.has(name)) return '***'
  return /^[!-~]+$/.test(value) ? value : JSON.stringify(value)
}

/** What a request was sent with: the fields of its form, or those of its URL. */
export const parametersOf = ({ form, url }: Pick<MockRequest, 'form' | 'url'>): Readonly<Record<string, string>> =>
  form ?? Object.fromEntries(new URL(url).searchParams)

/** A request in one line, without its secrets: `token of web, grant_type=refresh_token refresh_token=*** → 200`, and why it was refused. */
export const maskedRequest = (request: MockRequest): string => {
  const { endpoint, clientId, faults, refused, status = 'no answer' } = request
  const parameters = Object.entries(parametersOf(request)).filter(([name]) => name !== 'client_id')
  return [
    clientId === undefined ? endpoint : `${endpoint} of ${maskedValue('client_id', clientId)},`,
    ...parameters.map(([name, value]) => `${name}=${maskedValue(name, value)}`),
    refused === undefined ? `→ ${status}` : `→ ${status}: ${refused}`,
    faults && `(${faults.join(', ')})`,
  ]
    .filter(Boolean)
    .join(' ')
}
