import { http } from 'msw/http'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createManualClock, createMockAuthorizationServer } from '../../src/testing/index.js'

const clock = createManualClock()
const mock = createMockAuthorizationServer({ clients: [{ clientId: 'web' }], clock })
const msw = setupServer(...mock.handlers(http))

beforeAll(() => msw.listen({ onUnhandledFrame: 'error' }))
afterEach(() => mock.clearFaults())
afterAll(() => msw.close())

describe('through msw, a server', () => {
  it.each(['before_processing', 'after_processing'] as const)('resets the connection %s', async (when) => {
    mock.fault('resource', { type: 'reset', when })
    await expect(fetch(mock.resource)).rejects.toThrow(TypeError)
  })

  it.each(['before_processing', 'after_processing'] as const)('hangs %s until the client leaves', async (when) => {
    mock.fault('resource', { type: 'hang', when })
    const controller = new AbortController()
    const before = mock.requests.length
    const failure = fetch(mock.resource, { signal: controller.signal }).catch((error: unknown) => error)
    await vi.waitUntil(() => mock.requests.length > before, { interval: 1, timeout: 15_000 })
    controller.abort()
    expect(await failure).toMatchObject({ name: 'AbortError' })
  })

  it('breaks off inside the body', async () => {
    mock.fault('discovery', { type: 'reset', when: 'inside_body' })
    const answer = await fetch('https://as.test/.well-known/openid-configuration')
    expect(answer.status).toBe(200)
    await expect(answer.text()).rejects.toThrow('terminated')
  })

  it('hangs inside the body', async () => {
    mock.fault('discovery', { type: 'hang', when: 'inside_body' })
    const answer = await fetch('https://as.test/.well-known/openid-configuration')
    const reader = answer.body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toMatch(/^\{"issuer":[^}]*$/)
    await reader?.cancel()
  })

  it('drips, and has names twice', async () => {
    mock.fault('discovery=drip:20ms;bytes=100+duplicate_keys:{"issuer":"https://another.test"}')
    const start = clock.now()
    const text = await clock.run(
      fetch('https://as.test/.well-known/openid-configuration').then((answer) => answer.text()),
    )
    expect(text.match(/"issuer":/g)).toHaveLength(2)
    expect(clock.now() - start).toBe((Math.ceil(text.length / 100) - 1) * 20)
  })

  it('delays, truncates, swells and answers whatever it is told', async () => {
    mock.fault('resource', { type: 'delay', ms: 1000 })
    mock.fault('resource', { type: 'status', status: 503, retryAfter: 2 })
    mock.fault('discovery', { type: 'truncated' })
    mock.fault('discovery', { type: 'oversized' })
    const start = clock.now()
    expect((await clock.run(fetch(mock.resource))).status).toBe(401)
    expect(clock.now() - start).toBe(1000)
    expect((await fetch(mock.resource)).headers.get('retry-after')).toBe('2')
    const discovery = async () => (await fetch('https://as.test/.well-known/openid-configuration')).text()
    expect(await discovery()).not.toContain('}')
    expect((await discovery()).length).toBeGreaterThan(10 * 2 ** 20)
  })
})
