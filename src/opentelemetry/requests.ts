import { type Attributes, context, createContextKey, propagation } from '@opentelemetry/api'
import type { AuthorizationServer } from '../core/server.js'
import { begin } from './activity.js'
import { errorTypeOf } from './error-type.js'
import { harmless } from './harmless.js'
import { resendsOf } from './resends.js'
import type { Telemetry } from './telemetry.js'

type Fetch = typeof globalThis.fetch

/** SDKs and instrumentations of HTTP heed it: the request is told of here, and gets no `traceparent` there. */
const suppressed = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')

const grantType =
  /^(authorization_code|refresh_token|client_credentials|urn:ietf:params:oauth:grant-type:(device_code|jwt-bearer|saml2-bearer|token-exchange))$/

const method = /^(GET|HEAD|POST|PUT|PATCH|DELETE)$/

const endpointName = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The URLs of a server, each with its name in the metadata (RFC 8414 §2). */
const endpointsOf = (server: AuthorizationServer | undefined): ReadonlyMap<string | undefined, string> => {
  const named = [server, server?.mtlsEndpointAliases].flatMap((fields) => Object.entries(fields ?? {}))
  return new Map(
    named.flatMap(([field, url]) =>
      /Endpoint$|^jwksUri$/.test(field) ? [[URL.parse(`${url}`)?.href, endpointName(field)]] : [],
    ),
  )
}

/** What can be told of a request: no query, no header, and of its body the grant type alone. */
const describe = (input: string | URL | Request, init: RequestInit, endpoints: ReturnType<typeof endpointsOf>) => {
  const request = typeof input === 'object' && 'url' in input ? input : undefined
  const url = new URL(request?.url ?? `${input}`)
  const verb = init.method ?? request?.method ?? 'GET'
  const known = method.test(verb) ? verb : '_OTHER'
  const endpoint = endpoints.get(url.href) ?? (url.pathname.includes('/.well-known/') ? 'metadata' : undefined)
  const asked = typeof init.body === 'string' ? new URLSearchParams(init.body).get('grant_type') : null
  const attributes: Attributes = {
    'http.request.method': known,
    'server.address': url.hostname,
    'server.port': Number(url.port) || (url.protocol === 'http:' ? 80 : 443),
    ...(endpoint && { 'bearward.endpoint.name': endpoint }),
    ...(asked && { 'bearward.grant.type': grantType.test(asked) ? asked : '_OTHER' }),
  }
  const name = [known === '_OTHER' ? 'HTTP' : known, endpoint].filter(Boolean).join(' ')
  const resends = resendsOf(url.href)
  const details = {
    'url.full': url.origin + url.pathname,
    ...(resends && { 'http.request.resend_count': resends }),
  }
  return { name, attributes, details }
}

/** A fetch each of whose requests is a span, which ends with the head of the answer, and a measurement. */
export const instrumentedFetch = (
  send: Fetch,
  server: AuthorizationServer | undefined,
  telemetry: Telemetry,
): Fetch => {
  const endpoints = endpointsOf(server)
  return async (input, init = {}) => {
    const described = harmless(() => describe(input, init, endpoints))
    if (!described) return send(input, init)
    const activity = begin(telemetry, { ...described, kind: 'CLIENT', metric: 'bearward.request.duration' })
    const traced = telemetry.sendTraceContext && new Headers(init.headers)
    if (traced) {
      harmless(() =>
        propagation.inject(activity.within, traced, { set: (headers, key, value) => headers.set(key, value) }),
      )
    }
    const { signal } = init
    // Whoever gives up does not wait until a fetch has heard of it.
    const abandon = () => activity.end({}, errorTypeOf(signal?.reason))
    signal?.addEventListener('abort', abandon)
    try {
      const quiet = activity.within.setValue(suppressed, true)
      const response = await context.with(quiet, () => send(input, traced ? { ...init, headers: traced } : init))
      const { status } = response
      activity.end(status ? { 'http.response.status_code': status } : {}, status < 400 ? undefined : `${status}`)
      return response
    } catch (error) {
      activity.end({}, errorTypeOf(error))
      throw error
    } finally {
      signal?.removeEventListener('abort', abandon)
    }
  }
}
