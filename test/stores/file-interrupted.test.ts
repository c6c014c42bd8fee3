import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileStore } from '../../src/stores/file.js'
import { processes, stopped } from './file-processes.js'

const { directory, start } = processes()

/** What a tidy folder holds: two marks, and a value where there is one. */
const kindsIn = (folder: string): readonly string[] => {
  const [key = ''] = readdirSync(folder).filter((name) => !name.startsWith('new-'))
  return readdirSync(join(folder, key))
    .map((name) => name.split('-')[0] ?? '')
    .sort()
}

const setUp = async (change: string) => {
  const folder = directory()
  const store = fileStore({ directory: folder, leaseMs: 60_000 })
  if (change !== 'first') await store.set('k', 'old', undefined)
  return { folder, store, old: await store.get('k') }
}

const possible: Readonly<Record<string, readonly (string | undefined)[]>> = {
  first: [undefined, 'new'],
  set: ['old', 'new'],
  delete: ['old', undefined],
  lock: ['old'],
}

describe('a process that is interrupted before each of its steps', () => {
  it.each(Object.keys(possible))(
    'and killed, has done all of "%s" or nothing, and left no lock and no rubbish',
    async (change) => {
      const seen = new Set<string | undefined>()
      for (let n = 1; ; n++) {
        const { folder, store } = await setUp(change)
        const child = start('interrupted', folder, 'k', change, `${n}`, 'SIGKILL')
        const end = await child.end()
        const left = await store.get('k')
        expect(possible[change], `step ${n}`).toContain(left?.value)
        if (child.lines.includes('true') && change !== 'lock')
          expect(left?.value).toBe(change === 'delete' ? undefined : 'new')
        seen.add(left?.value)
        // The lease is a minute: a lock that waited for it would end the test.
        await store.withLock('k', async () => {})
        expect(await store.set('k', 'after', left?.version)).toBe(true)
        expect((await store.get('k'))?.value).toBe('after')
        expect(kindsIn(folder), `after step ${n}`).toEqual(['current', 'free', 'value'])
        if (end === 0) {
          expect(n).toBeGreaterThan(2)
          break
        }
        expect(end).toBe('SIGKILL')
      }
      expect([...seen].sort()).toEqual([...(possible[change] ?? [])].sort())
    },
  )

  // What a stopped process does with a lock is a matter of its lease: file-many-processes.test.ts.
  const changes = Object.keys(possible).filter((change) => change !== 'lock')
  it.each(changes)(
    'and stopped in "%s" while others go on, wins or loses, and loses nothing of theirs',
    async (change) => {
      const outcomes = new Set<string | undefined>()
      for (let n = 1; ; n++) {
        const { folder, store, old } = await setUp(change)
        const child = start('interrupted', folder, 'k', change, `${n}`, 'SIGSTOP')
        const end = child.end()
        const wasStopped = await Promise.race([stopped(child.pid), end.then(() => false)])
        // Several generations, with a deletion among them, so that what was there comes as near to coming back as it can.
        const won = await store.set('k', 'first of others', old?.version)
        if (won) {
          await store.delete('k', (await store.get('k'))?.version ?? '')
          await store.set('k', 'last of others', undefined)
        }
        if (wasStopped) child.kill('SIGCONT')
        expect(await end).toBe(0)
        expect(child.lines, `step ${n}`).toEqual([`${!won}`])
        outcomes.add(child.lines[0])
        const value = won ? 'last of others' : possible[change]?.[1]
        expect((await store.get('k'))?.value, `step ${n}`).toBe(value)
        if (!wasStopped) break
      }
      expect([...outcomes].sort()).toEqual(['false', 'true'])
    },
  )
})
