import { afterEach, describe, expect, it, vi } from 'vitest'
import type { TokenRecord } from '../../src/tokens/record.js'
import type { Stored } from '../../src/tokens/store.js'
import { explore } from './order-model.js'
import type { Scenario } from './order-world.js'

const run = (scenario: Scenario) =>
  explore(scenario, (newId) => vi.spyOn(crypto, 'randomUUID').mockImplementation(newId as typeof crypto.randomUUID))

afterEach(() => {
  vi.restoreAllMocks()
})

const minutes = 300_000

describe('the order in which processes share a session, in every way that it can go', () => {
  it.each<[string, Scenario]>([
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
    ['the same while the last token lives', { processes: 2, crashes: 2, expiries: 2, lostAnswers: true, alive: true }],
  ])('%s', { timeout: minutes }, async (name, scenario) => {
    const { states, ends, outcomes, wrong } = await run(scenario)
    console.log(`${name}: ${states} states, ${ends} ends, ${JSON.stringify(outcomes)}`)
    expect(wrong).toBeUndefined()
    expect(Object.keys(outcomes)).toContain('at1')
  })
})

const recordOf = (value: string): TokenRecord => JSON.parse(value)

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
  it.each(Object.entries(steps))('an order without %s', { timeout: minutes }, async (_, without) => {
    const { wrong, states } = await run({ processes: 2, crashes: 1, expiries: 1, without })
    console.log(`${states} states: ${wrong}`)
    expect(wrong).toBeDefined()
  })
})
