import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../src/stores/memory.js'
import { storeContract } from '../../src/testing/index.js'
import type { TokenStore } from '../../src/tokens/store.js'

type Break = (sound: TokenStore) => Partial<TokenStore>

/** Stores that are wrong in one way each, and what finds it out. */
const broken: Readonly<Record<string, { readonly found: string; readonly by: Break }>> = {
  'overwrites whatever is there': {
    found: 'writes only over the version that is expected',
    by: (sound) => ({ set: async (key, value) => sound.set(key, value, (await sound.get(key))?.version) }),
  },
  'looks first and writes then': {
    found: 'lets one of many win who write at once',
    by: (sound) => ({
      set: async (key, value, expected) => {
        const found = (await sound.get(key))?.version
        await null
        if (found !== expected) return false
        for (;;) if (await sound.set(key, value, (await sound.get(key))?.version)) return true
      },
    }),
  },
  'takes a digest for a version': {
    found: 'writes only over the version that is expected',
    by: (sound) => {
      const digests = new Map<string, string>()
      const real = async (key: string, expected: string | undefined) => {
        const stored = await sound.get(key)
        return stored && digests.get(key) === expected ? stored.version : expected && 'none'
      }
      return {
        get: async (key) => {
          const stored = await sound.get(key)
          const digest = digests.get(key)
          return stored && digest !== undefined ? { ...stored, version: digest } : stored
        },
        set: async (key, value, expected) => {
          const written = await sound.set(key, value, await real(key, expected))
          if (written) digests.set(key, `${value.length}${value.slice(0, 9)}`)
          return written
        },
        delete: async (key, expected) => sound.delete(key, (await real(key, expected)) ?? 'none'),
      }
    },
  },
  'deletes whatever is there': {
    found: 'deletes only the version that is expected',
    by: (sound) => ({
      delete: async (key) => {
        const stored = await sound.get(key)
        return !!stored && sound.delete(key, stored.version)
      },
    }),
  },
  'changes what it is given': {
    found: 'gives back what was written',
    by: (sound) => ({ set: (key, value, expected) => sound.set(key, value.trim(), expected) }),
  },
  'drops a byte order mark': {
    found: 'gives back what was written',
    by: (sound) => ({ set: (key, value, expected) => sound.set(key, value.replace(/^\uFEFF/, ''), expected) }),
  },
  'cuts long values': {
    found: 'takes keys of 1 KB and values of 1 MB, whatever the letters',
    by: (sound) => ({ set: (key, value, expected) => sound.set(key, value.slice(0, 999_999), expected) }),
  },
  'cuts long keys': {
    found: 'takes keys of 1 KB and values of 1 MB, whatever the letters',
    by: (sound) => ({
      get: (key) => sound.get(key.slice(0, 1000)),
      set: (key, value, expected) => sound.set(key.slice(0, 1000), value, expected),
    }),
  },
  'takes an empty version for none when it writes': {
    found: 'takes an empty text for no version',
    by: (sound) => ({ set: (key, value, expected) => sound.set(key, value, expected || undefined) }),
  },
  'takes an empty version for any when it deletes': {
    found: 'takes an empty text for no version',
    by: (sound) => ({
      delete: async (key, expected) => sound.delete(key, expected || ((await sound.get(key))?.version ?? '')),
    }),
  },
  'ignores the case of a key': {
    found: 'keeps keys apart',
    by: (sound) => ({
      get: (key) => sound.get(key.toLowerCase()),
      set: (key, value, expected) => sound.set(key.toLowerCase(), value, expected),
    }),
  },
  'locks nothing': {
    found: 'lets one at a time work under a key, and each in the end',
    by: () => ({ withLock: (_key, work) => work(new AbortController().signal) }),
  },
  'has one lock for all': {
    found: 'lets work go on under other keys, and reads and writes under the same',
    by: (sound) => ({ withLock: (_key, work, options) => sound.withLock('one', work, options) }),
  },
  'keeps the lock of work that failed': {
    found: 'hands on what the work gives, or fails with, and frees the lock',
    by: (sound) => ({
      withLock: (key, work, options) =>
        new Promise((resolve, reject) => {
          const forever = new Promise<never>(() => {})
          const stuck = async (lost: AbortSignal) => {
            try {
              resolve(await work(lost))
            } catch (failure) {
              reject(failure)
              await forever
            }
          }
          sound.withLock(key, stuck, options).catch(reject)
        }),
    }),
  },
  'wraps the failure of the work': {
    found: 'hands on what the work gives, or fails with, and frees the lock',
    by: (sound) => ({
      withLock: (key, work, options) =>
        sound.withLock(key, work, options).catch((cause) => Promise.reject(new Error('lock failed', { cause }))),
    }),
  },
  'does not let go of those who wait': {
    found: 'lets a waiting caller leave',
    by: (sound) => ({ withLock: (key, work) => sound.withLock(key, work) }),
  },
  'ends the work with the signal': {
    found: 'does not let the signal end the work',
    by: (sound) => ({
      withLock: (key, work, options) =>
        Promise.race([
          sound.withLock(key, work, options),
          new Promise<never>((_, reject) => {
            options?.signal?.addEventListener('abort', () => reject(options.signal?.reason))
          }),
        ]),
    }),
  },
  'calls its locks lost': {
    found: 'does not call a lock lost that is held',
    by: (sound) => ({
      withLock: (key, work, options) => sound.withLock(key, () => work(AbortSignal.timeout(50)), options),
    }),
  },
  'tells the time in seconds': {
    found: 'tells a time that does not run backwards, if it tells one',
    by: (sound) => ({
      get: async (key) => {
        const stored = await sound.get(key)
        return stored && { ...stored, now: Date.now() / 1000 }
      },
    }),
  },
  'tells of writes and not of deletions': {
    found: 'tells who watches of each change, if it can, until they stop',
    by: (sound) => ({
      watch: (key, listener) =>
        sound.watch?.(key, async () => {
          if (await sound.get(key)) listener()
        }) ?? (() => {}),
    }),
  },
  'tells those who stopped': {
    found: 'tells who watches of each change, if it can, until they stop',
    by: (sound) => ({
      watch: (key, listener) => {
        sound.watch?.(key, listener)
        return () => {}
      },
    }),
  },
  'forgets all who watch when one stops': {
    found: 'tells each of those who watch, and not of other keys',
    by: (sound) => {
      const listeners = new Map<string, Set<() => void>>()
      return {
        watch: (key, listener) => {
          const heard = listeners.get(key) ?? new Set()
          listeners.set(key, heard.add(listener))
          sound.watch?.(key, () => heard.has(listener) && listener())
          return () => heard.clear()
        },
      }
    },
  },
}

describe('the contract of a store', () => {
  for (const [name, { found, by }] of Object.entries(broken)) {
    it.concurrent(`finds out a store that ${name}`, async () => {
      const sound = memoryStore()
      const one = storeContract.find((each) => each.name === found)
      await expect(one?.run({ ...sound, ...by(sound) })).rejects.toThrow()
    })
  }

  it('takes a store that tells neither time nor changes', async () => {
    const { watch: _, ...store } = memoryStore()
    await Promise.all(storeContract.map(({ run }) => run(store)))
  })
})
