import { context, metrics, trace } from '@opentelemetry/api'
import { afterEach, describe, expect, it } from 'vitest'
import { type ClientOptions, createClient, type TokenEvent } from '../../src/index.js'
import { instrumented } from '../../src/opentelemetry/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'
import { pair } from '../tokens/siblings.js'
import { fails, status, tokenServer } from '../tokens/token-server.js'
import { inMemory, withContexts } from './in-memory.js'

withContexts()

const hour = 3_600_000

const around = (memory: ReturnType<typeof inMemory>) => (options: ClientOptions) => instrumented(options, memory)

const world = (client: Partial<ClientOptions> = {}) => {
  const memory = inMemory()
  return { memory, server: tokenServer({ client, around: around(memory) }) }
}

describe('the metrics of a client', () => {
  it('count one renewal, of one request, for a hundred callers', async () => {
    const { memory, server } = world()
    const source = server.client.clientCredentialsSource({ scope: 'a b' })
    await Promise.all(Array.from({ length: 100 }, () => source.token()))
    for (let call = 0; call < 100; call++) await source.token()
    const server_ = { 'server.address': 'as.test' }
    const kind = { 'bearward.source.kind': 'client_credentials' }
    const told = (await memory.measured()).map(({ name, count, attributes }) => [name, count, attributes])
    expect(told.toSorted()).toEqual([
      ['bearward.renewal.duration', 1, { ...kind, ...server_, 'bearward.renewal.outcome': 'renewed' }],
      [
        'bearward.request.duration',
        1,
        {
          ...server_,
          'server.port': 443,
          'http.request.method': 'POST',
          'http.response.status_code': 200,
          'bearward.endpoint.name': 'token_endpoint',
          'bearward.grant.type': 'client_credentials',
        },
      ],
      ['bearward.token.lifetime', 1, { ...kind, ...server_ }],
    ])
  })

  it('measure seconds', async () => {
    const { memory, server } = world()
    await server.client.clientCredentialsSource().token()
    const measured = await memory.measured()
    expect(measured.map(({ unit }) => unit)).toEqual(['s', 's', 's'])
    expect(measured.find(({ name }) => name === 'bearward.token.lifetime')?.sum).toBe(3600)
    const durations = measured.filter(({ name }) => name.endsWith('.duration'))
    expect(durations.map(({ bounds }) => [bounds?.[0], bounds?.at(-1)])).toEqual([
      [0.005, 60],
      [0.005, 60],
    ])
  })

  it('say of a failure what it means, of a token that it was served stale, and of a session why it ended', async () => {
    const { memory, server } = world()
    const expiresAt = server.clock.now() + hour
    const session = server.client.sessionSource({ token: { accessToken: 'at0', refreshToken: 'rt0', expiresAt } })
    server.clock.set(expiresAt - 5000)
    server.next(status(503), fails('invalid_grant'))
    await session.token()
    await failureOf(session.token())
    const failures = (type: string, verdict: string) =>
      memory.count('bearward.renewal.failures', { 'error.type': type, 'bearward.renewal.verdict': verdict })
    expect(await failures('invalid_response', 'passing')).toBe(1)
    expect(await failures('invalid_grant', 'definitive')).toBe(1)
    expect(await memory.count('bearward.token.served_stale', { 'bearward.source.kind': 'session' })).toBe(1)
    expect(await memory.count('bearward.session.ended', { 'error.type': 'invalid_grant' })).toBe(1)
    expect(await memory.count('bearward.renewal.duration', { 'error.type': 'invalid_grant' })).toBe(1)
  })

  it('tell a logout, which is no failure, from a session that the server has ended', async () => {
    const { memory, server } = world()
    await server.client.sessionSource({ token: { refreshToken: 'rt0' } }).end()
    const ended = (await memory.measured()).filter(({ name }) => name === 'bearward.session.ended')
    expect(ended.map(({ attributes }) => Object.keys(attributes).sort())).toEqual([
      ['bearward.source.kind', 'server.address'],
    ])
  })

  it('count what siblings have renewed', async () => {
    const memory = inMemory()
    const { first, second, clock, later } = await pair({ around: around(memory) })
    later()
    await clock.run(first.token())
    await clock.run(second.token())
    expect(await memory.count('bearward.request.duration', { 'bearward.grant.type': 'refresh_token' })).toBe(1)
    expect(await memory.count('bearward.token.adopted', { 'bearward.source.kind': 'session' })).toBeGreaterThan(0)
  })

  it.each([
    ['urn:ietf:params:oauth:grant-type:saml2-bearer', 'urn:ietf:params:oauth:grant-type:saml2-bearer'],
    ['https://as.test/hush', '_OTHER'],
  ])('call the grant %s %s', async (grantType, told) => {
    const { memory, server } = world()
    await server.client.extensionGrant(grantType)
    expect(await memory.count('bearward.request.duration', { 'bearward.grant.type': told })).toBe(1)
  })

  it.each([
    ['invalid_scope', 'invalid_scope'],
    ['hush_0815', 'error_response'],
  ])('call an error of the server that says %s %s', async (error, told) => {
    const { memory, server } = world()
    server.next(fails(error))
    await failureOf(server.client.clientCredentialsSource().token())
    expect(await memory.count('bearward.renewal.failures', { 'error.type': told })).toBe(1)
  })

  it('go to the global provider, also to one that is registered later', async () => {
    const memory = inMemory()
    const server = tokenServer({ around: (options) => instrumented(options) })
    try {
      await server.client.clientCredentialsSource({ scope: 'a' }).token()
      metrics.setGlobalMeterProvider(memory.meterProvider)
      trace.setGlobalTracerProvider(memory.tracerProvider)
      await server.client.clientCredentialsSource({ scope: 'b' }).token()
    } finally {
      metrics.disable()
      trace.disable()
    }
    expect(await memory.count('bearward.renewal.duration')).toBe(1)
    expect(memory.spans()).toHaveLength(2)
  })
})

describe('what the options had before', () => {
  it('is still called: fetch, listener, and what is around a renewal', async () => {
    const events: TokenEvent['type'][] = []
    const renewed: string[] = []
    const { fetch, sent } = scriptedServer(json({ access_token: 'at' }))
    const options = instrumented({
      server: { tokenEndpoint: 'https://as.test/token' },
      clientId: 'id',
      clientSecret: 'hush',
      clientAuthentication: 'client_secret_post',
      fetch,
      onEvent: ({ type }) => events.push(type),
      aroundRenewal: (renew, source) => {
        renewed.push(source)
        return renew()
      },
    })
    await createClient(options).clientCredentialsSource({ scope: 'a' }).token()
    expect(sent).toHaveLength(1)
    expect(events).toEqual(['requested', 'renewed'])
    expect(renewed).toEqual(['client_credentials a'])
  })

  it('is what a client has without: what a renewal brings, and what it throws', async () => {
    const { server } = world()
    server.next(fails('invalid_client', 401))
    const source = server.client.clientCredentialsSource()
    expect(await failureOf(source.token())).toMatchObject({ code: 'error_response', error: 'invalid_client' })
  })
})

describe('telemetry that is broken', () => {
  const broken = (): never => {
    throw new Error('the exporter is broken')
  }
  afterEach(() => {
    metrics.disable()
    trace.disable()
  })

  it.each([
    ['providers that throw', () => ({ tracerProvider: { getTracer: broken }, meterProvider: { getMeter: broken } })],
    [
      'instruments and spans that throw',
      () => {
        const memory = inMemory()
        const tracer = memory.tracer
        const startSpan: typeof tracer.startSpan = (...given) =>
          Object.assign(tracer.startSpan(...given), { end: broken, setAttributes: broken, setStatus: broken })
        const meter = memory.meterProvider.getMeter('test')
        const createHistogram: typeof meter.createHistogram = (...given) =>
          Object.assign(meter.createHistogram(...given), { record: broken })
        const createCounter: typeof meter.createCounter = (...given) =>
          Object.assign(meter.createCounter(...given), { add: broken })
        return {
          tracerProvider: { getTracer: () => Object.assign(Object.create(tracer), { startSpan }) },
          meterProvider: { getMeter: () => Object.assign(Object.create(meter), { createHistogram, createCounter }) },
        }
      },
    ],
  ])('%s harms nothing', async (_, providers) => {
    const server = tokenServer({ around: (options) => instrumented(options, providers()) })
    server.next(status(503))
    const source = server.client.clientCredentialsSource()
    expect((await server.clock.run(source.token())).accessToken).toBe('at1')
    server.next(fails('invalid_grant'))
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    expect((await failureOf(session.token())).code).toBe('session_ended')
    expect(server.sent).toHaveLength(3)
  })

  it('and a URL that nothing can be told of is left to fetch', async () => {
    const { fetch } = instrumented({ fetch: async (input: unknown) => new Response(`${input}`) })
    expect(await (await fetch('/relative')).text()).toBe('/relative')
  })

  it('nobody listens, as without an SDK, and all is as it was', async () => {
    const server = tokenServer({ around: (options) => instrumented(options) })
    expect((await server.client.clientCredentialsSource().token()).accessToken).toBe('at1')
    expect(trace.getSpan(context.active())).toBeUndefined()
  })
})
