import { emptyAnswer } from '../answers.js'
import { claimedClient } from '../clients/claimed-client.js'
import { isRegistered } from '../endpoints/authorization-request.js'
import type { MockFault } from '../faults/fault.js'
import type { MockEndpoint } from '../journal.js'
import type { MockContext } from '../state.js'
import type { ReceivedRequest } from './received-request.js'

/** What is the same for everybody, and registration, which nobody's redirect URI comes before. */
const forAll: readonly MockEndpoint[] = ['discovery', 'jwks', 'resource_metadata', 'registration']

/** What the pages of a client ask: those that its redirect URIs are of. */
const forClients: readonly MockEndpoint[] = [
  'token',
  'pushed_authorization_request',
  'device_authorization',
  'revocation',
  'userinfo',
  'resource',
]

/** What a service without CORS lets pages ask all the same: an API is no part of its authorization server. */
const apart: readonly MockEndpoint[] = ['resource', 'resource_metadata']

/** A sandboxed frame has the origin `null`, and so has every private scheme. On loopback the port may be another there too. */
const isPageOf = (origin: string, redirectUris: readonly string[] = []): boolean =>
  redirectUris.map((uri) => new URL(uri).origin).some((own) => own !== 'null' && isRegistered(own, origin))

/**
 * Who may read an answer: everybody, the page that asks, or no page of another origin. The authorization endpoint is gone to,
 * and introspection is for those who can keep a secret.
 */
const readerOf = (
  request: ReceivedRequest,
  endpoint: MockEndpoint,
  { clients, profile, server }: MockContext,
): string | undefined => {
  const origin = request.headers.get('origin')
  if (origin === null || (!profile.crossOrigin && !apart.includes(endpoint))) return undefined
  if (forAll.includes(endpoint)) return '*'
  if (!forClients.includes(endpoint)) return undefined
  // A preflight does not say whose it is.
  const client = clients.get(`${claimedClient(request, server)}`)
  const asked = client ? [client] : [...clients.values()]
  return asked.some(({ redirectUris }) => isPageOf(origin, redirectUris)) ? origin : undefined
}

const headersFor = (reader: string): Readonly<Record<string, string>> => ({
  'access-control-allow-origin': reader,
  ...(reader !== '*' && { vary: 'origin' }),
})

/** The answer to a browser that asks whether a page may ask (Fetch §4.8); `undefined` for any other request. */
export const preflightAnswer = (
  request: ReceivedRequest,
  endpoint: MockEndpoint,
  context: MockContext,
): Response | undefined => {
  if (request.method !== 'OPTIONS' || !request.headers.has('access-control-request-method')) return undefined
  const reader = readerOf(request, endpoint, context)
  if (reader === undefined) return emptyAnswer(403)
  return emptyAnswer(204, {
    ...headersFor(reader),
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': 'authorization, content-type, dpop',
    'access-control-max-age': '600',
  })
}

/** What stands before a server answers, and knows nothing of its pages. */
const gateways: readonly MockFault['type'][] = ['page', 'redirect']

/** Lets the page that asked read an answer, and what of its headers the RFCs tell it to look at. */
export const shareAnswer = (
  answer: Response,
  request: ReceivedRequest,
  endpoint: MockEndpoint,
  context: MockContext,
  faults: readonly MockFault[],
): void => {
  const reader = readerOf(request, endpoint, context)
  if (reader === undefined || faults.some(({ type }) => gateways.includes(type))) return
  for (const [name, value] of Object.entries(headersFor(reader))) answer.headers.set(name, value)
  answer.headers.set('access-control-expose-headers', 'DPoP-Nonce, WWW-Authenticate, Retry-After, Date')
}
