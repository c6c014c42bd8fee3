import { afterEach, describe, expect, it, vi } from 'vitest'
import { memoryStore, type TokenStore } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { settle } from '../fixtures/fake-clock.js'
import { lifetime, siblings } from './siblings.js'

afterEach(() => vi.restoreAllMocks())

describe('a client-credentials token in a store', () => {
  it('is asked for once by all processes, round after round', async () => {
    const { store, sibling, clock, mock } = siblings()
    const sources = Array.from({ length: 8 }, () => sibling().clientCredentialsSource({ store }))
    for (let round = 1; round < 5; round++) {
      const tokens = await clock.run(Promise.all(sources.map((source) => source.token())))
      expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1)
      expect(mock.requests).toHaveLength(round)
      clock.set(clock.now() + lifetime)
    }
  })

  it('is another one for another resource or other authorization details', async () => {
    const { store, sibling, clock, mock } = siblings()
    const ask = (options: object) =>
      clock.run(
        sibling()
          .clientCredentialsSource({ store, ...options })
          .token(),
      )
    await ask({ resource: ['https://a.test', 'https://b.test'] })
    await ask({ resource: ['https://b.test', 'https://a.test'] })
    expect(mock.requests).toHaveLength(1)
    await ask({ resource: 'https://a.test' })
    await ask({ resource: 'https://b.test' })
    await ask({})
    await ask({ authorizationDetails: [{ type: 'payment', amount: 1 }] })
    await ask({ authorizationDetails: [{ type: 'payment', amount: 2 }] })
    expect(mock.requests).toHaveLength(6)
  })

  it('is another one for another scope, other parameters, another client or key', async () => {
    const { store, sibling, clock, mock } = siblings({
      mock: {
        clients: [
          { clientId: 'web', clientSecret: 'secret', scope: 'a b' },
          { clientId: 'app', clientSecret: 'secret', scope: 'a b' },
        ],
      },
    })
    const ask = (options: object, client = sibling()) =>
      clock.run(client.clientCredentialsSource({ store, ...options }).token())
    await ask({ scope: 'a b' })
    await ask({ scope: ['b', 'a'] })
    expect(mock.requests).toHaveLength(1)
    await ask({ scope: 'a' })
    await ask({ scope: 'a b', parameters: { audience: 'x' } })
    await ask({ scope: 'a b', key: 'mine' })
    await ask({ scope: 'a b' }, sibling({ clientId: 'app' }))
    expect(mock.requests).toHaveLength(5)
  })

  it('is not kept from its caller by a store that refuses to write', async () => {
    const inner = memoryStore()
    const store: TokenStore = { ...inner, set: () => Promise.reject(new Error('read-only')) }
    const { sibling, clock, mock } = siblings()
    const source = sibling().clientCredentialsSource({ store })
    await clock.run(source.token())
    await clock.run(source.token())
    expect(mock.requests).toHaveLength(1)
  })

  it('that is refused by the server fails with what the server said, for one request', async () => {
    const { store, sibling, clock, mock } = siblings()
    const source = sibling({ clientSecret: 'wrong' }).clientCredentialsSource({ store })
    expect(await failureOf(clock.run(source.token()))).toMatchObject({
      code: 'error_response',
      error: 'invalid_client',
    })
    expect(mock.requests).toHaveLength(1)
  })

  it('is renewed once when all come with the same refused token', async () => {
    const { store, sibling, clock, mock } = siblings()
    const sources = Array.from({ length: 8 }, () => sibling().clientCredentialsSource({ store }))
    const [rejected] = await clock.run(Promise.all(sources.map((source) => source.token())))
    if (!rejected) throw new Error('no token')
    await clock.run(Promise.all(sources.map((source) => source.token({ rejected }))))
    expect(mock.requests).toHaveLength(2)
  })

  it('is due for all when its lifetime says so, which began with the request', async () => {
    // No earlier than it must.
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const { store, sibling, clock, mock } = siblings()
    const [one, other] = [0, 1].map(() => sibling().clientCredentialsSource({ store }))
    if (!one || !other) throw new Error('no source')
    await clock.run(one.token())
    const from = clock.now()
    for (const [part, requests] of [
      [0.55, 1],
      [0.79, 1],
      [0.81, 2],
    ] as const) {
      clock.set(from + part * lifetime)
      await clock.run(other.token())
      await settle()
      expect(mock.requests).toHaveLength(requests)
    }
  })

  it('is left by a caller that aborts while the server wants patience: nothing goes on for it', async () => {
    const { store, sibling, clock, mock } = siblings()
    mock.fault('token', { type: 'status', status: 429, retryAfter: 25 })
    const leave = new AbortController()
    const left = expect(sibling().clientCredentialsSource({ store }).token({ signal: leave.signal })).rejects.toThrow(
      'enough',
    )
    await settle()
    leave.abort(new Error('enough'))
    await left
    await settle()
    expect(clock.sleeping()).toBe(0)
    expect(mock.requests).toHaveLength(1)
  })

  it('is left by a caller that aborts while it waits for the lock', async () => {
    const { store, sibling, clock, mock } = siblings()
    const source = sibling().clientCredentialsSource({ store, key: 'k' })
    const leave = new AbortController()
    await store.withLock('k', async () => {
      const waiting = source.token({ signal: leave.signal })
      await clock.next()
      leave.abort(new Error('enough'))
      await expect(waiting).rejects.toThrow('enough')
    })
    expect(mock.requests).toHaveLength(0)
  })
})
