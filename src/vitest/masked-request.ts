import type { MockRequest } from '../testing/index.js'
import { isMasked, maskedValue, maskingOf, parametersOf } from '../testing/masking.js'

/** A name that looks like none may be a secret itself: a token that was sent as the whole body is read as a name without a value. */
const maskedName = (name: string, value: string): string => {
  const isName = name.length <= 40 && /^[a-z]+(?:[_.-][a-z]+)*$/i.test(name)
  return isName && (value !== '' || name.includes('_') || !isMasked(name)) ? name : '***'
}

/** A request in one line, without its secrets: `token of web, grant_type=refresh_token refresh_token=*** → 200`, and why it was refused. */
export const maskedRequest = (request: MockRequest): string => {
  const { endpoint, clientId, faults, refused, status = 'no answer' } = request
  const masked = maskingOf(request, [])
  const parameters = Object.entries(parametersOf(request)).filter(([name]) => name !== 'client_id')
  return [
    clientId === undefined ? endpoint : `${endpoint} of ${maskedValue('client_id', masked(clientId))},`,
    ...parameters.map(([name, value]) => `${maskedName(name, value)}=${maskedValue(name, value)}`),
    refused === undefined ? `→ ${status}` : `→ ${status}: ${masked(refused)}`,
    faults && `(${faults.join(', ')})`,
  ]
    .filter(Boolean)
    .join(' ')
}
