// What other systems do to the file store, played to it by file-system functions that fail as theirs do.
import { EventEmitter } from 'node:events'
import * as fs from 'node:fs'
import * as promises from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Clock, systemClock } from '../../src/core/clock.js'
import { fileStore } from '../../src/stores/file.js'
import { failureOf, hold } from '../../src/testing/stores/store-steps.js'
import { processes } from './file-processes.js'

vi.mock('node:fs', async (original) => {
  const actual = await original<typeof fs>()
  return { ...actual, watch: vi.fn(actual.watch) }
})
vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof promises>()
  const { open, readdir, readFile, rename, utimes } = actual
  const mocks = { open: vi.fn(open), readdir: vi.fn(readdir), readFile: vi.fn(readFile) }
  return { ...actual, ...mocks, rename: vi.fn(rename), utimes: vi.fn(utimes) }
})

const { directory } = processes()
const real = process.getBuiltinModule('node:fs/promises')
const failing = (code: string) => Object.assign(new Error(code), { code })

afterEach(() => {
  vi.resetAllMocks()
  vi.restoreAllMocks()
})

describe('where there are no events', () => {
  const hasty: Clock = { now: Date.now, sleep: (ms, signal, idle) => systemClock.sleep(ms / 20, signal, idle) }

  const watched = async () => {
    const folder = directory()
    const store = fileStore({ directory: folder, clock: hasty })
    let heard = 0
    const stop = store.watch?.('k', () => {
      heard += 1
    })
    await expect.poll(() => fs.watch).toHaveBeenCalled()
    await fileStore({ directory: folder }).set('k', 'a', undefined)
    await expect.poll(() => heard).toBe(1)
    stop?.()
    const calls = vi.mocked(promises.readdir).mock.calls.length
    await setTimeout(200)
    expect(vi.mocked(promises.readdir).mock.calls.length - calls).toBeLessThan(3)
  }

  it('who watches looks now and then', async () => {
    vi.mocked(fs.watch).mockImplementation(() => {
      throw failing('ENOSPC')
    })
    await watched()
  })

  it('who watches looks now and then after the events have failed', async () => {
    const closed = vi.fn()
    vi.mocked(fs.watch).mockImplementation(() => {
      const watcher = Object.assign(new EventEmitter(), { close: closed, unref: () => {} })
      setImmediate(() => watcher.emit('error', failing('EMFILE')))
      return watcher as unknown as fs.FSWatcher
    })
    await watched()
    expect(closed).toHaveBeenCalled()
  })

  it('who waits for a lock looks now and then', async () => {
    vi.mocked(fs.watch).mockImplementation(() => {
      throw failing('ENOSPC')
    })
    const folder = directory()
    // Another process, as far as the queue of this one knows.
    const held = await hold(fileStore({ directory: folder }), 'k')
    vi.resetModules()
    const other = await import('../../src/stores/file.js')
    const turn = other.fileStore({ directory: folder }).withLock('k', async () => 'had its turn')
    await setTimeout(100)
    await held.release()
    expect(await turn).toBe('had its turn')
  })
})

describe('where the disk fails', () => {
  it('a lock is lost when no sign of life was given for as long as the lease', async () => {
    vi.mocked(promises.utimes).mockRejectedValue(failing('EIO'))
    const started = performance.now()
    const held = await hold(fileStore({ directory: directory(), leaseMs: 300 }), 'k')
    await new Promise((resolve) => held.lost.addEventListener('abort', resolve))
    expect(performance.now() - started).toBeGreaterThan(250)
    await held.release()
  })

  it('a lock is lost too when the disk does not answer', async () => {
    vi.mocked(promises.utimes).mockReturnValue(new Promise(() => {}))
    const held = await hold(fileStore({ directory: directory(), leaseMs: 300 }), 'k')
    await new Promise((resolve) => held.lost.addEventListener('abort', resolve))
    await held.release()
  })

  it('a lock is kept when a sign of life failed once', async () => {
    vi.mocked(promises.utimes).mockRejectedValueOnce(failing('EIO'))
    const held = await hold(fileStore({ directory: directory(), leaseMs: 900 }), 'k')
    await setTimeout(2000)
    expect(held.lost.aborted).toBe(false)
    await held.release()
  })

  it('the result of the work comes out though the lock cannot be given back', async () => {
    const store = fileStore({ directory: directory(), leaseMs: 300 })
    const result = await store.withLock('k', async () => {
      vi.mocked(promises.rename).mockRejectedValueOnce(failing('EIO'))
      return 'result'
    })
    expect(result).toBe('result')
    expect(await store.withLock('k', async () => 'after the lease')).toBe('after the lease')
  })

  it('a write that failed leaves what was there, and no secret behind', async () => {
    const folder = directory()
    const store = fileStore({ directory: folder })
    await store.set('k', 'old', undefined)
    const { version } = (await store.get('k')) ?? {}
    const handle = await real.open(folder)
    await handle.close()
    vi.spyOn(Object.getPrototypeOf(handle), 'sync').mockRejectedValueOnce(failing('ENOSPC'))
    await expect(store.set('k', 'new', version)).rejects.toThrow('ENOSPC')
    expect(await store.get('k')).toEqual({ value: 'old', version })
    expect(fs.readdirSync(join(folder, fs.readdirSync(folder)[0] ?? ''))).toHaveLength(3)
  })

  it('a system that cannot sync a directory does without', async () => {
    vi.mocked(promises.open).mockImplementation((path, flags, mode) => {
      return flags === undefined ? Promise.reject(failing('EISDIR')) : real.open(path, flags, mode)
    })
    const store = fileStore({ directory: directory() })
    expect(await store.set('k', 'a', undefined)).toBe(true)
  })
})

describe('where a listing that is read during a rename misses a name, or has both', () => {
  it('it is read again', async () => {
    const folder = directory()
    const store = fileStore({ directory: folder })
    await store.set('k', 'a', undefined)
    const { version } = (await store.get('k')) ?? {}
    const names = fs.readdirSync(join(folder, fs.readdirSync(folder)[0] ?? ''))
    const torn = [
      names.filter((name) => !name.startsWith('current-')),
      [...names, `current-2-${'a'.repeat(32)}`],
      names.filter((name) => !name.startsWith('free-')),
    ]
    for (const listing of torn) {
      vi.mocked(promises.readdir).mockResolvedValueOnce(listing as never)
      expect((await store.get('k'))?.version).toBe(version)
      vi.mocked(promises.readdir).mockResolvedValueOnce(listing as never)
      expect(await store.set('k', 'b', undefined)).toBe(false)
      vi.mocked(promises.readdir).mockResolvedValueOnce(listing as never)
      expect(await store.withLock('k', async () => 'had its turn')).toBe('had its turn')
      names.splice(0, names.length, ...fs.readdirSync(join(folder, fs.readdirSync(folder)[0] ?? '')))
    }
  })
})

/** Lets the store think that this is Windows: a file that somebody has opened for themselves cannot be opened, and names are busy. */
const onWindows = () => {
  const platform = vi.spyOn(process, 'platform', 'get').mockReturnValue('win32')
  const taken = new Set<unknown>()
  let [inside, most, renames] = [0, 0, 0]
  vi.mocked(promises.open).mockImplementation(async (path, flags, mode) => {
    if (typeof flags !== 'number') return real.open(path, flags, mode)
    expect(flags & 0x1000_0000).toBeTruthy()
    if (taken.has(path)) throw failing('EBUSY')
    taken.add(path)
    const handle = await real.open(path, 'a+', mode)
    const close = handle.close.bind(handle)
    handle.close = async () => {
      taken.delete(path)
      await close()
    }
    return handle
  })
  vi.mocked(promises.rename).mockImplementation(async (from, to) => {
    renames += 1
    if (renames % 3 === 0) throw failing('EPERM')
    if (!`${from}`.includes('/new-')) inside += 1
    most = Math.max(most, inside)
    await setTimeout(10)
    inside -= `${from}`.includes('/new-') ? 0 : 1
    await real.rename(from, to).catch((failure) => {
      throw failure.code === 'ENOTEMPTY' ? failing('EPERM') : failure
    })
  })
  return { platform, most: () => most }
}

describe('where Windows keeps files busy', () => {
  it('what it refuses for a moment is done in the end, and renaming is left to one at a time', async () => {
    const { most } = onWindows()
    const store = fileStore({ directory: directory() })
    const race = async (expected: string | undefined) => {
      const won = await Promise.all(['a', 'b', 'c', 'd'].map((value) => store.set('k', value, expected)))
      expect(won.filter(Boolean)).toHaveLength(1)
      return (await store.get('k'))?.version
    }
    await race(await race(undefined))
    await Promise.all(Array.from({ length: 4 }, () => store.withLock('k', async () => {})))
    expect(most()).toBe(1)
  })

  it('a value that is about to be deleted is not the one that is read', async () => {
    onWindows()
    const store = fileStore({ directory: directory() })
    await store.set('k', 'a', undefined)
    vi.mocked(promises.readFile).mockRejectedValueOnce(failing('EPERM'))
    expect((await store.get('k'))?.value).toBe('a')
  })

  it('what it refuses for good fails', async () => {
    onWindows()
    const store = fileStore({ directory: directory() })
    await store.set('k', 'a', undefined)
    vi.mocked(promises.readFile).mockRejectedValue(failing('EACCES'))
    expect(await failureOf(store.get('k'))).toMatchObject({ code: 'EACCES' })
  })
})
