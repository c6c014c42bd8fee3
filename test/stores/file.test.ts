import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type FileStoreOptions, fileStore } from '../../src/stores/file.js'
import { storeContract } from '../../src/testing/index.js'
import { failureOf } from '../../src/testing/stores/store-steps.js'
import type { TokenStore } from '../../src/tokens/store.js'
import { visible } from '../fixtures/visible.js'
import { describeWith, programAt } from './engine.js'
import { processes } from './file-processes.js'

const { directory, start, startIn } = processes()

const storeIn = (folder: string, options: Partial<FileStoreOptions> = {}) =>
  fileStore({ directory: folder, ...options })

/** The folder of the only key in a directory. */
const keyFolder = (folder: string): string =>
  join(folder, readdirSync(folder).find((name) => !/^new-/.test(name)) ?? '')

const fileIn = (folder: string, kind: string): string => {
  const name = readdirSync(folder).find((file) => file.startsWith(kind))
  if (!name) throw new Error(`no ${kind} in ${readdirSync(folder)}`)
  return join(folder, name)
}

const put = async (store: TokenStore, value: string) => store.set('k', value, (await store.get('k'))?.version)

describe('the file store', () => {
  const store = storeIn(directory())
  for (const { name, run } of storeContract) it(name, () => run(store))
})

const installed = 'test/runtimes/node_modules'
const runtimes: Readonly<Record<string, readonly string[]>> = {
  'node 22': [`${installed}/node-22/bin/node`],
  'node 26': [`${installed}/node-26/bin/node`],
  bun: [`${installed}/.bin/bun`],
  'deno, with its permission for files alone': [
    `${installed}/.bin/deno`,
    'run',
    '--no-prompt',
    '--allow-read',
    '--allow-write',
  ],
  deno: [`${installed}/.bin/deno`, 'run', '--allow-all'],
}

describe.each(Object.entries(runtimes))('in %s', (name, [program = '', ...argv]) => {
  const engine = { name, path: programAt(resolve(program)), remedy: 'npm ci --prefix test/runtimes' }
  describeWith(engine, 'the file store', (path) => {
    it('keeps to the contract, and its locks are free once it has died, if it may see other processes', async () => {
      const folder = directory()
      const child = startIn([path, ...argv], 'contract', folder, 'k')
      await child.line('held')
      expect(child.lines).toEqual(['done', 'held'])
      if (argv.includes('--no-prompt')) return
      child.kill('SIGKILL')
      expect(await storeIn(folder, { leaseMs: 60_000 }).withLock('k', async () => 'free')).toBe('free')
    })

    it('keeps no process alive that watches', async () => {
      const child = startIn([path, ...argv], 'watch', directory(), 'k')
      expect(await child.end()).toBe(0)
    })
  })
})

describe('what is on the disk', () => {
  it.each(['000', '022', '777'])('is for its owner alone, under a umask of %s', async (umask) => {
    const folder = join(directory(), 'new', 'tokens')
    mkdirSync(join(folder, '..'))
    const child = start('write', folder, 'a key', umask)
    expect(await child.line('')).toBe('true')
    const key = keyFolder(folder)
    const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)
    expect([folder, key, fileIn(key, 'value')].map(modeOf)).toEqual(['700', '700', '600'])
    for (const mark of ['current', 'free']) expect(modeOf(fileIn(key, mark))).toMatch(/^([0-7]0)?0$/)
  })

  it.each(['../../etc/passwd', 'C:\\con', 'CON', '', '.', '~', 'ž🐻', 'a'.repeat(1000), 'a/b:c*d?e|f<g>"h'])(
    'has a name that every file system takes, for the key %s',
    async (key) => {
      const folder = directory()
      const store = storeIn(folder)
      expect(await store.set(key, 'value', undefined)).toBe(true)
      expect((await store.get(key))?.value).toBe('value')
      expect(readdirSync(folder)).toEqual([expect.stringMatching(/^([a-z0-9][a-z0-9-]{0,32}-)?[0-9a-f]{64}$/)])
      for (const name of readdirSync(keyFolder(folder))) expect(name).toMatch(/^[a-z0-9.-]{1,120}$/)
    },
  )

  it('says whose it is to its owner, and holds one value', async () => {
    const folder = directory()
    const store = storeIn(folder)
    for (let n = 0; n < 5; n++) await put(store, `${n}`)
    expect(readdirSync(keyFolder(folder))).toHaveLength(3)
    expect(JSON.parse(readFileSync(fileIn(keyFolder(folder), 'value'), 'utf8'))).toEqual({ key: 'k', value: '4' })
  })

  it('is gone after a deletion, also what one left behind who died in the middle', async () => {
    const folder = directory()
    const store = storeIn(folder)
    await put(store, 'secret')
    const value = fileIn(keyFolder(folder), 'value')
    await store.delete('k', (await store.get('k'))?.version ?? '')
    expect(readdirSync(keyFolder(folder)).filter((name) => name.startsWith('value'))).toEqual([])
    writeFileSync(value, 'left behind')
    expect(await store.get('k')).toBeUndefined()
    expect(readdirSync(keyFolder(folder)).filter((name) => name.startsWith('value'))).toEqual([])
  })

  it('is cleared of folders that were never finished, in the next process', async () => {
    const folder = directory()
    const [old, young] = [join(folder, `new-${'a'.repeat(32)}`), join(folder, `new-${'b'.repeat(32)}`)]
    const foreign = join(folder, 'new-year')
    for (const path of [old, young, foreign]) mkdirSync(path)
    writeFileSync(join(old, 'gone'), '')
    for (const path of [old, foreign]) utimesSync(path, 1, 1)
    await put(storeIn(folder), 'a')
    expect(readdirSync(folder).sort()).toEqual([expect.stringMatching(/^k-/), `new-${'b'.repeat(32)}`, 'new-year'])
  })
})

describe('what something else has damaged is refused and left as it is', () => {
  const damages: Readonly<Record<string, (folder: string) => void>> = {
    'a torn file': (folder) => writeFileSync(fileIn(folder, 'value'), '{"key":"k","value":"hush'),
    'an empty file': (folder) => writeFileSync(fileIn(folder, 'value'), ''),
    'another JSON': (folder) => writeFileSync(fileIn(folder, 'value'), '{"hush":1}'),
    "another key's file": (folder) => writeFileSync(fileIn(folder, 'value'), '{"key":"l","value":"hush"}'),
    null: (folder) => writeFileSync(fileIn(folder, 'value'), 'null'),
    'a missing file': (folder) => rmSync(fileIn(folder, 'value')),
    'a missing mark': (folder) => rmSync(fileIn(folder, 'current')),
    'a copy laid over it': (folder) => writeFileSync(join(folder, `current-1-${'a'.repeat(32)}`), ''),
  }

  it.each(Object.entries(damages))('%s', async (_, damage) => {
    const folder = directory()
    const store = storeIn(folder)
    await put(store, 'hush')
    const { version } = (await store.get('k')) ?? {}
    const key = keyFolder(folder)
    damage(key)
    const before = readdirSync(key).map((name) => [name, readFileSync(join(key, name), 'utf8')])
    const failure = await failureOf(store.get('k'))
    expect(failure).toBeInstanceOf(Error)
    expect((failure as Error).message).toMatch(/damaged|missing/)
    expect((failure as Error).message).toContain(key)
    expect(visible(failure)).not.toContain('hush')
    expect(await store.set('k', 'new', undefined).catch(() => false)).toBe(false)
    expect(await store.set('k', 'new', 'any').catch(() => false)).toBe(false)
    expect(readdirSync(key).map((name) => [name, readFileSync(join(key, name), 'utf8')])).toEqual(before)
    expect(version).toBeDefined()
    rmSync(key, { recursive: true })
    expect(await store.get('k')).toBeUndefined()
    expect(await put(store, 'new')).toBe(true)
  })

  it('and what is only foreign is neither read nor deleted', async () => {
    const folder = directory()
    const store = storeIn(folder)
    await put(store, 'a')
    const foreign = join(keyFolder(folder), '.DS_Store')
    writeFileSync(foreign, 'foreign')
    await put(store, 'b')
    await store.delete('k', (await store.get('k'))?.version ?? '')
    expect(readFileSync(foreign, 'utf8')).toBe('foreign')
  })

  it('a copy of a directory at rest is as good as the directory', async () => {
    const [folder, copy] = [directory(), directory()]
    await put(storeIn(folder), 'a')
    cpSync(folder, copy, { recursive: true })
    expect((await storeIn(copy).get('k'))?.value).toBe('a')
    expect(await put(storeIn(copy), 'b')).toBe(true)
  })
})

describe('two stores of one directory', () => {
  it('share what is there, by whatever path', async () => {
    const folder = directory()
    await put(storeIn(`${folder}/x/..`), 'a')
    expect((await storeIn(folder).get('k'))?.value).toBe('a')
  })

  it('exclude each other, also in one process', async () => {
    const folder = directory()
    const stores = [storeIn(folder), storeIn(folder)]
    let inside = 0
    const turns = Array.from({ length: 40 }, (_, i) =>
      stores[i % 2]?.withLock('k', async () => {
        inside += 1
        await setTimeout(1)
        inside -= 1
        return inside
      }),
    )
    expect(new Set(await Promise.all(turns))).toEqual(new Set([0]))
  })

  it('read a value at any time, whoever writes', async () => {
    const folder = directory()
    const [writer, reader] = [storeIn(folder), storeIn(folder)]
    await put(writer, '0')
    let done = false
    const writing = (async () => {
      for (let n = 1; n < 100; n++) await put(writer, `${n}`)
      done = true
    })()
    let last = 0
    while (!done) {
      const now = Number((await reader.get('k'))?.value)
      expect(now).toBeGreaterThanOrEqual(last)
      last = now
    }
    await writing
  })
})

describe('an option', () => {
  const bad: readonly unknown[] = [
    undefined,
    {},
    { directory: '' },
    { directory: 7 },
    { directory: 'a\0b' },
    ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5', 2 ** 31].map((leaseMs) => ({ directory: 'd', leaseMs })),
  ]
  it.each(bad)('that cannot be used is refused: %o', (options) => {
    expect(() => fileStore(options as FileStoreOptions)).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
  })

  it('leaves nothing to be seen in the store, and no file before it is used', async () => {
    const folder = join(directory(), 'tokens')
    const store = storeIn(folder)
    expect(() => readdirSync(folder)).toThrow('ENOENT')
    expect(await store.get('k')).toBeUndefined()
    expect(await store.delete('k', 'any')).toBe(false)
    expect(() => readdirSync(folder)).toThrow('ENOENT')
    await put(store, 'hush')
    expect(visible(store)).not.toMatch(/hush|tokens\b/)
    expect(inspect(store, { depth: 9, showHidden: true })).not.toContain(folder)
  })

  it('directory is taken as it is when the store is made', async () => {
    const before = process.cwd()
    const folder = directory()
    try {
      process.chdir(folder)
      const store = storeIn('tokens')
      process.chdir(before)
      await put(store, 'a')
      expect(readdirSync(join(folder, 'tokens'))).toHaveLength(1)
    } finally {
      process.chdir(before)
    }
  })
})

describe('what moves the files away', () => {
  it('makes writing fail or start anew, and never hang', async () => {
    const folder = join(directory(), 'tokens')
    const store = storeIn(folder)
    await put(store, 'a')
    renameSync(folder, `${folder}-away`)
    expect(await store.get('k')).toBeUndefined()
    expect(await put(store, 'b')).toBe(true)
  })

  it('a directory that is none is said to be none', async () => {
    const file = join(directory(), 'file')
    writeFileSync(file, '')
    const store = storeIn(file)
    await expect(store.set('k', 'a', undefined)).rejects.toThrow(/EEXIST|ENOTDIR/)
    await expect(store.withLock('k', async () => {})).rejects.toThrow(/EEXIST|ENOTDIR/)
  })
})
