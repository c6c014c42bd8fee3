import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createClient } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock, settle } from '../fixtures/fake-clock.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'

const setUp = (...script: Parameters<typeof scriptedServer>) => {
  const wire = scriptedServer(...script)
  const clock = fakeClock()
  const server = { tokenEndpoint: 'https://as.test/token' }
  const client = createClient({ server, clientId: 'id', clientSecret: 's', fetch: wire.fetch, clock })
  return { wire, clock, client }
}

// What is loaded late is loaded now: what these tests abort is a request, not the loading.
beforeAll(() => import('../../src/protocol/requests.js'))

const token = () => json({ access_token: 'at' })

const status = (code: number) => new Response(null, { status: code })

describe('the deadline', () => {
  it('covers the wait for the headers', async () => {
    const { client, clock } = setUp(() => new Promise(() => {}))
    const error = await failureOf(clock.run(client.refresh('rt')))
    expect(error).toMatchObject({
      code: 'timeout',
      delivery: 'ambiguous',
      message: expect.stringContaining('10000 ms'),
    })
    expect(clock.sleeps).toEqual([10_000])
  })

  it('covers the body', async () => {
    const { client, clock } = setUp(new Response(new ReadableStream({ pull: () => new Promise(() => {}) })))
    expect((await failureOf(clock.run(client.refresh('rt')))).code).toBe('timeout')
  })

  it('covers a client authentication that takes its time, and sends nothing that it writes too late', async () => {
    const clock = fakeClock()
    const wire = scriptedServer()
    let authenticate = () => {}
    const slow = new Promise<void>((resolve) => {
      authenticate = resolve
    })
    const server = { tokenEndpoint: 'https://as.test/token' }
    const client = createClient({ server, clientId: 'id', fetch: wire.fetch, clock, clientAuthentication: () => slow })
    // The refresh token is as good as before.
    expect(await failureOf(clock.run(client.refresh('rt')))).toMatchObject({
      code: 'timeout',
      delivery: 'not_processed',
      message: expect.stringContaining('nothing was sent'),
    })
    authenticate()
    await settle()
    expect(wire.sent).toHaveLength(0)
  })

  it('stops the request that took too long', async () => {
    let signal: AbortSignal | undefined
    const { client, clock } = setUp((_, given) => {
      signal = given
      return new Promise(() => {})
    })
    await failureOf(clock.run(client.refresh('rt')))
    expect(signal?.aborted).toBe(true)
  })

  it('is as long as timeoutMs says, for each try', async () => {
    const clock = fakeClock()
    const hanging = () => new Promise<Response>(() => {})
    const wire = scriptedServer(hanging, hanging, hanging)
    const server = { tokenEndpoint: 'https://as.test/token' }
    const client = createClient({
      server,
      clientId: 'id',
      clientSecret: 's',
      fetch: wire.fetch,
      clock,
      timeoutMs: 2000,
    })
    expect((await failureOf(clock.run(client.clientCredentials()))).code).toBe('timeout')
    expect(clock.sleeps.filter((ms) => ms === 2000)).toHaveLength(3)
  })
})

describe('an abort', () => {
  it('rejects with the reason of the signal, at once, even if fetch does not listen', async () => {
    const { client } = setUp(() => new Promise(() => {}))
    const controller = new AbortController()
    const work = client.refresh('rt', { signal: controller.signal })
    await settle()
    controller.abort(new Error('enough'))
    await expect(work).rejects.toThrow('enough')
  })

  it('is told as itself, and not as the failure that it causes', async () => {
    // A clock that does not listen to the signal, and a fetch that does.
    const clock = { now: () => 0, sleep: () => new Promise<void>(() => {}) }
    const fetch: typeof globalThis.fetch = (_, init) =>
      new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new TypeError('fetch failed')))
      })
    const client = createClient({ server: { tokenEndpoint: 'https://as.test/token' }, clientId: 'id', fetch, clock })
    const controller = new AbortController()
    const work = client.refresh('rt', { signal: controller.signal })
    await settle()
    controller.abort(new Error('enough'))
    await expect(work).rejects.toThrow('enough')
  })

  it('leaves nothing on a signal that outlives the request', async () => {
    const { client } = setUp(token())
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    await client.refresh('rt', { signal })
    expect(added).toHaveBeenCalled()
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(added.mock.calls.map(([, listener]) => listener))
  })

  it('ends the wait before a retry', async () => {
    const { client, wire } = setUp(status(503))
    const controller = new AbortController()
    const work = client.clientCredentials({ signal: controller.signal })
    await settle()
    controller.abort(new Error('enough'))
    await expect(work).rejects.toThrow('enough')
    expect(wire.sent).toHaveLength(1)
  })

  it('sends nothing where the signal was aborted before', async () => {
    const { client, wire } = setUp()
    await expect(client.refresh('rt', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
    expect(wire.sent).toHaveLength(0)
  })
})
