import type { OAuthError } from '../core/errors.js'

/** What is an answer under a 5xx, too: the words of RFC 6749 §5.2 and RFC 8628 §3.5. Any other may be a gateway's. */
const final = /^(invalid_|unauthorized_client|unsupported_|access_denied|expired_token)/

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
      return failure.status === 429 || (failure.status >= 500 && !final.test(failure.error))
    default:
      return false
  }
}
