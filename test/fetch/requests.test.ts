import { once } from 'node:events'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { bearerFetch, type TokenSource } from '../../src/index.js'
import { settle } from '../fixtures/fake-clock.js'
import { loopback, rawLoopback } from './loopback.js'
import { ok, sourceOf, tokenOf, unauthorized, wire } from './wire.js'

const origins = ['https://api.example.com']
const url = 'https://api.example.com/things'

const setUp = (...answers: Parameters<typeof wire>) => {
  const api = wire(...answers)
  const source = sourceOf('old', 'new')
  return { api, source, fetch: bearerFetch(source, { origins, fetch: api.fetch }) }
}

const streamOf = (...chunks: readonly string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk))
      controller.close()
    },
  })

/** `duplex` is not in every version of the types. */
const streaming = (body: BodyInit): RequestInit & { duplex: 'half' } => ({ method: 'POST', body, duplex: 'half' })

describe('it is a fetch', () => {
  it('that does not send what is no access token (RFC 8693 §2.2.1)', async () => {
    const api = wire(ok())
    const source: TokenSource = { token: async () => ({ accessToken: 'an.id.token', tokenType: 'N_A', raw: {} }) }
    const failing = bearerFetch(source, { origins, fetch: api.fetch })(url)
    await expect(failing).rejects.toMatchObject({ code: 'invalid_argument' })
    expect(api.seen).toHaveLength(0)
  })

  it('by its type', () => {
    expectTypeOf(bearerFetch(sourceOf('at'), { anyOrigin: true })).toEqualTypeOf<typeof globalThis.fetch>()
  })

  it('that takes a string, a URL and a Request', async () => {
    const { api, fetch } = setUp(ok(), ok(), ok())
    const headers = { accept: 'text/plain' }
    for (const input of [url, new URL(url)]) await fetch(input, { headers })
    await fetch(new Request(url, { headers }))
    for (const seen of api.seen) {
      expect(seen).toMatchObject({ url, method: 'GET', authorization: 'Bearer old' })
      expect(seen.headers.get('accept')).toBe('text/plain')
    }
    expect(api.seen.length).toBe(3)
  })

  it('in which init overrides the Request', async () => {
    const { api, fetch } = setUp(ok())
    const request = new Request(url, { method: 'POST', body: 'of the request', headers: { 'x-a': '1' } })
    await fetch(request, { method: 'PUT', body: new TextEncoder().encode('of init'), headers: { 'x-b': '2' } })
    expect(api.seen).toMatchObject([{ method: 'PUT', body: 'of init', authorization: 'Bearer old' }])
    expect([...(api.seen[0]?.headers.keys() ?? [])]).toEqual(['authorization', 'x-b'])
    expect(request.bodyUsed).toBe(false)
  })

  it('in which a body of null leaves that of the Request, for the retry too', async () => {
    const { api, fetch } = setUp(unauthorized(), ok())
    await fetch(new Request(url, { method: 'POST', body: 'kept' }), { body: null })
    expect(api.seen.map(({ body }) => body)).toEqual(['kept', 'kept'])
  })

  it('that rejects what is no URL, as fetch does where there is no page', async () => {
    const { source, fetch } = setUp()
    await expect(fetch('/things')).rejects.toThrow(TypeError)
    expect(source.asked).toEqual([])
  })

  it('that changes neither init nor the Request', async () => {
    const { api, fetch } = setUp(unauthorized(), ok(), ok())
    const headers = new Headers({ 'x-a': '1' })
    const init = Object.freeze({ headers, method: 'POST', body: 'b' })
    await fetch(url, init)
    const request = new Request(url, { headers })
    await fetch(request)
    expect([...headers]).toEqual([['x-a', '1']])
    expect([...request.headers]).toEqual([['x-a', '1']])
    expect(api.seen.length).toBe(3)
  })

  it("that looks up the runtime's own with each call", async () => {
    const own = globalThis.fetch
    const { api } = setUp(ok())
    const fetch = bearerFetch(sourceOf('at'), { origins })
    try {
      globalThis.fetch = api.fetch
      await fetch(url)
    } finally {
      globalThis.fetch = own
    }
    expect(api.seen[0]?.authorization).toBe('Bearer at')
  })

  it('that asks the source for the token at hand first, and waits only where there is none', async () => {
    const { api } = setUp(ok(), ok())
    const source = sourceOf('waited for')
    let held: string | undefined = 'at hand'
    const both: TokenSource = { token: source.token, current: () => (held ? tokenOf(held) : undefined) }
    const fetch = bearerFetch(both, { origins, fetch: api.fetch })
    await fetch(url)
    held = undefined
    await fetch(url)
    expect(api.seen.map(({ authorization }) => authorization)).toEqual(['Bearer at hand', 'Bearer waited for'])
    expect(source.asked.length).toBe(1)
  })
})

describe('a signal', () => {
  const reason = new Error('left')

  it('that is aborted before asks for nothing', async () => {
    const { api, source, fetch } = setUp()
    const signal = AbortSignal.abort(reason)
    await expect(fetch(url, { signal })).rejects.toBe(reason)
    await expect(fetch(new Request(url, { signal }))).rejects.toBe(reason)
    expect([api.seen, source.asked]).toEqual([[], []])
  })

  it.each<[string, (signal: AbortSignal) => Parameters<typeof globalThis.fetch>]>([
    ['of init', (signal) => [url, { signal }]],
    ['of the Request', (signal) => [new Request(url, { signal })]],
  ])('%s leaves the wait for a token', async (_, call) => {
    const controller = new AbortController()
    const source: TokenSource = {
      token: (options) =>
        new Promise((_, reject) => options?.signal?.addEventListener('abort', () => reject(options.signal?.reason))),
    }
    const { api } = setUp()
    const work = bearerFetch(source, { origins, fetch: api.fetch })(...call(controller.signal))
    controller.abort(reason)
    await expect(work).rejects.toBe(reason)
    expect(api.seen).toEqual([])
  })

  it('leaves the wait for a new token, and lets go of the answer', async () => {
    const controller = new AbortController()
    let cancelled = false
    const body = new ReadableStream({
      cancel: () => {
        cancelled = true
      },
    })
    const source: TokenSource = {
      token: (options) =>
        options?.rejected
          ? new Promise((_, reject) => {
              options.signal?.addEventListener('abort', () => reject(options.signal?.reason))
              controller.abort(reason)
            })
          : Promise.resolve(tokenOf('old')),
    }
    const { api } = setUp(unauthorized(undefined, body))
    const fetch = bearerFetch(source, { origins, fetch: api.fetch })
    await expect(fetch(url, { signal: controller.signal })).rejects.toBe(reason)
    expect(cancelled).toBe(true)
  })

  it('ends a request on its way, and that of a Request the retry too', async () => {
    const controller = new AbortController()
    let count = 0
    const origin = await rawLoopback((_, response) => {
      count += 1
      if (count === 1) return response.writeHead(401).end()
      controller.abort(reason)
    })
    const fetch = bearerFetch(sourceOf('old', 'new'), { origins: [origin] })
    const request = new Request(origin, { method: 'POST', body: 'b', signal: controller.signal })
    await expect(fetch(request)).rejects.toBe(reason)
    expect(count).toBe(2)
  })

  it('of null in init takes that of the Request away', async () => {
    const { api, fetch } = setUp(ok())
    const request = new Request(url, { signal: AbortSignal.abort(reason) })
    await fetch(request, { signal: null })
    expect(api.seen.length).toBe(1)
  })
})

describe('a body is sent again', () => {
  const form = new FormData()
  form.set('a', 'b')

  it.each<[string, BodyInit]>([
    ['a string', 'body'],
    ['an empty string', ''],
    ['bytes', new TextEncoder().encode('body')],
    ['a blob', new Blob(['body'], { type: 'text/plain' })],
    ['a form', new URLSearchParams('a=b')],
    ['a multipart form', form],
  ])('that is %s', async (_, body) => {
    const asInit = setUp(unauthorized(), ok())
    await asInit.fetch(url, { method: 'POST', body })
    const asRequest = setUp(unauthorized(), ok())
    await asRequest.fetch(new Request(url, { method: 'POST', body }))
    const [first, second] = asInit.api.seen
    const [third, fourth] = asRequest.api.seen
    const whole = (text?: string) => text?.replaceAll(/^--\S+/gm, 'boundary')
    expect(whole(second?.body)).toBe(whole(first?.body))
    expect(fourth?.body).toBe(third?.body)
    expect(fourth?.headers.get('content-type')).toBe(third?.headers.get('content-type'))
    for (const { api } of [asInit, asRequest]) {
      expect(api.seen.map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer new'])
    }
  })

  it('that is the stream of a Request, if it is short', async () => {
    const { api, fetch } = setUp(unauthorized(), ok())
    const response = await fetch(new Request(url, streaming(streamOf('a', '', 'b'))))
    expect([response.status, ...api.seen.map(({ body }) => body)]).toEqual([200, 'ab', 'ab'])
  })

  it.each([
    [64 * 1024, 200],
    [64 * 1024 + 1, 401],
  ])('of a Request, if it has no more than 64 KiB: %d bytes', async (size, status) => {
    const { api, source, fetch } = setUp(unauthorized(undefined, 'why'), ok())
    const response = await fetch(new Request(url, { method: 'PUT', body: 'x'.repeat(size) }))
    expect(response.status).toBe(status)
    expect(api.seen.map(({ body }) => body.length)).toEqual(status === 200 ? [size, size] : [size])
    expect(source.asked.length).toBe(2)
  })

  it.each<[string, () => BodyInit]>([
    ['a stream', () => streamOf('body')],
    [
      'an async iterable',
      () =>
        (async function* () {
          yield new TextEncoder().encode('body')
        })() as unknown as BodyInit,
    ],
  ])('not if init gives %s: the 401 comes back, and the next call has a new token', async (_, body) => {
    const { api, fetch } = setUp(unauthorized(undefined, 'why'), ok())
    const response = await fetch(url, streaming(body()))
    expect([response.status, await response.text(), api.seen[0]?.body]).toEqual([401, 'why', 'body'])
    await fetch(url)
    expect(api.seen.map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer new'])
  })

  it('not if it is a stream that cannot be iterated, as that of Safari', async () => {
    const inits: (RequestInit | undefined)[] = []
    const answering: typeof globalThis.fetch = async (_, init) => {
      inits.push(init)
      return unauthorized()
    }
    const body = { getReader: () => {} } as unknown as ReadableStream
    const api = bearerFetch(sourceOf('old', 'new'), { origins, fetch: answering })
    expect((await api(url, streaming(body))).status).toBe(401)
    expect(inits.length).toBe(1)
  })

  it('not if the runtime does not show that of a Request, as Firefox does not', async () => {
    const { api, fetch } = setUp(unauthorized(), ok())
    const request = new Request(url, { method: 'POST', body: 'b' })
    Object.defineProperty(request, 'body', { value: undefined })
    expect((await fetch(request)).status).toBe(401)
    expect(api.seen.length).toBe(1)
  })
})

describe('over a real connection', () => {
  it('the body of a Request keeps its length, the first time and the second', async () => {
    const { origin, arrived } = await loopback(({ headers }, response) =>
      response.writeHead(headers.authorization === 'Bearer new' ? 200 : 401).end(),
    )
    const fetch = bearerFetch(sourceOf('old', 'new'), { origins: [origin] })
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(new Request(origin, { method: 'POST', body: '{"a":1}', headers }))
    expect(response.status).toBe(200)
    const told = arrived.map((one) => [one.body, one.headers['content-length'], one.headers['content-type']])
    expect(told).toEqual([
      ['{"a":1}', '7', 'application/json'],
      ['{"a":1}', '7', 'application/json'],
    ])
  })

  it('a body streams up while it is made, and an answer down while it is read', async () => {
    const origin = await rawLoopback((request, response) => {
      request.pipe(response)
    })
    const fetch = bearerFetch(sourceOf('at'), { origins: [origin] })
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    const writer = writable.getWriter()
    const answered = fetch(new Request(origin, streaming(readable)))
    for (const word of ['one', 'two', 'three']) {
      await writer.write(new TextEncoder().encode(word))
    }
    const reader = (await answered).body?.getReader()
    let echo = ''
    while (!echo.endsWith('three')) echo += new TextDecoder().decode((await reader?.read())?.value)
    expect(echo).toBe('onetwothree')
    await writer.close()
    expect((await reader?.read())?.done).toBe(true)
  })

  it('an endless body is not read ahead beyond what is kept, and is let go when its request is over', async () => {
    const origin = await rawLoopback((_, response) => response.writeHead(401).end())
    const chunk = 16 * 1024
    let pulled = 0
    let cancelled: unknown
    const endless = new ReadableStream(
      {
        pull: (controller) => {
          pulled += chunk
          controller.enqueue(new Uint8Array(chunk))
        },
        cancel: (reason) => {
          cancelled = reason ?? 'cancelled'
        },
      },
      { highWaterMark: 0 },
    )
    // Sends nothing of it, so that only what is kept is read.
    const idle: typeof globalThis.fetch = async (input) => {
      await settle()
      await (input as Request).body?.cancel()
      return globalThis.fetch(origin)
    }
    const fetch = bearerFetch(sourceOf('old', 'new'), { origins: [origin], fetch: idle })
    expect((await fetch(new Request(origin, streaming(endless)))).status).toBe(401)
    await settle()
    expect(pulled).toBeGreaterThan(64 * 1024)
    expect(pulled).toBeLessThanOrEqual(64 * 1024 + 2 * chunk)
    expect(cancelled).toBeDefined()
  })

  it('a body that never ends holds up neither the answer nor an abort', async () => {
    const answering = await rawLoopback((_, response) => response.writeHead(401).end('why'))
    const silent = await rawLoopback(() => {})
    const fetch = bearerFetch(sourceOf('old', 'new'), { origins: [answering, silent] })
    const slow = () => new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) })
    const response = await fetch(new Request(answering, streaming(slow())))
    expect([response.status, await response.text()]).toEqual([401, 'why'])
    const controller = new AbortController()
    const work = fetch(new Request(silent, { ...streaming(slow()), signal: controller.signal }))
    await settle()
    controller.abort(new Error('left'))
    await expect(work).rejects.toThrow('left')
  })

  it.each<[string, Response | Error]>([
    ['is answered', ok()],
    ['fails', new Error('lost')],
  ])('a body hears that nobody reads it any more when its request %s early', async (_, answer) => {
    let heard = false
    const cancel = () => {
      heard = true
    }
    // A runtime lets go of what it does not send; the copy that is kept must not hide that.
    const early: typeof globalThis.fetch = async (input) => {
      ;(input as Request).body?.cancel()
      if (answer instanceof Error) throw answer
      return answer
    }
    const request = new Request(url, streaming(new ReadableStream({ cancel })))
    await bearerFetch(sourceOf('at'), { origins, fetch: early })(request).catch(() => {})
    await settle()
    expect(heard).toBe(true)
  })

  it('the connection of a 401 that never ends is free once it is retried', async () => {
    let closed: Promise<unknown> | undefined
    const origin = await rawLoopback((request, response) => {
      if (request.headers.authorization === 'Bearer new') return response.end('ok')
      closed = once(response, 'close')
      response.writeHead(401).write('endless')
    })
    const response = await bearerFetch(sourceOf('old', 'new'), { origins: [origin] })(origin)
    expect(await response.text()).toBe('ok')
    await closed
  })
})
