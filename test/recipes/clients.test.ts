import { inspect } from 'node:util'
import type { MeterProvider } from '@opentelemetry/sdk-metrics'
import type { TracerProvider } from '@opentelemetry/sdk-trace'
import type { AxiosInstance } from 'axios'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { recipe } from './recipe-files.js'
import { withHosts } from './world.js'

interface Orders {
  order(id: number): Promise<unknown>
  place(item: string): Promise<unknown>
}

interface Providers {
  readonly tracerProvider: TracerProvider
  readonly meterProvider: MeterProvider
}

const world = withHosts()

/** Each test has a program of its own, and a client that has no token. */
beforeEach(() => void vi.resetModules())

describe.each(['axios', 'ky'])('the recipe for %s', (name) => {
  it('carries a token, and posts', async () => {
    const { order, place } = await recipe<Orders>(`${name}/orders.ts`)
    expect(await order(42)).toEqual(['a bear', 'a book'])
    await place('bear')
    expect(world.calls).toMatchObject([
      { url: 'https://api.example.com/orders/42', method: 'GET', status: 200 },
      { url: 'https://api.example.com/orders', method: 'POST', status: 200, body: '{"item":"bear"}' },
    ])
  })

  it('answers a 401 by one renewal and one retry, the body again', async () => {
    const { place } = await recipe<Orders>(`${name}/orders.ts`)
    const before = world.granted('client_credentials')
    world.refuse()
    await place('bear')
    expect(world.statuses()).toEqual([401, 200])
    expect(world.calls.map(({ body }) => body)).toEqual(['{"item":"bear"}', '{"item":"bear"}'])
    expect(world.granted('client_credentials')).toBe(before + 2)
  })

  it('takes the token nowhere else', async () => {
    const { api } = await recipe<{ api: { get(url: string): Promise<unknown> } }>(`${name}/api.ts`)
    await expect(api.get('https://evil.example.com/')).rejects.toThrow('must not go to https://evil.example.com')
  })
})

describe('the recipe for axios with interceptors', () => {
  it('carries a token, and renews once for all who met a 401', async () => {
    const { intercepted } = await recipe<{ intercepted: AxiosInstance }>('axios/intercepted.ts')
    expect((await intercepted.get('/orders')).data).toEqual(['a bear', 'a book'])
    const before = world.granted('client_credentials')
    world.refuse(3)
    await Promise.all([1, 2, 3].map((id) => intercepted.post(`/orders/${id}`, { item: 'bear' })))
    expect(world.granted('client_credentials')).toBe(before + 1)
    expect(world.statuses().toSorted()).toEqual([200, 200, 200, 200, 401, 401, 401])
    expect(new Set(world.calls.slice(1).map(({ body }) => body))).toEqual(new Set(['{"item":"bear"}']))
  })

  it('gives back a 401 that a new token does not help against', async () => {
    const { intercepted } = await recipe<{ intercepted: AxiosInstance }>('axios/intercepted.ts')
    world.refuse(9)
    await expect(intercepted.get('/orders')).rejects.toMatchObject({ status: 401 })
    expect(world.statuses()).toEqual([401, 401])
  })

  it('takes the token nowhere else', async () => {
    const { intercepted } = await recipe<{ intercepted: AxiosInstance }>('axios/intercepted.ts')
    await expect(intercepted.get('https://evil.example.com/')).rejects.toMatchObject({ code: 'origin_refused' })
  })
})

describe('the recipe for OpenTelemetry', () => {
  it('tells the providers that it registers', async () => {
    const { api } = await recipe<{ api: typeof fetch }>('opentelemetry/api.ts')
    const { tracerProvider, meterProvider } = await recipe<Providers>('opentelemetry/telemetry.ts')
    const told: unknown[] = []
    const dir = vi.spyOn(console, 'dir').mockImplementation((line) => void told.push(line))
    try {
      await api('https://api.example.com/orders')
      await tracerProvider.forceFlush()
      await meterProvider.forceFlush()
    } finally {
      dir.mockRestore()
      await meterProvider.shutdown()
      await tracerProvider.shutdown()
    }
    const text = inspect(told, { depth: null })
    expect(text).toContain('renew client_credentials')
    expect(text).toContain('GET metadata')
    expect(text).toContain('bearward.renewal.duration')
    expect(text).not.toContain('secret')
  })
})
