import type { MockRequest } from '../testing/index.js'
import { maskedValue, maskingOf, parametersOf } from '../testing/masking.js'

/** A request in one line, without its secrets: `token of web, grant_type=refresh_token refresh_token=*** → 200`, and why it was refused. */
export const maskedRequest = (request: MockRequest): string => {
  const { endpoint, clientId, faults, refused, status = 'no answer' } = request
  const masked = maskingOf(request, [])
  const parameters = Object.entries(parametersOf(request)).filter(([name]) => name !== 'client_id')
  return [
    clientId === undefined ? endpoint : `${endpoint} of ${maskedValue('client_id', masked(clientId))},`,
    ...parameters.map(([name, value]) => `${name}=${maskedValue(name, value)}`),
    refused === undefined ? `→ ${status}` : `→ ${status}: ${masked(refused)}`,
    faults && `(${faults.join(', ')})`,
  ]
    .filter(Boolean)
    .join(' ')
}
