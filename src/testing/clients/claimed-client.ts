import type { ReceivedRequest } from '../ways/received-request.js'
import { subjectOf } from './client-assertion.js'

/** The user of Basic credentials, as the RFC has them encoded (RFC 6749 §2.3.1); `undefined` if they are none. */
const basicUser = (authorization: string | null): string | undefined => {
  try {
    const pair = atob(authorization?.match(/^basic +(\S+)$/i)?.[1] ?? '')
    return pair.includes(':') ? decodeURIComponent(pair.slice(0, pair.indexOf(':'))) : undefined
  } catch {
    return undefined
  }
}

/** The client that a request names, whether or not it is that one. */
export const claimedClient = ({ url, headers, body }: ReceivedRequest): string | undefined => {
  const form = new URLSearchParams(body)
  const assertion = form.get('client_assertion')
  const claimed =
    basicUser(headers.get('authorization')) ??
    form.get('client_id') ??
    (assertion === null ? url.searchParams.get('client_id') : subjectOf(assertion))
  return claimed || undefined
}
