import { describe, expect, it } from 'vitest'
import { memoryStore, type Session, type TokenStore } from '../../src/index.js'
import { settle } from '../fixtures/fake-clock.js'
import { codeOf, lifetime, quietStore, siblings } from './siblings.js'

/** A store that knows which keys are watched. */
const watchedStore = () => {
  const inner = memoryStore()
  const watched: string[] = []
  const store: TokenStore = {
    ...inner,
    watch: (key, listener) => {
      watched.push(key)
      const stop = inner.watch?.(key, listener)
      return () => {
        watched.splice(watched.indexOf(key), 1)
        stop?.()
      }
    },
  }
  return { store, watched }
}

describe('what a shared session costs', () => {
  it('is looked at once in a renewal by a process that has nothing to do with it, and four times by the one that has', async () => {
    const inner = memoryStore()
    const { sibling, login, clock } = siblings()
    const token = login()
    const looks = [0, 0, 0]
    const sessions = looks.map((_, i) => {
      const get: TokenStore['get'] = (key) => {
        looks[i] = (looks[i] ?? 0) + 1
        return inner.get(key)
      }
      return sibling().sessionSource({ store: { ...inner, get }, key: 'user', token })
    })
    for (const session of sessions) await clock.run(session.token())
    await settle()
    looks.fill(0)
    const [first] = sessions as [Session]
    await clock.run(first.token({ rejected: await first.token() }))
    await settle()
    // By the one that renews: before the lock, under it, before it stores, and when it hears of its own writing.
    expect(looks).toEqual([4, 1, 1])
  })

  it('shares a flight between two sources of one client', async () => {
    const { store, sibling, login, clock, sent, looks } = siblings()
    const client = sibling()
    const token = login()
    await client.sessionSource({ store, key: 'user', token }).token()
    looks.length = 0
    await client.sessionSource({ store, key: 'user' }).token()
    expect(looks).toEqual([])
    clock.set(clock.now() + lifetime)
    const many = Array.from({ length: 10 }, () => client.sessionSource({ store, key: 'user' }).token())
    await clock.run(Promise.all(many))
    expect(sent()).toHaveLength(1)
    expect(looks.length).toBeLessThan(8)
  })

  it('keeps the sessions of many users apart, and only so many at hand', async () => {
    const { store, sibling, login, clock, sent } = siblings()
    const sessions = sibling().sessions({ store, mostHot: 3 })
    const tokens = Array.from({ length: 10 }, login)
    for (const [i, token] of tokens.entries()) await sessions.get(`user ${i}`).replace(token)
    for (const [i, token] of tokens.entries()) {
      expect((await sessions.get(`user ${i}`).token()).accessToken).toBe(token.accessToken)
    }
    clock.set(clock.now() + lifetime)
    for (const [i] of tokens.entries()) await clock.run(sessions.get(`user ${i}`).token())
    expect(sent()).toEqual(tokens.map(({ refreshToken }) => refreshToken))
  })

  it('stops listening for those that it has put away', async () => {
    const { store, watched } = watchedStore()
    const { sibling, login, clock } = siblings()
    const sessions = sibling().sessions({ store, mostHot: 2 })
    for (const key of ['a', 'b', 'c', 'd']) await clock.run(sessions.get(key).replace(login()))
    expect(watched).toEqual(['c', 'd'])
    // Those that were asked for last stay.
    sessions.get('c').current()
    await clock.run(sessions.get('e').replace(login()))
    expect(watched).toEqual(['c', 'e'])
  })

  it('is sixteen looks at a time where a store tells a hundred sessions at once that something may have changed', async () => {
    const inner = memoryStore()
    const tellAll: (() => void)[] = []
    let [looking, most, looks] = [0, 0, 0]
    let isSlow = false
    const store: TokenStore = {
      ...inner,
      get: async (key) => {
        looks += 1
        looking += 1
        most = Math.max(most, looking)
        if (isSlow) await settle()
        looking -= 1
        return inner.get(key)
      },
      watch: (_, listener) => {
        tellAll.push(listener)
        return () => {}
      },
    }
    const { sibling, login, clock } = siblings()
    const sessions = sibling().sessions({ store })
    const token = login()
    for (let user = 0; user < 100; user++) await clock.run(sessions.get(`user ${user}`).replace(token))
    isSlow = true
    for (let storm = 0; storm < 2; storm++) {
      looks = most = 0
      for (const tell of tellAll) tell()
      for (let turn = 0; looks < 100 && turn < 100; turn++) await settle()
      expect(looks).toBe(100)
      expect(most).toBe(16)
    }
  })

  it('is paid once by a handler that asks for the sessions anew with each request', async () => {
    const spied = watchedStore()
    const { store, sibling, login, clock, looks, sent } = siblings({ store: spied.store })
    const client = sibling()
    await client.sessions({ store }).get('user').replace(login())
    looks.length = 0
    for (let request = 0; request < 100; request++) await client.sessions({ store }).get('user').token()
    expect(looks).toEqual([])
    expect(spied.watched).toEqual(['user'])
    clock.set(clock.now() + lifetime)
    await clock.run(Promise.all(Array.from({ length: 10 }, () => client.sessions({ store }).get('user').token())))
    expect(sent()).toHaveLength(1)
    expect(spied.watched).toEqual(['user'])
  })

  it('is one look, and no lock, where nobody has logged in', async () => {
    const inner = quietStore()
    let locks = 0
    const withLock: TokenStore['withLock'] = (...given) => {
      locks += 1
      return inner.withLock(...given)
    }
    const { store, sibling, clock, looks } = siblings({ store: { ...inner, withLock } })
    const session = sibling().sessions({ store }).get('nobody')
    for (let call = 0; call < 50; call++) expect(await codeOf(clock.run(session.token()))).toBe('session_ended')
    expect(looks).toHaveLength(50)
    expect(locks).toBe(0)
  })
})
