import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Clock, createClient } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'

type Script = Parameters<typeof scriptedServer>

const setUp = (...script: Script) => {
  const wire = scriptedServer(...script)
  const clock = fakeClock()
  const server = { tokenEndpoint: 'https://as.test/token', revocationEndpoint: 'https://as.test/revoke' }
  const client = createClient({ server, clientId: 'id', clientSecret: 's', fetch: wire.fetch, clock })
  return { wire, clock, client }
}

const token = () => json({ access_token: 'at', token_type: 'Bearer', expires_in: 3600 })

const status = (code: number, headers: Record<string, string> = {}) => new Response(null, { status: code, headers })

const systemError = (code: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(`it is ${code}`), { code }) })

/** Node, Bun, Deno: each has its own words for the same failure. */
const refused: [string, Error][] = [
  ['Node: connection refused', systemError('ECONNREFUSED')],
  ['Node: name not resolved', systemError('ENOTFOUND')],
  ['Node: name not resolved just now', systemError('EAI_AGAIN')],
  ['Bun: connection refused', Object.assign(new TypeError('Unable to connect'), { code: 'ECONNREFUSED' })],
  [
    'Deno: connection refused',
    new TypeError('fetch failed', {
      cause: new Error('client error (Connect): tcp connect error: Connection refused (os error 111)'),
    }),
  ],
  [
    'Deno: name not resolved',
    new TypeError('fetch failed', {
      cause: new Error('client error (Connect): dns error: failed to lookup address information: unknown'),
    }),
  ],
]

const lost: [string, Error][] = [
  ['Node: reset', systemError('ECONNRESET')],
  ['Node: closed', systemError('UND_ERR_SOCKET')],
  ['Node: connect timed out', systemError('UND_ERR_CONNECT_TIMEOUT')],
  ['Deno: reset', new TypeError('fetch failed', { cause: new Error('Connection reset by peer (os error 104)') })],
  ['workerd: anything', new Error('Network connection lost.')],
  ['Chromium: anything', new TypeError('Failed to fetch')],
]

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** A browser that is offline fails each fetch, with words that tell nothing. */
const failsWith = (onLine: boolean) => () => {
  vi.stubGlobal('navigator', { onLine })
  return Promise.reject(new TypeError('Failed to fetch'))
}

describe('the door', () => {
  it('posts a form and asks for JSON', async () => {
    const { client, wire } = setUp(token())
    await client.clientCredentials({ scope: 'a b' })
    expect(wire.only()).toMatchObject({
      url: 'https://as.test/token',
      method: 'POST',
      body: 'grant_type=client_credentials&scope=a+b',
    })
    expect(wire.only().headers.get('content-type')).toBe('application/x-www-form-urlencoded')
    expect(wire.only().headers.get('accept')).toBe('application/json')
  })

  it('hands a URL and plain options to fetch, never a Request', async () => {
    const fetch = vi.fn(async () => token())
    await createClient({ server: { tokenEndpoint: 'https://as.test/t' }, clientId: 'id', fetch }).refresh('rt')
    const [input, init] = fetch.mock.calls[0] as unknown as [unknown, RequestInit]
    expect(input).toBe('https://as.test/t')
    expect(init).toMatchObject({ method: 'POST', redirect: 'manual', body: expect.any(String) })
  })

  it.each([301, 302, 303, 307, 308, 304])('never follows a %i', async (code) => {
    const { client, wire } = setUp(status(code, { location: 'https://evil.test/' }))
    expect(await failureOf(client.clientCredentials())).toMatchObject({ code: 'redirect_refused', status: code })
    expect(wire.sent).toHaveLength(1)
  })

  it.each(['opaqueredirect', 'opaque'])('refuses the %s answer of a browser', async (type) => {
    const hidden = Object.defineProperties(new Response(), { type: { value: type }, status: { value: 0 } })
    const { client } = setUp(hidden)
    expect(await failureOf(client.revoke('at'))).toMatchObject({ code: 'redirect_refused', status: 0 })
  })

  it('refuses what a fetch brings back that follows redirects all the same', async () => {
    const { client } = setUp(Object.defineProperty(token(), 'redirected', { value: true }))
    expect((await failureOf(client.clientCredentials())).code).toBe('redirect_refused')
  })
})

describe('client credentials are sent again', () => {
  it.each([...refused, ...lost])('after %s', async (_, failure) => {
    const { client, wire, clock } = setUp(failure, token())
    expect((await clock.run(client.clientCredentials())).accessToken).toBe('at')
    expect(wire.sent).toHaveLength(2)
  })

  it.each([429, 502, 503, 504])('after a %i', async (code) => {
    const { client, wire, clock } = setUp(status(code), token())
    await clock.run(client.clientCredentials())
    expect(wire.sent).toHaveLength(2)
  })

  it('after a time-out', async () => {
    const { client, wire, clock } = setUp(() => new Promise(() => {}), token())
    await clock.run(client.clientCredentials())
    expect(wire.sent).toHaveLength(2)
  })

  it.each([400, 401, 403, 404, 500, 501])('never after a %i', async (code) => {
    const { client, wire } = setUp(status(code))
    expect((await failureOf(client.clientCredentials())).code).toBe('invalid_response')
    expect(wire.sent).toHaveLength(1)
  })

  it('three times at most, with full jitter that doubles its reach', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const { client, wire, clock } = setUp(status(503), status(503), status(503))
    expect(await failureOf(clock.run(client.clientCredentials()))).toMatchObject({
      code: 'invalid_response',
      status: 503,
    })
    expect(wire.sent).toHaveLength(3)
    expect(clock.sleeps.filter((ms) => ms !== 10_000)).toEqual([500, 1000])
  })

  it.each([
    ['seconds', { 'retry-after': '7' }],
    [
      'a date on the clock of the server',
      { 'retry-after': new Date(7000).toUTCString(), date: new Date(0).toUTCString() },
    ],
    ['a date', { 'retry-after': new Date(Date.UTC(2030, 0, 1) + 7000).toUTCString() }],
  ])('no sooner than Retry-After in %s', async (_, headers) => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const { client, clock } = setUp(status(503, headers), token())
    await clock.run(client.clientCredentials())
    expect(clock.sleeps).toContain(7000)
  })

  it.each(['soon', '7x', 'x7', '-7', ''])('as ever where Retry-After is none: %j', async (asked) => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const { client, clock } = setUp(status(503, { 'retry-after': asked }), token())
    await clock.run(client.clientCredentials())
    expect(clock.sleeps.filter((ms) => ms !== 10_000)).toEqual([500])
  })

  it('in half a minute where the server wants that much patience', async () => {
    const { client, wire, clock } = setUp(status(503, { 'retry-after': '30' }), token())
    await clock.run(client.clientCredentials())
    expect(clock.sleeps).toContain(30_000)
    expect(wire.sent).toHaveLength(2)
  })

  it('not at all where the server wants more patience than 30 s: the error tells how long', async () => {
    const { client, wire } = setUp(status(503, { 'retry-after': '31' }))
    expect(await failureOf(client.clientCredentials())).toMatchObject({ status: 503, retryAfterMs: 31_000 })
    expect(wire.sent).toHaveLength(1)
  })

  it('not at all where the server wants more than a number can hold: the error tells a finite one', async () => {
    const { client } = setUp(status(503, { 'retry-after': '9'.repeat(400) }))
    expect(await failureOf(client.clientCredentials())).toMatchObject({ status: 503, retryAfterMs: 8.64e15 })
  })
})

describe('a code or a refresh token is sent again', () => {
  it.each(refused)('after %s, where nothing was sent', async (_, failure) => {
    const { client, wire, clock } = setUp(failure, token())
    await clock.run(client.refresh('rt'))
    expect(wire.sent).toHaveLength(2)
  })

  it('after a browser that was offline has come back', async () => {
    vi.stubGlobal('navigator', { onLine: false })
    const { client, wire, clock } = setUp(failsWith(false), token())
    expect((await clock.run(client.refresh('rt'))).accessToken).toBe('at')
    expect(wire.sent).toHaveLength(2)
  })

  it.each([
    ['went offline', true, false],
    ['came back', false, true],
  ])('never after a browser %s while it was on its way', async (_, before, after) => {
    vi.stubGlobal('navigator', { onLine: before })
    const { client, wire, clock } = setUp(failsWith(after), token())
    expect((await failureOf(clock.run(client.refresh('rt')))).code).toBe('connection_lost')
    expect(wire.sent).toHaveLength(1)
  })

  it.each([undefined, 'hush', 'hush EX', 'EX hush'])(
    'tells no code of a failure but that of a system: not %j',
    async (code) => {
      const { client, clock } = setUp(Object.assign(new TypeError('fetch failed'), { code }))
      const { message } = await failureOf(clock.run(client.refresh('rt')))
      expect(message).toBe('the connection failed: the server may have acted all the same')
    },
  )

  it('after a 429', async () => {
    const { client, wire, clock } = setUp(status(429), token())
    await clock.run(client.refresh('rt'))
    expect(wire.sent).toHaveLength(2)
  })

  it.each(lost)('never after %s', async (_, failure) => {
    const { client, wire, clock } = setUp(failure)
    expect(await failureOf(clock.run(client.refresh('rt')))).toMatchObject({
      code: 'connection_lost',
      delivery: 'ambiguous',
    })
    expect(wire.sent).toHaveLength(1)
  })

  it.each([500, 502, 503, 504])('never after a %i', async (code) => {
    const { client, wire, clock } = setUp(status(code))
    expect(await failureOf(clock.run(client.refresh('rt')))).toMatchObject({ status: code, delivery: 'ambiguous' })
    expect(wire.sent).toHaveLength(1)
  })

  it('never after a time-out, and never after a reset inside the body', async () => {
    const broken = new Response(
      new ReadableStream({ pull: (controller) => controller.error(systemError('ECONNRESET')) }),
    )
    const { client, wire, clock } = setUp(() => new Promise(() => {}), broken)
    expect((await failureOf(clock.run(client.refresh('rt')))).code).toBe('timeout')
    expect((await failureOf(clock.run(client.refresh('rt2')))).code).toBe('connection_lost')
    expect(wire.sent).toHaveLength(2)
  })

  it.each([
    ['never after a 503', status(503), 1],
    ['never after a reset', systemError('ECONNRESET'), 1],
    ['but after a refused connection', systemError('ECONNREFUSED'), 2],
  ])('which is as true of a code: %s', async (_, first, times) => {
    const { client, clock, wire } = setUp(first, token())
    const request = { url: '', state: 'st', clientId: 'id', redirectUri: 'https://app.test/cb' }
    await clock.run(client.exchangeCode('?code=c&state=st', request).catch(() => {}))
    expect(wire.sent).toHaveLength(times)
  })

  it('never for ever: the error says that nothing was processed', async () => {
    const { client, wire, clock } = setUp(
      systemError('ECONNREFUSED'),
      systemError('ECONNREFUSED'),
      systemError('ECONNREFUSED'),
    )
    expect(await failureOf(clock.run(client.refresh('rt')))).toMatchObject({
      code: 'unreachable',
      delivery: 'not_processed',
      message: expect.stringContaining('ECONNREFUSED'),
    })
    expect(wire.sent).toHaveLength(3)
  })
})

describe('a real socket', () => {
  it('that nobody listens on is unreachable', async () => {
    const { createServer } = await import('node:net')
    const port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const address = server.address()
        server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
      })
    })
    // Real time, in which retries wait for nothing.
    const sleep: Clock['sleep'] = (ms) => (ms === 10_000 ? new Promise(() => {}) : Promise.resolve())
    const server = { tokenEndpoint: `http://127.0.0.1:${port}/token` }
    const client = createClient({ server, clientId: 'id', clock: { now: Date.now, sleep } })
    expect((await failureOf(client.refresh('rt'))).code).toBe('unreachable')
  })
})
