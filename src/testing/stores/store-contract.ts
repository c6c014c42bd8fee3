import type { TokenStore } from '../../tokens/store.js'
import { aMoment, assert, failureOf, hold, newKey, patience, pause, read, soon, write } from './store-steps.js'

/** What every store must keep to. `run` takes a moment of real time, uses keys of its own, and rejects with what is wrong. */
export interface StoreContractCase {
  readonly name: string
  run(store: TokenStore): Promise<void>
}

const values = [
  '',
  '{"a":1}',
  'žluťoučký 🐻 \u2028 "quotes" \'single\' \\ % _ $1 ; --\n\t',
  // What decodes bytes may take it for a mark of their order.
  '\uFEFFa',
]

/** A text of so many bytes in UTF-8, with letters of one to four bytes. */
const ofBytes = (bytes: number): string => {
  const letters = 'xž字🐻'
  return letters.repeat(Math.floor(bytes / 10)) + 'x'.repeat(bytes % 10)
}

const cases: Readonly<Record<string, StoreContractCase['run']>> = {
  'holds nothing under a new key': async (store) => {
    const key = newKey()
    assert((await store.get(key)) === undefined, 'something is there')
    assert(!(await store.delete(key, 'any')), 'nothing was deleted, and told as a deletion')
    assert(!(await store.set(key, 'a', 'any')), 'a version was expected where nothing is, and something was written')
    assert((await store.get(key)) === undefined, 'what was refused is there')
  },

  'gives back what was written': async (store) => {
    const key = newKey()
    for (const value of values) {
      await write(store, key, value)
      assert((await read(store, key)).value === value, `"${value.slice(0, 20)}" came back changed`)
    }
  },

  'takes keys of 1 KB and values of 1 MB, whatever the letters': async (store) => {
    const id = crypto.randomUUID()
    const keys = [id + 'k'.repeat(1024 - id.length), id + ofBytes(1024 - id.length)]
    for (const key of keys) {
      for (const value of ['x'.repeat(1_000_000), ofBytes(1_000_000)]) {
        await write(store, key, value)
        assert((await read(store, key)).value === value, 'a long value came back changed')
      }
      const entered = await store.withLock(key, async () => 'entered')
      assert(entered === 'entered', 'a long key cannot be locked')
      const shorter = key.slice(0, -1)
      assert((await store.get(shorter)) === undefined, 'what is under a long key is under a shorter one too')
    }
  },

  'keeps keys apart': async (store) => {
    const [base, letters] = [newKey(), crypto.randomUUID()]
    const keys = [
      base,
      `${base}:a`,
      `${base}:{a}`,
      `${base}:}a{`,
      `${base}/../a`,
      `${base}%3A`,
      `${base} 🐻`,
      `${base}*`,
    ]
    // File systems that ignore case, or cut what is long.
    keys.push(`k${letters.toUpperCase()}`, `k${letters.toLowerCase()}`, `${base}${'y'.repeat(500)}`)
    keys.push(`${base}${'y'.repeat(500)}z`)
    for (const key of keys) {
      assert((await store.get(key)) === undefined, `another key's value is under ${key}`)
      await write(store, key, key)
    }
    for (const key of keys) assert((await read(store, key)).value === key, `another key's value is under ${key}`)
  },

  'writes only over the version that is expected': async (store) => {
    const key = newKey()
    const first = await write(store, key, 'a')
    assert((await store.set(key, 'b', undefined)) === false, 'nothing was expected, and something overwritten')
    const second = await write(store, key, 'a')
    assert(first !== second, 'two writes of the same value have one version')
    assert((await store.set(key, 'c', first)) === false, 'a newer version was overwritten')
    const { value, version } = await read(store, key)
    assert(value === 'a' && version === second, 'what was refused is there')
    assert((await read(store, key)).version === second, 'the version changed without a write')
  },

  'takes an empty text for no version': async (store) => {
    const key = newKey()
    const refuse = async (where: string) => {
      assert((await store.set(key, 'b', '')) === false, `${where} it was a version that is expected`)
      assert((await store.delete(key, '')) === false, `${where} it was a version that is to be deleted`)
    }
    await refuse('where nothing is,')
    assert((await store.get(key)) === undefined, 'what was refused is there')
    await write(store, key, 'a')
    await refuse('where something is,')
    assert((await read(store, key)).value === 'a', 'what was refused is there, or what is there was deleted')
  },

  'lets one of many win who write at once': async (store) => {
    const key = newKey()
    const racers = Array.from({ length: 20 }, (_, i) => `${i}`)
    const race = async (expected: string | undefined) => {
      const won = await Promise.all(racers.map((racer) => store.set(key, racer, expected)))
      const winners = racers.filter((_, i) => won[i])
      assert(winners.length === 1, `${winners.length} of ${racers.length} were told that they have written`)
      const stored = await read(store, key)
      assert(stored.value === winners[0], 'what is there is not what the winner wrote')
      return stored.version
    }
    await race(await race(undefined))
  },

  'deletes only the version that is expected': async (store) => {
    const key = newKey()
    const first = await write(store, key, 'a')
    const second = await write(store, key, 'b')
    assert((await store.delete(key, first)) === false, 'a newer version was deleted')
    assert((await read(store, key)).value === 'b', 'what was not to be deleted is gone')
    assert((await store.delete(key, second)) === true, 'a deletion was told as none')
    assert((await store.get(key)) === undefined, 'what was deleted is there')
    assert((await store.set(key, 'c', second)) === false, 'a deleted version was overwritten')
    const third = await write(store, key, 'a')
    assert(third !== first && third !== second, 'a version came back after a deletion')
  },

  'tells a time that does not run backwards, if it tells one': async (store) => {
    const key = newKey()
    await write(store, key, 'a')
    const { now: first } = await read(store, key)
    await pause(20)
    const { now: second } = await read(store, key)
    assert((first === undefined) === (second === undefined), 'it tells the time at times')
    if (first === undefined || second === undefined) return
    assert(second > first && second - first < patience, `20 ms were ${second - first}`)
    assert(Math.abs(second - Date.now()) < 86_400_000, 'it does not count epoch milliseconds')
  },

  'lets one at a time work under a key, and each in the end': async (store) => {
    const key = newKey()
    let inside = 0
    let most = 0
    const work = async () => {
      inside += 1
      most = Math.max(most, inside)
      await pause(5)
      inside -= 1
    }
    const all = Promise.all(Array.from({ length: 12 }, () => store.withLock(key, work)))
    await soon(all, 'not everybody had a turn')
    assert(most === 1, `${most} worked at once`)
  },

  'hands on what the work gives, or fails with, and frees the lock': async (store) => {
    const key = newKey()
    const failure = new Error('of the work')
    const given = await failureOf(store.withLock(key, () => Promise.reject(failure)))
    assert(given === failure, 'the failure of the work came out as another')
    const result = { of: 'the work' }
    const next = soon(
      store.withLock(key, async () => result),
      'the lock was not freed',
    )
    assert((await next) === result, 'the result of the work came out as another')
  },

  'lets work go on under other keys, and reads and writes under the same': async (store) => {
    const key = newKey()
    const held = await hold(store, key)
    const other = store.withLock(newKey(), async () => 'done')
    await soon(other, "another key's lock was waited for")
    await soon(write(store, key, 'a'), 'a write waited for the lock')
    assert((await read(store, key)).value === 'a', 'what was written under the lock is not there')
    await held.release()
    assert((await read(store, key)).value === 'a', 'what was written is gone with the lock')
  },

  'lets a waiting caller leave': async (store) => {
    const key = newKey()
    const held = await hold(store, key)
    const [leave, reason] = [new AbortController(), new Error('of the caller')]
    let entered = false
    const enter = async () => {
      entered = true
    }
    const waiting = failureOf(store.withLock(key, enter, { signal: leave.signal }))
    const patient = store.withLock(key, async () => 'had its turn')
    await pause(aMoment)
    leave.abort(reason)
    const failure = await soon(waiting, 'the wait went on')
    assert(failure === reason, "it did not fail with the signal's reason")
    const late = failureOf(store.withLock(key, enter, { signal: leave.signal }))
    assert(
      (await soon(late, 'it waited though it was told not to')) === reason,
      'a signal that was aborted was not heard',
    )
    // Whoever was last in the queue and left must not take it along.
    let isHeld = true
    const last = store.withLock(key, async () => assert(!isHeld, 'one who left opened the lock for the next one'))
    last.catch(() => {})
    await pause(aMoment)
    isHeld = false
    await held.release()
    await soon(patient, 'one who left took the next one along')
    await soon(last, 'one who left took the next one along')
    assert(!entered, 'the work of one who left was done')
  },

  'does not let the signal end the work': async (store) => {
    const leave = new AbortController()
    const work = async () => {
      leave.abort(new Error('too late'))
      await pause(20)
      return 'done'
    }
    const done = await store.withLock(newKey(), work, { signal: leave.signal })
    assert(done === 'done', 'the work was ended')
  },

  'does not call a lock lost that is held': async (store) => {
    const held = await hold(store, newKey())
    await pause(aMoment)
    assert(held.lost.aborted === false, 'it was called lost')
    await held.release()
  },

  'tells who watches of each change, if it can, until they stop': async (store) => {
    if (!store.watch) return
    const key = newKey()
    let heard = 0
    let called = () => {}
    const stop = store.watch(key, () => {
      heard += 1
      called()
    })
    const untilHeard = (wrong: string, change: () => Promise<unknown>) => {
      const calls = new Promise<void>((resolve) => {
        called = resolve
      })
      return soon(Promise.all([calls, change()]), wrong)
    }
    // A subscription may take a moment to be made.
    await pause(aMoment)
    await untilHeard('a first write was not told', () => write(store, key, 'a'))
    await pause(aMoment)
    await untilHeard('a second write was not told', () => write(store, key, 'b'))
    await pause(aMoment)
    await untilHeard('a deletion was not told', async () => store.delete(key, (await read(store, key)).version))
    await pause(aMoment)
    stop()
    heard = 0
    await write(store, key, 'c')
    await pause(aMoment)
    assert(heard === 0, 'one who stopped was told')
  },

  'tells each of those who watch, and not of other keys': async (store) => {
    if (!store.watch) return
    const [key, other] = [newKey(), newKey()]
    const heard: string[] = []
    const stops = ['a', 'b'].map((name) => store.watch?.(key, () => heard.push(name)))
    await pause(aMoment)
    // A subscription that has just been made tells of what may have gone by before.
    heard.length = 0
    await write(store, other, 'x')
    await pause(aMoment)
    assert(heard.length === 0, "another key's change was told")
    stops.shift()?.()
    await write(store, key, 'x')
    await pause(aMoment)
    assert(heard.includes('b') && !heard.includes('a'), 'with one who stopped, another one was forgotten')
    for (const stop of stops) stop?.()
  },
}

/**
 * The contract of a {@link TokenStore}, independent of any test runner: `for (const { name, run } of storeContract) test(name, () =>
 * run(store))`. What needs a process that dies (a lock that is given up after its holder) is not in it.
 */
export const storeContract: readonly StoreContractCase[] = Object.entries(cases).map(([name, run]) => ({ name, run }))
