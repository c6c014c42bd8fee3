import type { TokenStore } from '../../src/index.js'
import type { TokenRecord } from '../../src/tokens/record.js'
import { quietStore } from './siblings.js'

type State = 'up' | 'refuses' | 'hangs'

/** What becomes of a write: it is done and the word of that is lost, the same and then the store is down, or it is not done. */
type Fate = 'lost' | 'last' | 'refused'

interface Doomed {
  readonly what: (record: TokenRecord) => boolean
  readonly fates: Fate[]
}

const broken = () => new Error('connect ECONNREFUSED redis://:hush@10.0.0.1')

/** A store that can be switched off, and how; and whose writes can fail before or after they were done. */
export const fragileStore = (inner: TokenStore = quietStore()) => {
  let state: State = 'up'
  const doomed: Doomed[] = []
  const guard = <Arguments extends unknown[], Result>(work: (...given: Arguments) => Promise<Result>) => {
    return async (...given: Arguments): Promise<Result> => {
      if (state === 'refuses') throw broken()
      if (state === 'hangs') return new Promise(() => {})
      return work(...given)
    }
  }
  const store: TokenStore = {
    get: guard(inner.get),
    set: guard(async (key, value, version) => {
      const record: TokenRecord = JSON.parse(value)
      const fate = doomed.find(({ what, fates }) => fates.length > 0 && what(record))?.fates.shift()
      if (fate === 'refused') throw broken()
      const written = await inner.set(key, value, version)
      if (fate === 'last') state = 'refuses'
      if (fate) throw broken()
      return written
    }),
    delete: guard(inner.delete),
    withLock: (key, work, options) => guard(() => inner.withLock(key, work, options))(),
  }
  return {
    store,
    turn: (next: State) => {
      state = next
    },
    /** What becomes of the next writes of this kind, one fate each. */
    doom: (what: Doomed['what'], ...fates: Fate[]) => doomed.push({ what, fates }),
  }
}

export const isIntent = ({ intent }: TokenRecord): boolean => !!intent
export const isAnswer = ({ token, intent, generation }: TokenRecord): boolean => !!token && !intent && generation > 1
