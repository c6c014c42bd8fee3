import { describe, expect, it } from 'vitest'
import type { Session, TokenEvent, TokenStore } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { settle } from '../fixtures/fake-clock.js'
import { fragileStore, isAnswer } from './fragile-store.js'
import { codeOf, lifetime, pair, quietStore, siblings } from './siblings.js'

interface Answer {
  readonly afterMs: number
  readonly body: object
  readonly status?: number
}

const good = (accessToken: string, afterMs: number): Answer => ({
  afterMs,
  body: { access_token: accessToken, token_type: 'Bearer', expires_in: 600, refresh_token: `rt of ${accessToken}` },
})

/** Two that send the same refresh token, to a server that forgives it: the lease of the first one's lock has ended. */
const bothSend = async (...answers: readonly [Answer, Answer]) => {
  const inner = quietStore()
  const leaseless: TokenStore = { ...inner, withLock: (_, work) => work(new AbortController().signal) }
  const { sibling, login, clock, mock } = siblings({ store: inner })
  const left = [...answers]
  const revoked: string[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const form = new URLSearchParams(String(init?.body))
    if (String(input) !== mock.server.tokenEndpoint) {
      revoked.push(form.get('token') ?? '')
      return new Response()
    }
    const { afterMs, body, status = 200 } = left.shift() as Answer
    await clock.sleep(afterMs)
    return Response.json(body, { status })
  }
  const server = { ...mock.server, refreshTokenReuse: 'grace' as const }
  const token = login()
  const sessions = [inner, leaseless].map((store) =>
    sibling({ server, fetch }).sessionSource({ store, key: 'user', token }),
  ) as [Session, Session]
  await clock.run(Promise.all(sessions.map((session) => session.token())))
  clock.set(clock.now() + lifetime)
  const [slow, quick] = sessions
  const overtaken = slow.token()
  await settle()
  const renewing = quick.token()
  await settle()
  return { clock, slow, quick, overtaken, renewing, revoked }
}

describe('a holder that outslept its lease, while another one sends the same refresh token', () => {
  it('ends nothing when it is refused: the answer to the other one counts', async () => {
    const refusal = { afterMs: 1000, body: { error: 'invalid_grant' }, status: 400 }
    const { clock, slow, overtaken, renewing } = await bothSend(refusal, good('second', 2000))
    expect(await failureOf(clock.run(overtaken))).toMatchObject({
      code: 'store_failed',
      message: expect.stringContaining('lost to somebody else'),
    })
    expect((await clock.run(renewing)).accessToken).toBe('second')
    expect((await clock.run(slow.token())).accessToken).toBe('second')
  })

  it('takes what the other one has stored, and revokes nothing of the family', async () => {
    const { clock, slow, quick, overtaken, renewing, revoked } = await bothSend(good('late', 2000), good('first', 1000))
    expect((await clock.run(renewing)).accessToken).toBe('first')
    expect((await clock.run(overtaken)).accessToken).toBe('first')
    for (const session of [slow, quick]) expect(session.current()?.accessToken).toBe('first')
    expect(revoked).toEqual([])
  })
})

/** The first of a pair has an answer that the store refuses, until nobody waits for it any longer. */
const unstored = async (inner?: TokenStore) => {
  const { store, turn } = fragileStore(inner)
  const world = await pair({ store })
  const told: TokenEvent['type'][] = []
  const first = world.open({ onEvent: ({ type }) => told.push(type) })
  await world.clock.run(first.token())
  world.later()
  world.mock.fault('token', { type: 'late_answer', ms: 1000 })
  const renewing = first.token()
  await settle()
  turn('refuses')
  const renewed = await world.clock.run(renewing)
  return { ...world, first, renewed, turn, told }
}

describe('a renewal that a login by a refresh token alone came between', () => {
  const late = { access_token: 'of the login before', token_type: 'Bearer', expires_in: 600, refresh_token: 'rt' }
  it.each([
    ['answered', late, 200],
    ['refused', { error: 'invalid_grant' }, 400],
  ])('goes on from that login at once where it is %s', async (_, body, status) => {
    const { store, sibling, login, clock, mock, sent } = siblings({ store: quietStore() })
    const token = login()
    const other = sibling().sessionSource({ store, key: 'user' })
    const { refreshToken = '' } = login()
    let isAnswered = false
    const fetch: typeof globalThis.fetch = async (input, init) => {
      if (isAnswered) return mock.fetch(new Request(input, init))
      isAnswered = true
      await other.replace({ refreshToken })
      return Response.json(body, { status })
    }
    const session = sibling({ fetch }).sessionSource({ store, key: 'user', token })
    const began = clock.now()
    const renewed = await clock.run(session.token({ rejected: await clock.run(session.token()) }))
    expect(sent()).toEqual([refreshToken])
    expect((await clock.run(other.token())).accessToken).toBe(renewed.accessToken)
    expect(clock.now() - began).toBeLessThan(100)
  })

  it('hears of it where its answer was to be stored for long', async () => {
    const { first, second, clock, login, turn, sent } = await unstored()
    const { refreshToken = '' } = login()
    turn('up')
    await clock.run(second.replace({ refreshToken }))
    await clock.pass(10_000)
    const renewed = await clock.run(first.token())
    expect(sent().at(-1)).toBe(refreshToken)
    expect((await clock.run(second.token())).accessToken).toBe(renewed.accessToken)
  })

  it('brings nothing of it where its own user has logged out since, which the store could not be told', async () => {
    const { first, second, clock, login, turn } = await unstored()
    expect(await codeOf(clock.run(first.end()))).toBe('store_failed')
    turn('up')
    await clock.run(second.replace({ refreshToken: login().refreshToken ?? '' }))
    await clock.pass(10_000)
    for (const session of [first, second]) expect(await codeOf(clock.run(session.token()))).toBe('session_ended')
  })
})

/** A store in which somebody writes the same again just before an answer is stored, once. */
const metStore = () => {
  const inner = quietStore()
  let isMet = false
  const set: TokenStore['set'] = async (key, value, version) => {
    const now = await inner.get(key)
    if (now && !isMet && isAnswer(JSON.parse(value))) {
      isMet = true
      await inner.set(key, now.value, now.version)
    }
    return inner.set(key, value, version)
  }
  return { store: { ...inner, set }, isMet: () => isMet }
}

describe('an answer that comes home to a store', () => {
  it('that has lost everything meanwhile is newer than all that siblings know', async () => {
    const { first, second, clock, later, mock, store, sent } = await pair({ store: quietStore() })
    later()
    await clock.run(first.token())
    await clock.run(second.token())
    later()
    mock.fault('token', { type: 'late_answer', ms: 1000 })
    const renewing = first.token()
    await settle()
    await store.delete('user', (await store.get('user'))?.version ?? '')
    const { accessToken } = await clock.run(renewing)
    expect((await clock.run(second.token())).accessToken).toBe(accessToken)
    expect(sent()).toHaveLength(2)
  })

  it('where somebody writes at that moment is written once more', async () => {
    const { store, isMet } = metStore()
    const { first, second, clock, later, sent } = await pair({ store })
    later()
    const { accessToken } = await clock.run(first.token())
    expect(isMet()).toBe(true)
    expect((await clock.run(second.token())).accessToken).toBe(accessToken)
    expect(sent()).toHaveLength(1)
  })

  it('where somebody writes at that moment is written once more also where nobody waits for it any longer', async () => {
    const { store, isMet } = metStore()
    const { second, clock, renewed, turn, told, sent } = await unstored(store)
    turn('up')
    await clock.pass(15_000)
    expect(isMet()).toBe(true)
    expect((await clock.run(second.token())).accessToken).toBe(renewed.accessToken)
    expect(sent()).toHaveLength(1)
    expect(told).toEqual(['requested', 'adopted', 'requested', 'renewed'])
  })
})
