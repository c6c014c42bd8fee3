import axios from 'axios'
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

  it('axios, with its fetch adapter', async () => {
    const api = axios.create({ baseURL: origin, adapter: 'fetch', env: { fetch: setUp() } })
    expect((await api.post('/things', { a: 1 })).data).toEqual({ path: '/things', body: '{"a":1}' })
    expect((await api.get('/things')).data).toEqual({ path: '/things', body: '' })
    expect(arrived.map(({ method, headers }) => `${method} ${headers['content-length']}`)).toEqual([
      'POST 7',
      'POST 7',
      'GET undefined',
    ])
    await expect(api.get('/missing')).rejects.toMatchObject({ response: { status: 404 } })
    await expect(api.get('https://elsewhere.example/')).rejects.toMatchObject({ cause: { code: 'origin_refused' } })
  })

  it('a client that calls it bare, with a URL and init', async () => {
    const { fetch } = { fetch: setUp() }
    const response = await fetch(new URL('/things', origin), { method: 'PATCH', body: 'b' })
    expect(await response.json()).toEqual({ path: '/things', body: 'b' })
  })
})
