import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { recipe } from './recipe-files.js'
import { withHosts } from './world.js'

const world = withHosts()
process.env['SESSION_SECRET'] = 'a secret of thirty-two characters'

/** A browser: it keeps cookies, and comes by https through a proxy. */
const browserOf = (app: FastifyInstance) => {
  const jar = new Map<string, string>()
  const browse = async (method: 'GET' | 'POST', url: string) => {
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ')
    const answer = await app.inject({ method, url, headers: { cookie, 'x-forwarded-proto': 'https' } })
    for (const { name, value } of answer.cookies) jar.set(name, value)
    return answer
  }
  return { browse, cookie: () => jar.get('sessionId') }
}

describe('the recipe for Fastify', () => {
  beforeEach(() => void vi.resetModules())

  it('logs a user in, calls the API for them, and logs them out', async () => {
    const { app } = await recipe<{ app: FastifyInstance }>('fastify/app.ts')
    const { browse, cookie } = browserOf(app)
    expect((await browse('GET', '/orders')).headers.location).toBe('/login')
    const { headers } = await browse('GET', '/login')
    const before = cookie()
    const callback = await world.mock.authorize(`${headers.location}`, { user: 'ada' })
    expect((await browse('GET', callback.replace('https://app.example.com', ''))).headers.location).toBe('/')
    expect(before).toBeTruthy()
    expect(cookie()).not.toBe(before)
    expect((await browse('GET', '/orders')).json()).toEqual(['a bear', 'a book'])
    world.refuse()
    expect((await browse('GET', '/orders')).json()).toEqual(['a bear', 'a book'])
    expect(world.granted('refresh_token')).toBe(1)
    expect((await browse('POST', '/logout')).statusCode).toBe(303)
    expect((await browse('GET', '/orders')).headers.location).toBe('/login')
    await app.close()
  })

  it('lets nobody come back from a login that was begun elsewhere', async () => {
    const { app } = await recipe<{ app: FastifyInstance }>('fastify/app.ts')
    const [one, other] = [browserOf(app).browse, browserOf(app).browse]
    const { headers } = await one('GET', '/login')
    await other('GET', '/login')
    const callback = await world.mock.authorize(`${headers.location}`, { user: 'ada' })
    const answer = await other('GET', callback.replace('https://app.example.com', ''))
    expect(answer.statusCode).toBe(500)
    expect(answer.json().code).toBe('state_mismatch')
  })

  it('decorates a service', async () => {
    const { default: Fastify } = await import('fastify')
    const { stock } = await recipe<{ stock: FastifyPluginAsync }>('fastify/stock.ts')
    const app = Fastify()
    await app.register(stock)
    const { stock: api } = app as unknown as { stock: typeof fetch }
    expect(await (await api('https://api.example.com/items')).json()).toEqual(['a bear', 'a book'])
    await app.close()
  })
})
