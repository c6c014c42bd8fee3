import { setTimeout } from 'node:timers/promises'
import { type FakeClock, settle } from '../fixtures/fake-clock.js'

/** Work of Web Crypto, which is done on other threads: no time must pass for anybody while some is under way. */
let signing = 0

const counted = ['digest', 'exportKey', 'generateKey', 'importKey', 'sign', 'verify'] as const

/** Counts the work of Web Crypto from now on, until what is given back is called. */
export const countCrypto = (): (() => void) => {
  const { subtle } = crypto
  for (const name of counted) {
    const genuine = subtle[name]
    Object.defineProperty(subtle, name, {
      configurable: true,
      value: (...given: unknown[]): Promise<unknown> => {
        signing += 1
        return Promise.resolve(Reflect.apply(genuine, subtle, given)).finally(() => {
          signing -= 1
        })
      },
    })
  }
  return () => {
    for (const name of counted) Reflect.deleteProperty(subtle, name)
  }
}

/** Everything goes on as far as it can without more time. */
const quiet = async (): Promise<void> => {
  for (let busy = true; busy; ) {
    await settle()
    busy = signing > 0
    if (busy) await setTimeout(1)
  }
}

/** What did not end in the time that it may take. */
export class Hang extends Error {
  override readonly name = 'Hang'
}

/**
 * Lets time pass, from one wake-up to the next, until `work` is settled.
 * @throws {Hang} if that takes more than `withinMs`, or if nothing is left that could end it.
 */
export const settled = async <T>(clock: FakeClock, work: Promise<T>, withinMs: number): Promise<T> => {
  const started = clock.now()
  let over = false
  const done = () => {
    over = true
  }
  work.then(done, done)
  for (;;) {
    await quiet()
    if (over) return work
    if (clock.now() - started > withinMs) throw new Hang(`it took more than ${withinMs} ms`)
    if (clock.sleeping() === 0) throw new Hang('nothing is left that could end it')
    await clock.next()
  }
}

/** Lets that many milliseconds pass for all who sleep. */
export const pass = async (clock: FakeClock, ms: number): Promise<void> => settled(clock, clock.sleep(ms), ms)
