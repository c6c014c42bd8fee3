import ky, { HTTPError } from 'ky'
import { describe, expect, it } from 'vitest'
import { bearerFetch } from '../../src/index.js'
import { loopback } from './loopback.js'
import { sourceOf } from './wire.js'

const { origin, arrived } = await loopback(({ headers, path, body }, response) => {
  if (headers.authorization !== 'Bearer new') return response.writeHead(401).end()
  if (path === '/missing') return response.writeHead(404).end()
  if (path === '/moved') return response.writeHead(307, { location: '/things' }).end()
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ path, body }))
})

const setUp = () => {
  arrived.length = 0
  return bearerFetch(sourceOf('old', 'new'), { origins: [origin] })
}

describe('it is the fetch of', () => {
  it('ky', async () => {
    const api = ky.create({ prefix: origin, fetch: setUp() })
    expect(await api.get('things').json()).toEqual({ path: '/things', body: '' })
    expect(await api.post('things', { json: { a: 1 } }).json()).toEqual({ path: '/things', body: '{"a":1}' })
    expect(await api.put('moved', { json: { a: 2 } }).json()).toEqual({ path: '/things', body: '{"a":2}' })
    expect(arrived.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /things',
      'GET /things',
      'POST /things',
      'PUT /moved',
      'PUT /things',
    ])
    await expect(api.get('missing').json()).rejects.toBeInstanceOf(HTTPError)
  })

  it('ky, whose POST is sent again with its body', async () => {
    const api = ky.create({ prefix: origin, fetch: setUp() })
    expect(await api.post('things', { json: { a: 1 } }).json()).toEqual({ path: '/things', body: '{"a":1}' })
    expect(arrived.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}'])
  })

  it('ky, which hands on a refusal and does not try it again', async () => {
    const source = sourceOf('at')
    const api = ky.create({ fetch: bearerFetch(source, { origins: [origin] }) })
    await expect(api.get('https://elsewhere.example/')).rejects.toMatchObject({ code: 'origin_refused' })
    expect(source.asked).toEqual([])
  })

  it("axios, by the shape of its fetch adapter's calls: a Request made of everything, and its own options beside", async () => {
    const fetch = setUp()
    const adapter = async (method: string, path: string, data?: string) => {
      const headers = {
        accept: 'application/json, text/plain, */*',
        ...(data && { 'content-type': 'application/json' }),
      }
      const { signal } = new AbortController()
      const made = {
        method,
        headers,
        body: data ?? null,
        signal,
        duplex: 'half' as const,
        credentials: 'same-origin' as const,
      }
      const response = await fetch(new Request(`${origin}${path}`, made), undefined)
      return response.json()
    }
    expect(await adapter('POST', '/things', '{"a":1}')).toEqual({ path: '/things', body: '{"a":1}' })
    expect(await adapter('GET', '/things')).toEqual({ path: '/things', body: '' })
    expect(arrived.map(({ headers }) => headers['content-length'])).toEqual(['7', '7', undefined])
  })

  it('a client that calls it bare, with a URL and init', async () => {
    const { fetch } = { fetch: setUp() }
    const response = await fetch(new URL('/things', origin), { method: 'PATCH', body: 'b' })
    expect(await response.json()).toEqual({ path: '/things', body: 'b' })
  })
})
