import type { MockClient, MockRequest } from '../../testing/index.js'
import { maskedPath, maskingOf } from '../../testing/masking.js'

/** What may be told of a request: nothing in it is a secret, unless somebody takes a secret for a name. */
export interface Seen
  extends Pick<MockRequest, 'at' | 'method' | 'endpoint' | 'status' | 'lost' | 'issued' | 'faults'> {
  /** Without the query. */
  readonly path: string
  readonly grantType?: string
  readonly clientId?: string
  readonly refused?: string
  /** Where the user was to be sent, without the query; where that was refused. */
  readonly redirectUri?: string
  /** Milliseconds until the headers of the answer were out, or until it was lost. */
  readonly ms: number
}

const withoutQuery = (uri: string): string => uri.replace(/[?#].*$/s, '')

export const seenOf = (
  request: MockRequest,
  clients: readonly Pick<MockClient, 'clientSecret'>[],
  ms: number,
): Seen => {
  const { at, method, endpoint, status, lost, issued, faults, url, form, clientId, refused } = request
  const masked = maskingOf(request, clients)
  const grantType = endpoint === 'token' ? form?.['grant_type'] : undefined
  const redirectUri = refused?.includes('redirect_uri')
    ? (form?.['redirect_uri'] ?? new URL(url).searchParams.get('redirect_uri'))
    : undefined
  return {
    at,
    method,
    path: maskedPath(request, masked),
    endpoint,
    ...(grantType !== undefined && { grantType: masked(grantType) }),
    ...(clientId !== undefined && { clientId: masked(clientId) }),
    ...(status !== undefined && { status }),
    ...(lost && { lost }),
    ms,
    ...(issued && { issued }),
    ...(faults && { faults }),
    ...(refused !== undefined && { refused: masked(refused) }),
    ...(redirectUri && { redirectUri: masked(withoutQuery(redirectUri)) }),
  }
}
