import { createServer } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { Agent, type Dispatcher } from 'undici'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClient, type TokenSource } from '../../src/index.js'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { recipe } from './recipe-files.js'

const mock = createMockAuthorizationServer({
  issuer: 'https://as.example.com',
  clients: [{ clientId: 'orders', clientSecret: 'secret' }],
})
interface Orders {
  ordersOf(tokens: TokenSource, below: Dispatcher): (id: number) => Promise<unknown>
}

interface Interceptors {
  bearer(tokens: TokenSource, origin: string): Dispatcher.DispatcherComposeInterceptor
}

const statuses: number[] = []
let refuses = 0

/** Both hosts of the recipe, without TLS. */
const hosts = createServer(async (request, response) => {
  const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, `${value}`]))
  const isApi = headers.get('host') === 'api.example.com'
  const body = request.method === 'POST' && !isApi ? await text(request) : null
  const url = isApi ? mock.resource : `https://as.example.com${request.url}`
  const answer = await mock.fetch(new Request(url, { method: isApi ? 'GET' : `${request.method}`, headers, body }))
  const status = isApi && refuses-- > 0 ? 401 : answer.status
  if (isApi) statuses.push(status)
  response.writeHead(status, Object.fromEntries(answer.headers))
  response.end(isApi ? '["a bear"]' : await answer.text())
})

/** In the place of a proxy: all connections lead to the hosts of the test. */
const { proxy } = vi.hoisted(() => ({ proxy: { port: 0 } }))
const made = () =>
  new Agent({
    connect: (_, done) => {
      const socket = connect(proxy.port, '127.0.0.1', () => done(null, socket))
    },
  })
vi.mock('undici', async (original) => ({
  ...(await original<typeof import('undici')>()),
  ProxyAgent: function ProxyAgent() {
    return made()
  },
}))

beforeAll(async () => {
  process.env['CLIENT_SECRET'] = 'secret'
  await new Promise<void>((listening) => hosts.listen(0, '127.0.0.1', listening))
  const address = hosts.address()
  if (typeof address === 'object' && address) proxy.port = address.port
})
beforeEach(() => {
  statuses.splice(0)
  refuses = 0
})
afterAll(async () => {
  hosts.closeAllConnections()
  await new Promise((closed) => hosts.close(closed))
})

describe('the recipe for undici', () => {
  it('sends through the dispatcher what goes to the API and to the authorization server', async () => {
    const { api } = await recipe<{ api: typeof fetch }>('undici/api.ts')
    expect(await (await api('https://api.example.com/orders')).json()).toEqual(['a bear'])
    expect(mock.requests.map(({ method }) => method)).toContain('POST')
  })

  it('answers a 401 by one renewal and one retry', async () => {
    const { api } = await recipe<{ api: typeof fetch }>('undici/api.ts')
    refuses = 1
    expect((await api('https://api.example.com/orders', { method: 'POST', body: 'a bear' })).status).toBe(200)
    expect(statuses).toEqual([401, 200])
  })

  it('puts tokens on requests by an interceptor, to one origin', async () => {
    const { ordersOf } = await recipe<Orders>('undici/orders.ts')
    const client = createClient({ server: mock.server, clientId: 'orders', clientSecret: 'secret', fetch: mock.fetch })
    const order = ordersOf(client.clientCredentialsSource(), made())
    expect(await order(42)).toEqual(['a bear'])
    refuses = 1
    expect(await order(42)).toEqual(['a bear'])
    expect(statuses).toEqual([200, 401, 200])
  })

  it('lets a request fail that no token can be had for, and leaves other origins alone', async () => {
    const { bearer } = await recipe<Interceptors>('undici/agent.ts')
    const tokens = { token: () => Promise.reject(new Error('there is no token')) }
    const agent = made().compose(bearer(tokens, 'https://api.example.com'))
    const ask = (origin: string) => agent.request({ origin, path: '/.well-known/openid-configuration', method: 'GET' })
    await expect(ask('https://api.example.com')).rejects.toThrow('there is no token')
    expect((await ask('https://as.example.com')).statusCode).toBe(200)
  })
})
