import { type Delivery, OAuthError } from '../core/errors.js'
import type { Answer } from './door.js'
import { excerptOf, redact } from './redaction.js'
import { retryAfterMs } from './retry-after.js'
import { readErrorResponse } from './wire.js'

const deliveryOf = (status: number): { delivery?: Delivery } => {
  if (status === 429) return { delivery: 'not_processed' }
  return status < 300 || status >= 500 ? { delivery: 'ambiguous' } : {}
}

/**
 * The typed error of an answer that was not the one hoped for: the server's own OAuth error where it sent one, whatever
 * the status, else what can be said of it.
 */
export const failedAnswer = (answer: Answer, secrets: readonly string[], now: number, problem: string): OAuthError => {
  const { status, headers, body } = answer
  const asked = retryAfterMs(headers, now)
  const fields = { status, ...deliveryOf(status), ...(asked !== undefined && { retryAfterMs: asked }) }
  const refusal = readErrorResponse(body)
  if (refusal) {
    const { error, error_description, error_uri } = refusal
    const shown = redact(error, secrets)
    const errorDescription = error_description && redact(error_description, secrets)
    return new OAuthError(
      'error_response',
      `the server answered ${status} ${shown}${errorDescription ? `: ${errorDescription}` : ''}`,
      {
        ...fields,
        error: shown,
        ...(errorDescription && { errorDescription }),
        ...(error_uri && { errorUri: redact(error_uri, secrets) }),
      },
    )
  }
  const contentType = headers.get('content-type')
  const excerpt = excerptOf(body, secrets)
  return new OAuthError(
    'invalid_response',
    `the server answered ${status} with ${contentType ?? 'no content type'}, which cannot be used: ${problem}`,
    { ...fields, ...(contentType && { contentType }), ...(excerpt && { excerpt }) },
  )
}
