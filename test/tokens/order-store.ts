import type { TokenRecord } from '../../src/tokens/record.js'
import type { Stored, TokenStore } from '../../src/tokens/store.js'
import { type Process, type Way, wait } from './order-process.js'

export const recordOf = (value: string): TokenRecord => JSON.parse(value)

/** How often what may still go wrong with the store. */
interface Allowed {
  lostWords: number
  refusedWrites: number
  forgotten: number
}

interface Lock {
  readonly owner: Process
  readonly lost: AbortController
}

const broken = () => new Error('the connection broke')

/** The store that all processes of a world share, one step at a time. */
export const orderStore = (first: TokenRecord, allowed: Allowed) => {
  let entry: Stored = { value: JSON.stringify(first), version: '0' }
  /** What was there before, as far back as may be forgotten. */
  let past: Stored[] = []
  let writes = 0
  let lock: Lock | undefined
  /** The login or the logout is in the store, or was. */
  let told = false

  const hear = (process: Process): void => {
    process.heard = told
  }

  const write = (process: Process, value: string, expected: string | undefined): boolean => {
    hear(process)
    if (entry.version !== expected) return false
    const { generation, intent, ended } = recordOf(value)
    if (intent && !ended) process.sends = generation
    writes += 1
    past = allowed.forgotten > 0 ? [...past, entry].slice(-allowed.forgotten) : []
    entry = { value, version: `${writes}` }
    if (process.job !== 'renew') told ||= generation >= 2 ** 20
    return true
  }

  const waysToWrite = (process: Process, value: string, expected: string | undefined): readonly Way<boolean>[] => [
    { name: 'write', perform: () => write(process, value, expected) },
    {
      name: 'write, and the word of it is lost',
      ready: () => allowed.lostWords > 0 && entry.version === expected,
      perform: () => {
        allowed.lostWords -= 1
        write(process, value, expected)
        throw broken()
      },
    },
    {
      name: 'write, which is refused',
      ready: () => allowed.refusedWrites > 0,
      perform: () => {
        allowed.refusedWrites -= 1
        throw broken()
      },
    },
  ]

  const look = (process: Process): Stored => {
    hear(process)
    process.saw = Math.max(process.saw, recordOf(entry.value).generation)
    return entry
  }

  return {
    for: (process: Process): TokenStore => ({
      get: () => wait(process, [{ name: 'look', perform: () => look(process) }]),
      set: (_, value, expected) => wait(process, waysToWrite(process, value, expected)),
      delete: async () => false,
      withLock: async (_, work) => {
        const lost = new AbortController()
        const take = () => {
          lock = { owner: process, lost }
          process.lost = lost
        }
        await wait(process, [{ name: 'lock', perform: take, ready: () => !lock }])
        try {
          return await work(lost.signal)
        } finally {
          const release = () => {
            if (lock?.lost === lost) lock = undefined
          }
          await wait(process, [{ name: 'unlock', perform: release }])
        }
      },
    }),
    holder: () => lock?.owner,
    /** A lease ends. */
    release: () => {
      lock = undefined
    },
    told: () => told,
    /** Goes back to what was there before the last write, as one that is started anew without what it had not yet kept. */
    forget: (): readonly Way<void>[] => {
      const before = past.at(-1)
      if (!before) return []
      const perform = () => {
        allowed.forgotten -= 1
        entry = before
        past = past.slice(0, -1)
      }
      return [{ name: 'the store forgets', perform }]
    },
    state: () => [entry, past, lock?.owner.name, told, allowed],
  }
}
