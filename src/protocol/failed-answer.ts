import { type Delivery, OAuthError } from '../core/errors.js'
import type { Answer } from './door.js'
import { excerptOf, redact } from './redaction.js'
import { retryAfterMs } from './retry-after.js'
import { readErrorResponse } from './wire.js'

const deliveryOf = (status: number, readable: boolean): { delivery?: Delivery } => {
  if (status === 429) return { delivery: 'not_processed' }
  return status >= 500 || (status < 300 && !readable) ? { delivery: 'ambiguous' } : {}
}

/** A word that can be acted on is shown as it is, but for a secret in it that is long enough to be one. */
const showError = (error: string, secrets: readonly string[]): string =>
  redact(error, /^[a-z_]{1,40}$/.test(error) ? secrets.filter(({ length }) => length > 5) : secrets)

/**
 * The typed error of an answer that was not the one hoped for: the server's own OAuth error where it sent one, whatever
 * the status, else what can be said of it.
 */
export const failedAnswer = (answer: Answer, secrets: readonly string[], now: number, problem: string): OAuthError => {
  const { status, headers, body } = answer
  const refusal = readErrorResponse(body)
  const asked = retryAfterMs(headers, now)
  const fields = { status, ...deliveryOf(status, !!refusal), ...(asked !== undefined && { retryAfterMs: asked }) }
  if (refusal) {
    const error = showError(refusal.error, secrets)
    const errorDescription = refusal.error_description && redact(refusal.error_description, secrets).slice(0, 500)
    const errorUri = refusal.error_uri && redact(refusal.error_uri, secrets)
    const message = `the server answered ${status} ${error}${errorDescription ? `: ${errorDescription}` : ''}`
    return new OAuthError('error_response', message, {
      ...fields,
      error,
      ...(errorDescription && { errorDescription }),
      ...(errorUri && { errorUri }),
    })
  }
  const contentType = redact(headers.get('content-type') ?? '', secrets)
  const excerpt = excerptOf(body, secrets)
  return new OAuthError(
    'invalid_response',
    `the server answered ${status} with ${contentType || 'no content type'}, which is no OAuth answer: ${problem}`,
    { ...fields, ...(contentType && { contentType }), ...(excerpt && { excerpt }) },
  )
}
