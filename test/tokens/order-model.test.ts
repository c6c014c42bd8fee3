import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Stored } from '../../src/tokens/store.js'
import { explore } from './order-model.js'
import { recordOf } from './order-store.js'
import type { Scenario } from './order-world.js'

const run = (scenario: Scenario) =>
  explore(scenario, (newId) => vi.spyOn(crypto, 'randomUUID').mockImplementation(newId as typeof crypto.randomUUID))

afterEach(() => {
  vi.restoreAllMocks()
})

/** Milliseconds that going through all may take. */
const minutes = process.env['ORDER_MODEL'] ? 20_000 : 300_000

/** Where the tests run thousands of times, as for mutants, only what is soon gone through is. */
const isHasty = process.env['ORDER_MODEL'] === 'hasty'
const soon = new Set([
  'three processes, nothing goes wrong',
  'the same while the last token lives',
  'two processes and a logout, and one may die',
  'two processes and a login, a write that is refused',
  'three processes',
  'the intent',
])
const chosen = <Case>(cases: readonly [string, Case][]): [string, Case][] =>
  cases.filter(([name]) => !isHasty || soon.has(name))

describe('the order in which processes share a session, in every way that it can go', () => {
  it.each(
    chosen<Scenario>([
      ['three processes, nothing goes wrong', { processes: 3 }],
      ['three processes, each may die at any step', { processes: 3, crashes: 3 }],
      ['three processes, each may die and a lease may end', { processes: 3, crashes: 3, expiries: 1 }],
      ['three processes at a server that forgives reuse', { processes: 3, crashes: 1, expiries: 1, grace: true }],
      [
        'two processes, deaths, two leases end, answers lost',
        { processes: 2, crashes: 2, expiries: 2, lostAnswers: true },
      ],
      [
        'the same at a server that forgives reuse',
        { processes: 2, crashes: 2, expiries: 2, lostAnswers: true, grace: true },
      ],
      [
        'the same while the last token lives',
        { processes: 2, crashes: 2, expiries: 2, lostAnswers: true, alive: true },
      ],
      [
        'two processes at a store that refuses writes, and writes whose word is lost',
        { processes: 2, lostWords: 2, refusedWrites: 2 },
      ],
      [
        'the same, one of each, a death, answers lost',
        { processes: 2, lostWords: 1, refusedWrites: 1, crashes: 1, lostAnswers: true },
      ],
      [
        'two processes, a write whose word is lost, a death, a lease that ends',
        { processes: 2, lostWords: 1, crashes: 1, expiries: 1 },
      ],
      // Once a login or a logout is in the store, nobody gets a token of the login before it.
      ['two processes and a login, and one may die', { processes: 2, beside: 'login', crashes: 1 }],
      ['two processes and a logout, and one may die', { processes: 2, beside: 'logout', crashes: 1 }],
      ['a process and a login, a death, a lease that ends', { processes: 1, beside: 'login', crashes: 1, expiries: 1 }],
      ['two processes and a login, a write whose word is lost', { processes: 2, beside: 'login', lostWords: 1 }],
      ['two processes and a login, a write that is refused', { processes: 2, beside: 'login', refusedWrites: 1 }],
      [
        'a process and a login, two writes each of both kinds',
        { processes: 1, beside: 'login', lostWords: 2, refusedWrites: 2 },
      ],
      [
        'two processes and a login by a refresh token alone, and one may die',
        { processes: 2, beside: 'login', bare: true, crashes: 1 },
      ],
      [
        'a process and a login by a refresh token alone, a write whose word is lost, a lease that ends',
        { processes: 1, beside: 'login', bare: true, lostWords: 1, expiries: 1 },
      ],
      [
        'two processes and a logout at a store that refuses a write, and a write whose word is lost',
        { processes: 2, beside: 'logout', lostWords: 1, refusedWrites: 1 },
      ],
    ]),
  )('%s', { timeout: minutes }, async (name, scenario) => {
    const { states, ends, outcomes, wrong } = await run(scenario)
    console.log(`${name}: ${states} states, ${ends} ends, ${JSON.stringify(outcomes)}`)
    expect(wrong).toBeUndefined()
    expect(Object.keys(outcomes)).toContain('at1')
  })
})

// What only the store knew is lost with it: a token may be sent again, but never by a process that has sent it itself, and never
// by one that has looked up, or was given, a newer token or the end. That a sibling has meant to send it is not known any more.
describe('a store that goes back to what was there before its last writes, in every way that it can go', () => {
  it.each(
    chosen<Scenario>([
      ['three processes', { processes: 3, forgotten: 2 }],
      ['two processes that renew twice', { processes: 2, rounds: 2, forgotten: 2 }],
      [
        'the same, one write, a death, answers lost',
        { processes: 2, rounds: 2, forgotten: 1, crashes: 1, lostAnswers: true },
      ],
    ]),
  )('%s: no token is sent again by one who knows better', { timeout: minutes }, async (name, scenario) => {
    const { states, ends, outcomes, wrong, resent } = await run(scenario)
    console.log(`${name}: ${states} states, ${ends} ends, ${JSON.stringify(outcomes)}, ${resent} sent again`)
    expect(wrong).toBeUndefined()
    expect(resent).toBeGreaterThan(0)
  })
})

/** The order with one step taken out. */
const steps: Readonly<Record<string, NonNullable<Scenario['without']>>> = {
  'the lock': () => ({ withLock: (_, work) => work(new AbortController().signal) }),
  'the second look': (sound) => {
    let first: Stored | undefined
    return {
      get: async (key) => {
        const found = await sound.get(key)
        first ??= found
        return first
      },
    }
  },
  'the version check': (sound) => ({
    set: async (key, value) => sound.set(key, value, (await sound.get(key))?.version),
  }),
  'the intent': (sound) => ({
    set: async (key, value, expected) => !!recordOf(value).intent || sound.set(key, value, expected),
  }),
  'storing the answer': (sound) => ({
    set: async (key, value, expected) => recordOf(value).generation > 1 || sound.set(key, value, expected),
  }),
}

describe('the model finds out', () => {
  it.each(chosen(Object.entries(steps)))('an order without %s', { timeout: minutes }, async (_, without) => {
    const { wrong, states } = await run({ processes: 2, crashes: 1, expiries: 1, without })
    console.log(`${states} states: ${wrong}`)
    expect(wrong).toBeDefined()
  })
})
