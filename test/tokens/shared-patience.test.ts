import { describe, expect, it } from 'vitest'
import { failureOf } from '../fixtures/failure-of.js'
import { settle } from '../fixtures/fake-clock.js'
import { lifetime, quietStore, siblings } from './siblings.js'

/** What a server answers that asks for patience. */
const asks = (status: number) => ({ type: 'status', status, retryAfter: 25 }) as const

/** Whether the lock of the key is free now. */
const isFree = async (store: ReturnType<typeof quietStore>, key: string): Promise<boolean> => {
  let free = false
  const leave = new AbortController()
  const locking = store.withLock(
    key,
    async () => {
      free = true
    },
    { signal: leave.signal },
  )
  await settle()
  leave.abort()
  await locking.catch(() => {})
  return free
}

describe('a server that asks for patience while siblings wait for a renewal', () => {
  it('is sent one refresh token more, and meanwhile nobody holds the lock', async () => {
    const { store, sibling, login, clock, mock, sent } = siblings({ store: quietStore() })
    const token = login()
    const sessions = [0, 1, 2, 3].map(() => sibling().sessionSource({ store, key: 'user', token }))
    await clock.run(Promise.all(sessions.map((session) => session.token())))
    const from = clock.now() + lifetime
    clock.set(from)
    mock.fault('token', asks(429))
    const [asked, ...others] = sessions
    const waiting = asked?.token()
    await settle()
    expect(sent()).toHaveLength(1)
    expect(await isFree(store, 'user')).toBe(true)
    const served = await clock.run(Promise.all(others.map((session) => session.token())))
    expect(clock.now() - from).toBeLessThan(25_000)
    const all = [...served, await clock.run(waiting as Promise<{ accessToken: string }>)]
    expect(new Set(all.map(({ accessToken }) => accessToken)).size).toBe(1)
    expect(sent()).toEqual([token.refreshToken, token.refreshToken])
  })

  it.each([429, 503])(
    'is asked once more for client credentials after a %i, and meanwhile nobody holds the lock',
    async (status) => {
      const { store, sibling, clock, mock } = siblings({ store: quietStore() })
      const sources = [0, 1, 2, 3].map(() => sibling().clientCredentialsSource({ store, key: 'app' }))
      const from = clock.now()
      mock.fault('token', asks(status))
      const [asked, ...others] = sources
      const waiting = asked?.token()
      await settle()
      expect(mock.requests).toHaveLength(1)
      expect(await isFree(store, 'app')).toBe(true)
      const served = await clock.run(Promise.all(others.map((source) => source.token())))
      expect(clock.now() - from).toBeLessThan(25_000)
      const all = [...served, await clock.run(waiting as Promise<{ accessToken: string }>)]
      expect(new Set(all.map(({ accessToken }) => accessToken)).size).toBe(1)
      expect(mock.requests).toHaveLength(2)
    },
  )

  it.each([
    [30, 3],
    [31, 1],
  ])('%i s long is asked %i times, and then it is told', async (retryAfter, times) => {
    const { store, sibling, login, clock, mock, sent } = siblings({ store: quietStore() })
    const token = login()
    const session = sibling().sessionSource({ store, key: 'user', token })
    await clock.run(session.token())
    for (let fault = 0; fault < 10; fault++) mock.fault('token', { type: 'status', status: 429, retryAfter })
    const failure = { status: 429, retryAfterMs: 1000 * retryAfter }
    expect(await failureOf(clock.run(sibling().clientCredentialsSource({ store }).token()))).toMatchObject(failure)
    expect(mock.requests).toHaveLength(times)
    clock.set(clock.now() + lifetime)
    expect(await failureOf(clock.run(session.token()))).toMatchObject(failure)
    expect(sent()).toHaveLength(times)
  })

  it('and may have done something with a refresh token is not sent it again', async () => {
    const { store, sibling, login, clock, mock, sent } = siblings({ store: quietStore() })
    const session = sibling().sessionSource({ store, key: 'user', token: login() })
    await clock.run(session.token())
    clock.set(clock.now() + lifetime)
    mock.fault('token', asks(503))
    expect((await failureOf(clock.run(session.token()))).code).toBe('invalid_response')
    expect(sent()).toHaveLength(1)
  })

  it('under a 500 is asked once more for client credentials', async () => {
    const { store, sibling, clock, mock } = siblings({ store: quietStore() })
    mock.fault('token', asks(500))
    await clock.run(sibling().clientCredentialsSource({ store }).token())
    expect(mock.requests).toHaveLength(2)
  })
})
