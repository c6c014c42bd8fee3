import { emptyAnswer, jsonAnswer } from '../answers.js'
import { proofAlgorithms } from '../crypto/proof-algorithms.js'
import type { ReceivedRequest } from '../ways/received-request.js'

export type Attributes = Readonly<Record<string, string>>

/** RFC 9110 §5.6.4: whatever a URL demanded comes back as one value. */
const quoted = (text: string): string => `"${text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`

/**
 * What a resource says to a request that it refuses, in the scheme that it came with (RFC 6750 §3, RFC 9449 §7.1). An error is
 * in the body too, for who looks at that alone.
 */
export const challenge = (
  { headers }: Pick<ReceivedRequest, 'headers'>,
  status: number,
  attributes: Attributes = {},
  answerHeaders: Attributes = {},
): Response => {
  const isBound = /^dpop\b/i.test(headers.get('authorization') ?? '')
  const all = { realm: 'mock', ...attributes, ...(isBound && { algs: proofAlgorithms.join(' ') }) }
  const written = Object.entries(all).map(([name, value]) => `${name}=${quoted(value)}`)
  const answered = { 'www-authenticate': `${isBound ? 'DPoP' : 'Bearer'} ${written.join(', ')}`, ...answerHeaders }
  const { error, error_description, scope } = attributes
  return error === undefined
    ? emptyAnswer(status, answered)
    : jsonAnswer(status, { error, error_description, scope }, answered)
}
