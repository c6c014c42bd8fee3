import type { AuthorizationServer } from '../../core/server.js'
import type { ReceivedRequest } from '../ways/received-request.js'
import { readBasic } from './basic-credentials.js'
import { subjectOf } from './client-assertion.js'

/** The client that a request names, whether or not it is that one. */
export const claimedClient = (
  { url, headers, body }: ReceivedRequest,
  server: AuthorizationServer,
): string | undefined => {
  const form = new URLSearchParams(body)
  const assertion = form.get('client_assertion')
  const [user] = readBasic(headers.get('authorization') ?? '', server)
  const claimed =
    user ?? form.get('client_id') ?? (assertion === null ? url.searchParams.get('client_id') : subjectOf(assertion))
  return claimed || undefined
}
