import { OAuthError } from '../core/errors.js'

/** How Node and Bun name a connection refused and a name not resolved. */
const unreachableCode = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/
/** How Deno words the same; workerd does not tell, so that a failure is ambiguous there; a browser tells that it is offline. */
const unreachableMessage = /\(Connect\).*(Connection refused|failed to lookup address)/

/**
 * Judges a rejected fetch. The error itself is never attached: an HTTP client's error holds the request's headers and
 * body.
 */
export const networkFailure = (failure: unknown, isOffline: boolean): OAuthError => {
  let systemCode = ''
  let unreachable = isOffline
  let error = failure as { code?: unknown; message?: unknown; cause?: unknown } | undefined
  for (let depth = 0; error && depth < 8; depth++, error = error.cause as typeof error) {
    const code = `${error.code}`
    if (/^[A-Z][A-Z\d_]+$/.test(code)) systemCode = ` (${code})`
    unreachable ||= unreachableCode.test(code) || unreachableMessage.test(`${error.message}`)
  }
  return unreachable
    ? new OAuthError('unreachable', `could not connect${systemCode}: nothing was sent`, { delivery: 'not_processed' })
    : new OAuthError('connection_lost', `the connection failed${systemCode}: the server may have acted all the same`, {
        delivery: 'ambiguous',
      })
}
