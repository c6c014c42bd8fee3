import type { OAuthError } from '../core/errors.js'

/** Whether the trouble is on the way or in the server, and no word on what was asked (RFC 8628 §3.5). */
export const isPassing = (failure: OAuthError): boolean => {
  switch (failure.code) {
    case 'timeout':
    case 'connection_lost':
    case 'unreachable':
      return true
    case 'invalid_response':
      return failure.status === 429 || failure.status >= 500
    case 'error_response':
      return (
        failure.status === 429 ||
        (failure.status >= 500 && /^(server_error|temporarily_unavailable)$/.test(failure.error))
      )
    default:
      return false
  }
}
