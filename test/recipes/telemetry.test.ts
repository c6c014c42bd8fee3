import { createServer } from 'node:http'
import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bearerFetch, createClient } from '../../src/index.js'
import { instrumented, type TelemetryOptions } from '../../src/opentelemetry/index.js'

const exporter = new InMemorySpanExporter()
const traceparents = new Map<string | undefined, unknown>()
const server = createServer((request, response) => {
  traceparents.set(request.url, request.headers['traceparent'])
  response.setHeader('content-type', 'application/json')
  response.end('{"access_token":"a","token_type":"Bearer"}')
})
let origin = ''

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }))
  registerInstrumentations({ instrumentations: [new UndiciInstrumentation()] })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (typeof address === 'object') origin = `http://127.0.0.1:${address?.port}`
})
beforeEach(() => {
  exporter.reset()
  traceparents.clear()
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const call = async (telemetry: TelemetryOptions): Promise<readonly string[]> => {
  const options = { server: { tokenEndpoint: `${origin}/token` }, clientId: 'a', clientSecret: 'b' }
  const tokens = createClient(instrumented(options, telemetry)).clientCredentialsSource()
  await trace.getTracer('test').startActiveSpan('caller', async (span) => {
    await (await bearerFetch(tokens, { origins: [origin] })(`${origin}/api`)).text()
    span.end()
  })
  const spans = exporter.getFinishedSpans()
  return spans.map(({ name, parentSpanContext }) => {
    const parent = spans.find((span) => span.spanContext().spanId === parentSpanContext?.spanId)
    return `${name} < ${parent?.name}`
  })
}

const traceparent = /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/

describe('beside an instrumentation of fetch', () => {
  it('there is one span for each request, and the authorization server is sent no traceparent', async () => {
    expect(await call({})).toEqual([
      'POST token_endpoint < renew client_credentials',
      'renew client_credentials < caller',
      'GET < caller',
      'caller < undefined',
    ])
    expect(traceparents.get('/token')).toBeUndefined()
    expect(traceparents.get('/api')).toMatch(traceparent)
  })

  it('it is sent that of its own span where that is asked for', async () => {
    await call({ sendTraceContext: true })
    const sent = exporter
      .getFinishedSpans()
      .find(({ name }) => name.startsWith('POST'))
      ?.spanContext()
    expect(traceparents.get('/token')).toBe(`00-${sent?.traceId}-${sent?.spanId}-01`)
  })
})
