import { context, propagation, SpanKind, SpanStatusCode, type TextMapPropagator, trace } from '@opentelemetry/api'
import { afterEach, describe, expect, it } from 'vitest'
import { type ClientOptions, discover } from '../../src/index.js'
import { instrumented, type TelemetryOptions } from '../../src/opentelemetry/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'
import { pair } from '../tokens/siblings.js'
import { fails, hangs, status, tokenServer, unreachable } from '../tokens/token-server.js'
import { inMemory, withContexts } from './in-memory.js'

withContexts()

const telemetryOf = (memory: ReturnType<typeof inMemory>, more: TelemetryOptions = {}) => {
  const { tracerProvider, meterProvider } = memory
  return (options: ClientOptions) => instrumented(options, { tracerProvider, meterProvider, ...more })
}

const world = (more: TelemetryOptions & { readonly client?: Partial<ClientOptions> } = {}) => {
  const { client = {}, ...telemetry } = more
  const memory = inMemory()
  return { memory, server: tokenServer({ client, around: telemetryOf(memory, telemetry) }) }
}

describe('the spans of a client', () => {
  it('are a renewal below who wanted it, and each request below that', async () => {
    const { memory, server } = world()
    server.next(status(503))
    const source = server.client.clientCredentialsSource({ scope: 'a b' })
    await memory.tracer.startActiveSpan('GET /orders', async (span) => {
      await server.clock.run(source.token())
      span.end()
    })
    expect(memory.lines()).toEqual([
      'CLIENT POST token_endpoint (failed) < renew client_credentials',
      'CLIENT POST token_endpoint < renew client_credentials',
      'INTERNAL renew client_credentials < GET /orders',
      'INTERNAL GET /orders < none',
    ])
    expect(memory.spans().map(({ attributes }) => attributes['http.request.resend_count'])).toEqual([
      ...[undefined, 1],
      ...[undefined, undefined],
    ])
  })

  it('have the attributes of the HTTP conventions, and no query', async () => {
    const tokenEndpoint = 'https://as.test/token?tenant=hush'
    const { memory, server } = world({ client: { server: { tokenEndpoint } } })
    server.next(fails('invalid_client', 401))
    await failureOf(server.client.clientCredentials())
    await server.client.clientCredentials()
    const [failed, done] = memory.spans()
    const told = {
      'http.request.method': 'POST',
      'server.address': 'as.test',
      'server.port': 443,
      'url.full': 'https://as.test/token',
      'bearward.endpoint.name': 'token_endpoint',
      'bearward.grant.type': 'client_credentials',
    }
    expect(failed).toMatchObject({ kind: SpanKind.CLIENT, status: { code: SpanStatusCode.ERROR } })
    expect(failed?.attributes).toEqual({ ...told, 'http.response.status_code': 401, 'error.type': '401' })
    expect(done).toMatchObject({ kind: SpanKind.CLIENT, status: { code: SpanStatusCode.UNSET } })
    expect(done?.attributes).toEqual({ ...told, 'http.response.status_code': 200 })
    expect(done?.instrumentationScope.name).toBe('bearward')
  })

  it('name each endpoint as the metadata do, also one for mutual TLS', async () => {
    const server = {
      tokenEndpoint: 'https://as.test/token',
      revocationEndpoint: 'https://as.test/revoke',
      introspectionEndpoint: 'https://as.test/introspect',
      userinfoEndpoint: 'https://as.test/userinfo',
      pushedAuthorizationRequestEndpoint: 'https://as.test/par',
      deviceAuthorizationEndpoint: 'https://as.test/device',
      authorizationEndpoint: 'https://as.test/authorize',
      mtlsEndpointAliases: { revocationEndpoint: 'https://mtls.as.test:8443/revoke' },
    }
    const memory = inMemory()
    const answers = [
      new Response(null),
      json({ active: true }),
      json({ sub: 'ada' }),
      json({ request_uri: 'urn:hush', expires_in: 60 }, 201),
      json({ device_code: 'hush', user_code: 'B', verification_uri: 'https://as.test/device', expires_in: 60 }),
    ]
    const script = scriptedServer(...answers)
    const options = { server, clientId: 'id', fetch: script.fetch, tlsClientCertificateBoundAccessTokens: true }
    const { createClient } = await import('../../src/index.js')
    const client = createClient(telemetryOf(memory)(options))
    await client.revoke('hush')
    await client.introspect('hush')
    await client.userinfo('hush')
    await client.authorizationRequest({ redirectUri: 'https://app.test/cb', pushed: true })
    await client.deviceAuthorization()
    expect(memory.spans().map(({ name }) => name)).toEqual([
      'POST revocation_endpoint',
      'POST introspection_endpoint',
      'GET userinfo_endpoint',
      'POST pushed_authorization_request_endpoint',
      'POST device_authorization_endpoint',
    ])
    expect(memory.spans()[0]?.attributes).toMatchObject({ 'server.address': 'mtls.as.test', 'server.port': 8443 })
  })

  it('tell of metadata that are read before there is a client', async () => {
    const { tracerProvider, ...memory } = inMemory()
    const { fetch } = scriptedServer(json({ issuer: 'https://as.test', token_endpoint: 'https://as.test/token' }))
    await discover('https://as.test', instrumented({ fetch }, { tracerProvider }))
    expect(memory.spans().map(({ name, attributes }) => [name, attributes['bearward.endpoint.name']])).toEqual([
      ['GET metadata', 'metadata'],
    ])
  })

  it.each([
    ['an unreachable server', unreachable, 'unreachable', 'ECONNREFUSED'],
    ['a server that hangs', hangs, 'timeout', 'AbortError'],
    ['a fetch that heeds no signal', () => new Promise<Response>(() => {}), 'timeout', 'AbortError'],
    ['a fetch that throws what it likes', () => Promise.reject('hush'), 'connection_lost', '_OTHER'],
  ])('end, with an error, at %s', async (_, turn, code, sentType) => {
    const { memory, server } = world()
    server.next(turn, turn, turn)
    const failing = failureOf(server.client.clientCredentialsSource().token())
    expect((await server.clock.run(failing)).code).toBe(code)
    const types = memory.spans().map(({ attributes }) => attributes['error.type'])
    expect(types).toEqual([sentType, sentType, sentType, code])
    expect(memory.lines().at(-1)).toBe('INTERNAL renew client_credentials (failed) < none')
  })

  it('are one renewal for a hundred callers, below the first of them', async () => {
    const { memory, server } = world()
    const source = server.client.clientCredentialsSource()
    const call = (_: unknown, n: number) =>
      memory.tracer.startActiveSpan(`caller ${n}`, async (span) => {
        await source.token()
        span.end()
      })
    await Promise.all(Array.from({ length: 100 }, call))
    expect(memory.lines().filter((line) => !line.includes(' caller ') || line.includes('renew'))).toEqual([
      'CLIENT POST token_endpoint < renew client_credentials',
      'INTERNAL renew client_credentials < caller 0',
    ])
  })

  it('are told apart where several renewals go on at once in one context', async () => {
    const { memory, server } = world()
    const scopes = ['a', 'b', 'c']
    await memory.tracer.startActiveSpan('GET /', async (span) => {
      await Promise.all(scopes.map((scope) => server.client.clientCredentialsSource({ scope }).token()))
      span.end()
    })
    const renewals = memory.spans().filter(({ name }) => name.startsWith('renew'))
    const sent = memory.spans().filter(({ name }) => name.startsWith('POST'))
    const ids = renewals.map((span) => span.spanContext().spanId)
    expect(new Set(ids).size).toBe(3)
    expect(sent.map(({ parentSpanContext }) => parentSpanContext?.spanId).sort()).toEqual(ids.sort())
  })

  it('say of a token that a sibling has renewed that it was adopted, and nothing was sent', async () => {
    const memory = inMemory()
    const { first, second, clock, later } = await pair({ around: telemetryOf(memory) })
    later()
    await clock.run(first.token())
    await clock.run(second.token())
    const renewals = memory.spans().filter(({ name }) => name === 'renew session')
    const outcomes = renewals.map(({ attributes }) => attributes['bearward.renewal.outcome'])
    expect(outcomes.filter((outcome) => outcome === 'renewed')).toHaveLength(1)
    expect(memory.spans().filter(({ name }) => name === 'POST token_endpoint')).toHaveLength(1)
    expect(outcomes).toContain('adopted')
  })

  it('have the attributes that a program adds', async () => {
    const { memory, server } = world({ attributes: { 'bearward.client.name': 'billing' } })
    await server.client.clientCredentialsSource().token()
    expect(memory.spans().map(({ attributes }) => attributes['bearward.client.name'])).toEqual(['billing', 'billing'])
    const measured = await memory.measured()
    expect(measured.map(({ attributes }) => attributes['bearward.client.name'])).toEqual(measured.map(() => 'billing'))
  })
})

describe('what is sent to the authorization server', () => {
  /** The one of W3C, which every SDK has. */
  const w3c: TextMapPropagator = {
    inject: (active, carrier, setter) => {
      const span = trace.getSpanContext(active)
      if (span) setter.set(carrier, 'traceparent', `00-${span.traceId}-${span.spanId}-01`)
    },
    extract: (active) => active,
    fields: () => ['traceparent'],
  }
  afterEach(() => propagation.disable())

  it('has no traceparent, and what instruments fetch itself is told to be quiet', async () => {
    propagation.setGlobalPropagator(w3c)
    const inner: boolean[] = []
    const { memory, server } = world()
    server.next(() => {
      inner.push(memory.tracer.startSpan('HTTP POST').isRecording())
      return undefined
    })
    await memory.tracer.startActiveSpan('caller', () => server.client.clientCredentials())
    expect([...(server.sent[0]?.headers.keys() ?? [])].sort()).toEqual(['accept', 'authorization', 'content-type'])
    expect(inner).toEqual([false])
  })

  it('has that of the request where it is asked for, beside all that was there', async () => {
    propagation.setGlobalPropagator(w3c)
    const { memory, server } = world({ sendTraceContext: true })
    await server.client.clientCredentials()
    const [span] = memory.spans()
    const { traceId, spanId } = span?.spanContext() ?? {}
    expect(server.sent[0]?.headers.get('traceparent')).toBe(`00-${traceId}-${spanId}-01`)
    expect(server.sent[0]?.headers.get('authorization')).toMatch(/^Basic /)
  })

  it('is sent in the context of the caller', async () => {
    const key = Symbol('tenant')
    const { server } = world()
    let seen: unknown
    server.next(() => {
      seen = context.active().getValue(key)
      return undefined
    })
    await context.with(context.active().setValue(key, 'ada'), () => server.client.clientCredentialsSource().token())
    expect(seen).toBe('ada')
  })
})
