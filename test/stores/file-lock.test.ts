import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type Clock, systemClock } from '../../src/core/clock.js'
import { fileStore } from '../../src/stores/file.js'
import { failureOf, hold } from '../../src/testing/stores/store-steps.js'
import { processes } from './file-processes.js'

const { directory, start } = processes()

/** A clock whose sleeps end by an abort alone: who goes on all the same was woken. */
const sleepless: Clock = {
  now: Date.now,
  sleep: (_, signal) =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
}

const lockMark = (folder: string): string => {
  const key = join(folder, readdirSync(folder)[0] ?? '')
  return join(key, readdirSync(key).find((name) => /^(free|held)-/.test(name)) ?? '')
}

/** Gives the lock to an owner that is made up: of this place, as its own marks say it, or of another. */
const heldBy = async (folder: string, owner: { pid: number; start?: string; place?: string; leaseMs: number }) => {
  const held = await hold(fileStore({ directory: folder }), 'k')
  const [, , , start, place] = basename(lockMark(folder)).split('-')
  await held.release()
  const mark = `held-${'a'.repeat(32)}-${owner.pid}-${owner.start ?? start}-${owner.place ?? place}-${owner.leaseMs}`
  const path = join(dirname(lockMark(folder)), mark)
  renameSync(lockMark(folder), path)
  return path
}

const startOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[19] ?? ''

const turnOf = (folder: string, options = {}) => {
  const store = fileStore({ directory: folder, leaseMs: 60_000, ...options })
  return store.withLock('k', async () => 'had its turn')
}

describe('the lock of an owner in another container, or on a system that tells little', () => {
  it('is left alone as long as it gives signs of life, and taken when its own lease is over', async () => {
    const folder = directory()
    const mark = await heldBy(folder, { pid: 1, place: 'elsewhere'.replace(/[^a-f]/g, '0'), leaseMs: 1500 })
    let free = false
    const turn = turnOf(folder).finally(() => {
      free = true
    })
    for (let n = 0; n < 20; n++) {
      await setTimeout(100)
      utimesSync(mark, n, n)
    }
    expect(free).toBe(false)
    expect(await turn).toBe('had its turn')
  })

  it('is not taken because the machine slept, or a clock was set', async () => {
    const folder = directory()
    await heldBy(folder, { pid: 1, place: '0', leaseMs: 10_000 })
    let now = 0
    // An hour passes in each sleep.
    const clock: Clock = {
      now: () => now,
      sleep: async (ms, signal) => {
        now += 3_600_000
        await systemClock.sleep(Math.min(ms, 20), signal)
      },
    }
    let free = false
    const leave = new AbortController()
    const store = fileStore({ directory: folder, clock })
    const turn = store.withLock(
      'k',
      async () => {
        free = true
      },
      { signal: leave.signal },
    )
    await setTimeout(200)
    expect(free).toBe(false)
    leave.abort(new Error('enough'))
    expect(await failureOf(turn)).toBe(leave.signal.reason)
  })

  it('is taken by its silence too when the mark is of a newer version of the store', async () => {
    const folder = directory()
    const mark = await heldBy(folder, { pid: 1, leaseMs: 1 })
    renameSync(mark, join(dirname(mark), `held-${'b'.repeat(32)}-2-of-a-newer-version`))
    expect(await turnOf(folder, { leaseMs: 200 })).toBe('had its turn')
  })
})

describe('the lock of an owner on this machine', () => {
  it('is left to a process that lives', async () => {
    const folder = directory()
    await heldBy(folder, { pid: process.pid, leaseMs: 60_000 })
    const leave = new AbortController()
    const turn = fileStore({ directory: folder }).withLock('k', async () => 'entered', { signal: leave.signal })
    await setTimeout(200)
    leave.abort(new Error('enough'))
    expect(await failureOf(turn)).toBe(leave.signal.reason)
  })

  it('is taken at once from a process id that is free', async () => {
    const folder = directory()
    const child = spawn(process.execPath, ['-e', ''])
    await new Promise((resolve) => child.on('exit', resolve))
    await heldBy(folder, { pid: child.pid ?? 0, leaseMs: 60_000 })
    expect(await turnOf(folder)).toBe('had its turn')
  })

  it('is taken at once from a process id that another process has now', async () => {
    const folder = directory()
    await heldBy(folder, { pid: process.pid, start: '1', leaseMs: 60_000 })
    expect(await turnOf(folder)).toBe('had its turn')
  })

  it('is taken at once from a process that was killed and that nobody buries', async () => {
    const folder = directory()
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)))
      const born = startOf(pid)
      await setTimeout(100)
      process.kill(pid, 'SIGKILL')
      await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'latin1')).toContain(') Z ')
      await heldBy(folder, { pid, start: born, leaseMs: 60_000 })
      expect(await turnOf(folder)).toBe('had its turn')
    } finally {
      parent.kill('SIGKILL')
    }
  })

  it('is taken by one only, of many who find it at once', async () => {
    const folder = directory()
    await heldBy(folder, { pid: process.pid, start: '1', leaseMs: 60_000 })
    const log: string[] = []
    const children = Array.from({ length: 4 }, () => start('hold', folder, 'k', '60000'))
    await Promise.race(children.map(async (child) => log.push(await child.line('held'))))
    await setTimeout(500)
    expect(children.flatMap(({ lines }) => lines)).toEqual(['held'])
  })
})

describe('who holds the lock', () => {
  const holding = async (leaseMs = 900) => {
    const folder = directory()
    const held = await hold(fileStore({ directory: folder, leaseMs }), 'k')
    const lost = new Promise((resolve) => held.lost.addEventListener('abort', () => resolve('lost')))
    return { folder, held, lost }
  }

  it('keeps it for longer than the lease', async () => {
    const { folder, held } = await holding()
    let free = false
    const turn = turnOf(folder).finally(() => {
      free = true
    })
    await setTimeout(2000)
    expect([free, held.lost.aborted]).toEqual([false, false])
    await held.release()
    expect(await turn).toBe('had its turn')
  })

  it('hears that somebody took it with the next sign of life, and does not free it then', async () => {
    const { folder, held, lost } = await holding(9000)
    const taken = join(dirname(lockMark(folder)), `held-${'a'.repeat(32)}-1-1-0-60000`)
    renameSync(lockMark(folder), taken)
    expect(await Promise.race([lost, setTimeout(8500)])).toBe('lost')
    await held.release()
    expect(lockMark(folder)).toBe(taken)
  })

  it('hears that it was removed with its folder', async () => {
    const { folder, held, lost } = await holding()
    rmSync(dirname(lockMark(folder)), { recursive: true })
    expect(await lost).toBe('lost')
    await held.release()
    expect(await turnOf(folder)).toBe('had its turn')
  })

  it('wakes those who wait when it gives it back, in other stores too', async () => {
    const folder = directory()
    const held = await hold(fileStore({ directory: folder }), 'k')
    const child = start('turn', folder, 'k')
    await child.line('waiting')
    await setTimeout(100)
    await held.release()
    expect(await child.line('had')).toBe('had its turn')
  })

  it('keeps no process alive by holding it', async () => {
    const child = start('idle', directory(), 'k')
    expect(await child.end()).toBe(0)
    expect(child.lines).toEqual(['idle'])
  })
})

describe('who watches', () => {
  it('hears of what another process writes, without asking for it now and then', async () => {
    const folder = directory()
    const store = fileStore({ directory: folder, clock: sleepless })
    const heard = new Promise((resolve) => store.watch?.('k', () => resolve('heard')))
    await setTimeout(100)
    start('write', folder, 'k', '022')
    expect(await heard).toBe('heard')
    expect((await store.get('k'))?.value).toBe('value')
  })

  it('hears of a write that comes before the first event could', async () => {
    const folder = directory()
    const store = fileStore({ directory: folder, clock: sleepless })
    await store.set('k', 'a', undefined)
    const { version } = (await store.get('k')) ?? {}
    const heard = new Promise((resolve) => store.watch?.('k', () => resolve('heard')))
    await fileStore({ directory: folder }).set('k', 'b', version)
    expect(await heard).toBe('heard')
  })

  it('hears of what is written after the directory was removed', async () => {
    const folder = join(directory(), 'tokens')
    const hasty: Clock = { now: Date.now, sleep: (ms, signal, idle) => systemClock.sleep(ms / 50, signal, idle) }
    const store = fileStore({ directory: folder, clock: hasty })
    await store.set('k', 'a', undefined)
    let heard = 0
    const stop = store.watch?.('k', () => {
      heard += 1
    })
    await setTimeout(100)
    rmSync(folder, { recursive: true })
    await expect.poll(() => heard).toBe(1)
    await setTimeout(300)
    await store.set('k', 'b', undefined)
    await expect.poll(() => heard).toBe(2)
    stop?.()
  })

  it('keeps no process alive by it', async () => {
    const child = start('watch', directory(), 'k')
    expect(await child.end()).toBe(0)
    expect(child.lines).toEqual(['true'])
  })
})
