import type { Bytes } from '../../core/bytes.js'
import type { AuthorizationServer, Endpoint } from '../../core/server.js'
import { methodNotAllowed, type RefusalStyle, refusal } from '../refusal.js'

/** The certificate that the connection of a request shows. */
export interface ShownCertificate {
  readonly der: Bytes
  /** One of the mock's `certificateAuthorities` has signed it, or another that it has signed. */
  readonly isVouchedFor: boolean
}

/** A request as it came in, whichever way. */
export interface ReceivedRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body: string
  /** Absent: the connection shows none. */
  readonly certificate?: ShownCertificate
  /** Fires when the client has gone. Absent: it waits for ever. */
  readonly signal?: AbortSignal
}

export const received = async (request: Request): Promise<ReceivedRequest> => ({
  method: request.method,
  url: new URL(request.url),
  headers: request.headers,
  body: await request.text(),
  signal: request.signal,
})

/** Read on from a form or a query: an empty value counts as none (RFC 6749 §3.1, §3.2). */
export type Parameters = ReadonlyMap<string, string>

/** RFC 8693 §2.1 and RFC 8707 §2 let these come again. */
const repeatable = ['resource', 'audience']

export const hasRepeated = (parameters: URLSearchParams): boolean =>
  [...new Set(parameters.keys())].some((name) => !repeatable.includes(name) && parameters.getAll(name).length > 1)

export const presentOf = (parameters: URLSearchParams): Parameters =>
  new Map([...parameters].filter(([, value]) => value !== ''))

const isWellFormed = (form: string): boolean => {
  try {
    decodeURIComponent(form.replaceAll('+', ' '))
    return true
  } catch {
    return false
  }
}

export const isForm = (contentType: string | null): boolean =>
  /^application\/x-www-form-urlencoded\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType ?? '')

/** The form of a request to an endpoint that takes nothing else (RFC 6749 §3.2). */
export const formOf = (
  { method, url, headers, body }: ReceivedRequest,
  { profile, server }: { readonly profile: RefusalStyle; readonly server: AuthorizationServer },
  endpoint: Endpoint,
): Parameters => {
  if (method !== 'POST') throw methodNotAllowed('POST')
  if (!isForm(headers.get('content-type')) || !isWellFormed(body)) throw refusal(profile, 'malformed_form')
  // RFC 6749 §3.2: the endpoint may have a query of its own. §2.3.1: secrets in a URL end up in logs.
  const own = [server[endpoint], server.mtlsEndpointAliases?.[endpoint]].map((known) => known && new URL(known).search)
  if (url.search && !own.includes(url.search)) throw refusal(profile, 'parameter_in_query')
  const parameters = new URLSearchParams(body)
  if (hasRepeated(parameters)) throw refusal(profile, 'repeated_parameter')
  return presentOf(parameters)
}
