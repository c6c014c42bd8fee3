import type { ServerResponse } from 'node:http'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BearerFetchOptions, bearerFetch } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { settle } from '../fixtures/fake-clock.js'
import { type Arrived, type Loopback, loopback } from './loopback.js'
import { ok, sourceOf, unauthorized, wire } from './wire.js'

/** `/STATUS/to` answers that status with what `Location` is to say. */
const redirecting = ({ path }: Arrived, response: ServerResponse) => {
  const [, status = '', to = ''] = path.match(/^\/(3\d\d)\/(.*)$/) ?? []
  if (!status) return response.end('ok')
  response.writeHead(Number(status), { location: decodeURIComponent(to) }).end('moved')
}

let api: Loopback
let listed: Loopback
let other: Loopback

beforeAll(async () => {
  api = await loopback(redirecting)
  listed = await loopback(redirecting)
  other = await loopback(redirecting)
})

beforeEach(() => {
  for (const { arrived } of [api, listed, other]) arrived.length = 0
})

const to = (url: string, status = 302) => `${api.origin}/${status}/${encodeURIComponent(url)}`

const setUp = (options: Partial<BearerFetchOptions> = {}) =>
  bearerFetch(sourceOf('at', 'new'), { origins: [api.origin, listed.origin], ...options } as BearerFetchOptions)

const carried = ({ arrived }: Loopback) => arrived.map(({ headers }) => headers.authorization)

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('%d within the origin is followed with the token', async (status) => {
    const response = await setUp()(to('/moved', status))
    expect([await response.text(), response.url]).toEqual(['ok', `${api.origin}/moved`])
    expect(carried(api)).toEqual(['Bearer at', 'Bearer at'])
  })

  it('to a place that is relative is followed from where it was said', async () => {
    const response = await setUp()(`${api.origin}/302/..%2Fa%2Fb%3Fc`)
    expect(response.url).toBe(`${api.origin}/a/b?c`)
  })

  it('to a place in raw UTF-8, of which a header shows the bytes, is followed there', async () => {
    const location = String.fromCharCode(...new TextEncoder().encode('/größe/日本?€=100%25'))
    const { seen, fetch } = wire(new Response(null, { status: 302, headers: { location } }), ok())
    await bearerFetch(sourceOf('at'), { origins: [api.origin], fetch })(api.origin)
    expect(seen[1]?.url).toBe(`${api.origin}/gr%C3%B6%C3%9Fe/%E6%97%A5%E6%9C%AC?%E2%82%AC=100%25`)
  })

  it('to another listed origin takes the token along', async () => {
    await setUp()(to(`${listed.origin}/moved`))
    expect(carried(listed)).toEqual(['Bearer at'])
  })

  it.each([301, 302, 303, 307, 308])(
    '%d to an origin that is not listed is refused, and nothing arrives',
    async (status) => {
      const failure = await failureOf(setUp()(to(`${other.origin}/`, status)))
      expect(failure).toMatchObject({ code: 'origin_refused', message: expect.stringContaining(other.origin) })
      expect(other.arrived).toEqual([])
    },
  )

  it('to an origin that is not listed, after one that is, is refused too', async () => {
    const second = `${listed.origin}/302/${encodeURIComponent(`${other.origin}/`)}`
    expect((await failureOf(setUp()(to(second)))).code).toBe('origin_refused')
    expect([carried(listed), other.arrived]).toEqual([['Bearer at'], []])
  })

  it('is not followed for a Request that says so either', async () => {
    const failure = await failureOf(setUp()(new Request(to(`${other.origin}/`))))
    expect([failure.code, other.arrived]).toEqual(['origin_refused', []])
  })

  it('that leaves the listed origins goes on bare, if that is wanted, and never gets the token back', async () => {
    const back = `${other.origin}/302/${encodeURIComponent(`${api.origin}/back`)}`
    const response = await setUp({ otherOrigins: 'without-token' })(to(back, 307), { method: 'POST', body: 'b' })
    expect(await response.text()).toBe('ok')
    expect([carried(api), carried(other)]).toEqual([['Bearer at', undefined], [undefined]])
    expect(other.arrived[0]).toMatchObject({ method: 'POST', body: 'b' })
  })

  it('goes anywhere with anyOrigin, but never to plain http', async () => {
    const anywhere = setUp({ anyOrigin: true, origins: undefined } as Partial<BearerFetchOptions>)
    await anywhere(to(`${other.origin}/`))
    expect(carried(other)).toEqual(['Bearer at'])
    for (const url of ['http://api.example.com/', 'http://localhost:1@evil.test/', 'http://127.0.0.1:x@evil.test/']) {
      expect((await failureOf(anywhere(to(url)))).code).toBe('insecure_url')
    }
  })

  it.each([
    ['data:text/plain,a', 'no page'],
    ['file:///etc/passwd', 'no file'],
    ['blob:https://api.example.com/a', 'no blob'],
    ['http://[', 'no URL'],
  ])('to %j leads nowhere: %s', async (location) => {
    for (const otherOrigins of ['refuse', 'without-token'] as const) {
      const answer = new Response(null, { status: 302, headers: { location } })
      const { seen, fetch } = wire(answer)
      const failure = await failureOf(
        bearerFetch(sourceOf('at'), { origins: [api.origin], otherOrigins, fetch })(`${api.origin}/`),
      )
      expect([failure.code, seen.length]).toEqual(['redirect_refused', 1])
    }
  })

  it('without a Location is an answer like any other', async () => {
    for (const status of [300, 302, 304]) {
      const { fetch } = wire(new Response(null, { status }))
      expect((await bearerFetch(sourceOf('at'), { origins: [api.origin], fetch })(api.origin)).status).toBe(status)
    }
  })

  it('keeps the fragment, unless it has one of its own', async () => {
    const urls: string[] = []
    const answers = ['/a', '/b#own', '/c'].map((location) => new Response(null, { status: 302, headers: { location } }))
    const fetch: typeof globalThis.fetch = async (input) => {
      urls.push(`${input}`)
      return answers.shift() ?? ok()
    }
    await bearerFetch(sourceOf('at'), { origins: [api.origin], fetch })(`${api.origin}/#first`)
    expect(urls.map((url) => url.replace(api.origin, ''))).toEqual(['/#first', '/a#first', '/b#own', '/c#own'])
  })

  it('is followed twenty times, and no more', async () => {
    const steps = (count: number) =>
      wire(
        ...Array.from({ length: count }, () => new Response(null, { status: 302, headers: { location: '/' } })),
        ok(),
      )
    const within = steps(20)
    await bearerFetch(sourceOf('at'), { origins: [api.origin], fetch: within.fetch })(api.origin)
    expect(within.seen.length).toBe(21)
    const beyond = steps(21)
    const failure = await failureOf(
      bearerFetch(sourceOf('at'), { origins: [api.origin], fetch: beyond.fetch })(api.origin),
    )
    expect(failure).toMatchObject({ code: 'redirect_refused', status: 302 })
    expect(beyond.seen.length).toBe(21)
  })

  it('lets go of the answer it came with, followed or not', async () => {
    for (const location of ['/moved', 'https://elsewhere.example/', 'data:,']) {
      let cancelled = false
      const body = new ReadableStream({
        cancel: () => {
          cancelled = true
        },
      })
      const { fetch } = wire(new Response(body, { status: 302, headers: { location } }), ok())
      await bearerFetch(sourceOf('at'), { origins: [api.origin], fetch })(api.origin).catch(() => {})
      expect(cancelled).toBe(true)
    }
  })
})

describe('what is sent on', () => {
  const call = (status: number, method: string) => setUp()(to('/moved', status), { method, body: 'b' })

  it.each([
    [301, 'POST', 'GET'],
    [302, 'post', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [301, 'PUT', 'PUT'],
    [302, 'DELETE', 'DELETE'],
    [307, 'POST', 'POST'],
    [308, 'PUT', 'PUT'],
  ])('after %d to a %s is a %s', async (status, method, next) => {
    await call(status, method)
    const [first, second] = api.arrived
    // What a text is told to be is the runtime's matter.
    const type = next === 'GET' ? undefined : first?.headers['content-type']
    expect(second).toMatchObject({ method: next, body: next === 'GET' ? '' : 'b' })
    expect(second?.headers['content-type']).toBe(type)
  })

  it('is what the fetch of the runtime would send', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        api.arrived.length = 0
        const body = method === 'GET' || method === 'HEAD' ? null : 'b'
        const init = { method, body, headers: { 'content-language': 'en', 'x-own': '1', cookie: 'a=b' } }
        await globalThis.fetch(to('/moved', status), init)
        await setUp()(to('/moved', status), init)
        await setUp()(new Request(to('/moved', status), init))
        const [, plain, , ours, , ofRequest] = api.arrived.map((arrived) => {
          const { authorization: _, ...headers } = arrived.headers
          return { ...arrived, headers }
        })
        expect(ours, `${status} ${method}`).toEqual(plain)
        expect(ofRequest, `${status} ${method}`).toEqual(plain)
      }
    }
  })

  it('to another origin has no cookie, no host and no proxy credentials of the caller, as with fetch', async () => {
    const headers = { cookie: 'a=b', 'proxy-authorization': 'Basic YQ==', 'x-own': '1' }
    await setUp({ otherOrigins: 'without-token' })(to(`${listed.origin}/`), { headers })
    await setUp({ otherOrigins: 'without-token' })(to(`${other.origin}/`), { headers })
    expect(api.arrived[0]?.headers.cookie).toBe('a=b')
    for (const { arrived, origin } of [listed, other]) {
      expect(arrived[0]?.headers).toMatchObject({ 'x-own': '1', host: new URL(origin).host })
      expect(arrived[0]?.headers).not.toHaveProperty('cookie')
      expect(arrived[0]?.headers).not.toHaveProperty('proxy-authorization')
    }
  })

  it('is the body of a Request, if it is short', async () => {
    const response = await setUp()(new Request(to('/moved', 307), { method: 'POST', body: 'kept' }))
    expect([response.status, api.arrived[1]?.body, api.arrived[1]?.headers['content-length']]).toEqual([
      200,
      'kept',
      '4',
    ])
  })

  it('is never a body that is gone', async () => {
    const stream = () => new Blob(['b']).stream()
    const init = { method: 'POST', duplex: 'half' as const }
    const failure = await failureOf(setUp()(to('/moved', 307), { ...init, body: stream() }))
    expect(failure).toMatchObject({ code: 'redirect_refused', status: 307 })
    const long = new Request(to('/moved', 308), { ...init, body: 'x'.repeat(64 * 1024 + 1) })
    expect((await failureOf(setUp()(long))).code).toBe('redirect_refused')
    expect((await setUp()(to('/moved', 303), { ...init, body: stream() })).status).toBe(200)
    expect(api.arrived.at(-1)).toMatchObject({ method: 'GET', body: '' })
  })

  it('after a redirect and a 401 goes where the redirect led, with the new token', async () => {
    const moved = new Response(null, { status: 303, headers: { location: '/moved' } })
    const { seen, fetch } = wire(moved, unauthorized(), ok())
    const request = new Request(`${api.origin}/`, { method: 'POST', body: 'b' })
    const response = await bearerFetch(sourceOf('old', 'new'), { origins: [api.origin], fetch })(request)
    expect(response.status).toBe(200)
    expect(seen.map(({ method, url, authorization }) => [method, url, authorization])).toEqual([
      ['POST', `${api.origin}/`, 'Bearer old'],
      ['GET', `${api.origin}/moved`, 'Bearer old'],
      ['GET', `${api.origin}/moved`, 'Bearer new'],
    ])
  })

  it('as a GET stays without a body, though that of the Request comes to its end meanwhile', async () => {
    let end = () => {}
    const start = (controller: ReadableStreamDefaultController) => {
      end = () => controller.close()
    }
    const inits: (RequestInit | undefined)[] = []
    const fetch: typeof globalThis.fetch = async (_, init) => {
      inits.push(init)
      if (inits.length === 1) return new Response(null, { status: 303, headers: { location: '/moved' } })
      if (inits.length === 2) end()
      await settle()
      return inits.length === 2 ? unauthorized() : ok()
    }
    const init = { method: 'POST', duplex: 'half' as const, body: new ReadableStream({ start }) }
    const call = bearerFetch(sourceOf('old', 'new'), { origins: [api.origin], fetch })(new Request(api.origin, init))
    expect((await call).status).toBe(200)
    expect(inits.map((sent) => [sent?.method, sent?.body])).toEqual([
      [undefined, undefined],
      ['GET', null],
      ['GET', null],
    ])
  })

  it('after a 401 and a redirect has the new token, and is not renewed again', async () => {
    const moved = new Response(null, { status: 308, headers: { location: `${listed.origin}/moved` } })
    const { seen, fetch } = wire(unauthorized(), moved, unauthorized())
    const source = sourceOf('old', 'new', 'newest')
    const { origin } = api
    const init = { method: 'PUT', body: 'b' }
    const response = await bearerFetch(source, { origins: [origin, listed.origin], fetch })(new Request(origin, init))
    expect(response.status).toBe(401)
    expect(seen.map(({ body, authorization }) => [body, authorization])).toEqual([
      ['b', 'Bearer old'],
      ['b', 'Bearer new'],
      ['b', 'Bearer new'],
    ])
    expect(source.asked.length).toBe(2)
  })
})

describe("the caller's own wish", () => {
  it('of redirect: manual gets the redirect itself', async () => {
    const asInit = await setUp()(to(`${other.origin}/`), { redirect: 'manual' })
    const asRequest = await setUp()(new Request(to(`${other.origin}/`), { redirect: 'manual' }))
    for (const response of [asInit, asRequest]) {
      expect([response.status, response.headers.get('location')]).toEqual([302, `${other.origin}/`])
    }
    expect(other.arrived).toEqual([])
  })

  it('of redirect: error gets a typed error', async () => {
    const failure = await failureOf(setUp()(to('/moved'), { redirect: 'error' }))
    expect(failure).toMatchObject({ code: 'redirect_refused', status: 302 })
    expect(api.arrived.length).toBe(1)
    expect((await setUp()(`${api.origin}/here`, { redirect: 'error' })).status).toBe(200)
  })

  it('that the signal ends it holds behind a redirect', async () => {
    const controller = new AbortController()
    const fetch: typeof globalThis.fetch = async (_, init) => {
      init?.signal?.throwIfAborted()
      controller.abort(new Error('left'))
      return new Response(null, { status: 302, headers: { location: '/moved' } })
    }
    const request = new Request(api.origin, { signal: controller.signal })
    await expect(bearerFetch(sourceOf('at'), { origins: [api.origin], fetch })(request)).rejects.toThrow('left')
  })
})

describe('in a page', () => {
  const opaque = () => Object.defineProperties(Response.error(), { type: { value: 'opaqueredirect' } })

  it('a redirect, of which it is not told where it leads, is a typed error', async () => {
    for (const otherOrigins of ['refuse', 'without-token'] as const) {
      const { fetch, seen } = wire(opaque())
      const call = bearerFetch(sourceOf('at'), { origins: [api.origin], otherOrigins, fetch })(api.origin)
      expect(await failureOf(call)).toMatchObject({ code: 'redirect_refused', status: 0 })
      expect(seen[0]?.redirect).toBe('manual')
    }
  })

  it('it is handed on to a caller who wants it so', async () => {
    const { fetch } = wire(opaque())
    const call = bearerFetch(sourceOf('at'), { origins: [api.origin], fetch })(api.origin, { redirect: 'manual' })
    expect((await call).type).toBe('opaqueredirect')
  })
})
