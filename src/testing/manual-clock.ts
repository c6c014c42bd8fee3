import type { Clock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'

/** A clock that stands still until a test moves it. Given to the mock and to the client, it is the only time there is. */
export interface ManualClock extends Clock {
  /**
   * Lets `ms` milliseconds pass: whoever sleeps wakes in turn, each at its own moment, and goes on as far as it can without
   * more time before the next one wakes.
   * @throws {OAuthError} `invalid_argument` for less than 0: time passes forwards alone, what jumps back is the wall clock.
   */
  advance(ms: number): Promise<void>
  /** Sets the wall clock forward, or back by less than 0. No time passes: sleepers sleep as long as they would have. */
  jump(ms: number): void
  /**
   * Lets time pass, from one sleeper to the next, until `work` is settled, and answers as it does. An idle sleeper wakes
   * in its turn, but time does not pass for it alone.
   */
  run<T>(work: Promise<T>): Promise<T>
}

interface Sleeper {
  readonly at: number
  readonly idle: boolean
  readonly wake: () => void
}

// Taken as they are at first, because a test may replace the timers with ones that stand still.
const { setTimeout: later, setImmediate: soon } = globalThis as unknown as Readonly<
  Record<'setTimeout', (work: () => void, ms: number) => unknown> &
    Partial<Record<'setImmediate', (work: () => void) => unknown>>
>

/** A turn of the runtime. A page has no `setImmediate`, and reads bodies on other threads: 5 ms. */
const turn = (): Promise<void> => new Promise((resolve) => (soon ? soon(resolve) : later(resolve, 5)))

/** Lets every promise that can go on without time go on. */
const settle = async (): Promise<void> => {
  for (let turns = 0; turns < 8; turns++) await turn()
  // A real moment too: some work of the runtime, such as Web Crypto's, is done on another thread.
  await new Promise<void>((resolve) => later(resolve, 0))
}

const earliest = (sleepers: Iterable<Sleeper>, until: number): Sleeper | undefined => {
  let found: Sleeper | undefined
  for (const sleeper of sleepers) {
    if (sleeper.at <= until && (!found || sleeper.at < found.at)) found = sleeper
  }
  return found
}

/**
 * Makes a clock that a test moves.
 * @param start Epoch milliseconds of the wall clock. @default the first moment of 2030, in UTC
 */
export const createManualClock = (start: number = Date.UTC(2030, 0, 1)): ManualClock => {
  /** Milliseconds that have passed, which no jump of the wall clock changes. */
  let passed = 0
  let wall = start
  // In the order of their falling asleep, which decides between those that wake at the same moment.
  const sleepers = new Set<Sleeper>()

  const pass = (until: number): void => {
    if (until <= passed) return
    wall += until - passed
    passed = until
  }
  const wakeUntil = async (until: number): Promise<void> => {
    await settle()
    for (let next = earliest(sleepers, until); next; next = earliest(sleepers, until)) {
      pass(next.at)
      next.wake()
      await settle()
    }
    pass(until)
  }

  return {
    now: () => wall,
    sleep: (ms, signal, idle = false) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        if (!(ms > 0)) return resolve()
        const end = () => {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', abort)
        }
        const abort = () => {
          end()
          reject(signal?.reason)
        }
        const wake = () => {
          end()
          resolve()
        }
        const sleeper: Sleeper = { at: passed + ms, idle, wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', abort)
      }),
    advance: async (ms) => {
      if (!(ms >= 0)) throw new OAuthError('invalid_argument', 'time passes forwards alone: jump() sets the wall clock')
      await wakeUntil(passed + ms)
    },
    jump: (ms) => {
      wall += ms
    },
    run: async (work) => {
      let settled = false
      const done = () => {
        settled = true
      }
      work.then(done, done)
      await settle()
      while (!settled) {
        const next = earliest(
          [...sleepers].filter(({ idle }) => !idle),
          Infinity,
        )
        await wakeUntil(next?.at ?? passed)
      }
      return work
    },
  }
}
