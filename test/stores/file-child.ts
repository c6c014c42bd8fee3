// A process that uses the file store: what it does is in its arguments, and what came of it in the lines that it prints.
import { appendFileSync, writeSync } from 'node:fs'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../../src/core/clock.js'
import { fileStore } from '../../src/stores/file.js'
import { storeContract } from '../../src/testing/stores/store-contract.js'

const [task = '', directory = '', key = '', ...rest] = process.argv.slice(2)

// At once, so that what was done is told also by a process that is killed right after.
const tell = (line: string): void => {
  writeSync(1, `${line}\n`)
}
const forEver = (): Promise<never> => new Promise(() => setInterval(() => {}, 1_000_000))

/** Sends this process a signal before its nth step that changes something in the file system. */
const interruptAt = async (n: number, signal: NodeJS.Signals): Promise<void> => {
  let steps = 0
  const handle = await fs.open(directory)
  await handle.close()
  const interrupt = (target: object, names: readonly string[]) => {
    const functions = target as Record<string, (...args: unknown[]) => Promise<unknown>>
    for (const name of names) {
      const original = functions[name]
      functions[name] = function (this: unknown, ...args) {
        steps += 1
        if (steps === n) process.kill(process.pid, signal)
        return (original as NonNullable<typeof original>).apply(this, args)
      }
    }
  }
  interrupt(fs, ['chmod', 'mkdir', 'open', 'rename', 'rm', 'unlink'])
  interrupt(Object.getPrototypeOf(handle), ['chmod', 'writeFile', 'sync'])
  syncBuiltinESMExports()
}

const tasks: Readonly<Record<string, () => Promise<void>>> = {
  /** Appends to a list for ever; each entry that it was told it has written is printed. */
  append: async () => {
    const store = fileStore({ directory })
    for (let n = 0; ; n++) {
      const stored = await store.get(key)
      const entries: string[] = stored ? JSON.parse(stored.value) : []
      const mine = `${process.pid}.${n}`
      if (await store.set(key, JSON.stringify([...entries, mine]), stored?.version)) tell(mine)
    }
  },
  /** Takes the lock for ever, and writes into a file when it goes in and out. */
  enter: async () => {
    const store = fileStore({ directory, leaseMs: 60_000 })
    for (;;) {
      await store.withLock(key, async () => {
        appendFileSync(rest[0] ?? '', `+${process.pid}\n`)
        await setTimeout(1)
        appendFileSync(rest[0] ?? '', `-${process.pid}\n`)
      })
    }
  },
  /** Holds the lock until it is lost. */
  hold: async () => {
    const store = fileStore({ directory, leaseMs: Number(rest[0]) })
    const before = await store.get(key)
    await store.withLock(key, async (lost) => {
      tell('held')
      const alive = setInterval(() => {}, 1_000_000)
      await new Promise((resolve) => lost.addEventListener('abort', resolve))
      clearInterval(alive)
      tell(`lost, and then wrote: ${await store.set(key, 'late', before?.version)}`)
    })
    tell('released')
  },
  /** Changes something once, and is interrupted on the way. */
  interrupted: async () => {
    const [change = '', n, signal] = rest
    const store = fileStore({ directory, leaseMs: 60_000 })
    const version = (await store.get(key))?.version
    await interruptAt(Number(n), signal as NodeJS.Signals)
    if (change === 'lock') await store.withLock(key, async () => tell('true'))
    else if (change === 'delete') tell(`${await store.delete(key, version ?? '')}`)
    else tell(`${await store.set(key, 'new', version)}`)
  },
  /** Writes under a umask. */
  write: async () => {
    process.umask(Number.parseInt(rest[0] ?? '', 8))
    tell(`${await fileStore({ directory }).set(key, 'value', undefined)}`)
  },
  /** Watches, and has nothing else to do. */
  watch: async () => {
    const store = fileStore({ directory })
    store.watch?.(key, () => {})
    tell(`${await store.set(key, 'a', undefined)}`)
  },
  /** Waits for the lock, by a clock whose sleeps never end of themselves. */
  turn: async () => {
    const sleep: Clock['sleep'] = (_, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    const store = fileStore({ directory, clock: { now: Date.now, sleep } })
    const turn = store.withLock(key, async () => tell('had its turn'))
    tell('waiting')
    const alive = setInterval(() => {}, 1_000_000)
    await turn
    clearInterval(alive)
  },
  /** Leaves a lock held while nothing keeps the process alive. */
  idle: async () => {
    void fileStore({ directory }).withLock(key, () => new Promise(() => {}))
    await setTimeout(100)
    tell('idle')
  },
  contract: async () => {
    const store = fileStore({ directory })
    for (const { name, run } of storeContract) await run(store).catch((failure) => tell(`${name}: ${failure}`))
    tell('done')
    await store.withLock(key, () => {
      tell('held')
      return forEver()
    })
  },
}

await tasks[task]?.()
