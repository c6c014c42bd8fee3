import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { fileStore } from '../../src/stores/file.js'
import { processes, type Running, stopped } from './file-processes.js'

const { directory, start } = processes()

const anyOf = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)] as Item

/** Keeps four processes at work for three seconds at least, kills one after the other, and stops some for a moment. */
const disturb = async (startOne: () => Running, isEnough: (all: readonly Running[]) => boolean) => {
  const all = Array.from({ length: 4 }, startOne)
  const alive = [...all]
  const killed = new Set<number>()
  await Promise.all(alive.map((one) => one.line('')))
  for (const end = performance.now() + 3000; performance.now() < end || !isEnough(all); ) {
    await setTimeout(Math.random() * 60)
    const victim = anyOf(alive)
    if (Math.random() < 0.5) {
      victim.kill('SIGSTOP')
      await setTimeout(Math.random() * 60)
      victim.kill('SIGCONT')
    } else {
      victim.kill('SIGKILL')
      killed.add(victim.pid)
      const next = startOne()
      all.push(next)
      alive.splice(alive.indexOf(victim), 1, next)
      await next.line('')
    }
  }
  for (const one of alive) {
    one.kill('SIGKILL')
    killed.add(one.pid)
  }
  await Promise.all(all.map((one) => one.end()))
  return { all, killed }
}

describe('many processes, some of which are killed or stopped', () => {
  it('lose no write, and of those who write at once one is told that it has written', async () => {
    const folder = directory()
    const toldOf = (those: readonly Running[]) => those.flatMap(({ lines }) => lines)
    const { all, killed } = await disturb(
      () => start('append', folder, 'k'),
      (those) => toldOf(those).length > 50,
    )
    const entries: string[] = JSON.parse((await fileStore({ directory: folder }).get('k'))?.value ?? '')
    const told = toldOf(all)
    expect(new Set(entries).size).toBe(entries.length)
    const written = new Set(entries)
    expect(told.filter((entry) => !written.has(entry))).toEqual([])
    // Who was killed may have written once more than they could tell.
    expect(entries.length - told.length).toBeLessThanOrEqual(killed.size)
    const [key = ''] = readdirSync(folder).filter((name) => !name.startsWith('new-'))
    await fileStore({ directory: folder }).set('k', '', (await fileStore({ directory: folder }).get('k'))?.version)
    expect(readdirSync(join(folder, key))).toHaveLength(3)
  })

  it('work one at a time under a lock, which the dead do not keep', async () => {
    const folder = directory()
    const log = join(folder, 'log')
    writeFileSync(log, '')
    const startOne = () => {
      const running = start('enter', folder, 'k', log)
      // Ready when it has been inside once.
      const line = async () => {
        while (!readFileSync(log, 'utf8').includes(`+${running.pid}\n`)) await setTimeout(5)
        return ''
      }
      return { ...running, line }
    }
    const stepsOf = () => readFileSync(log, 'utf8').trim().split('\n')
    const { killed } = await disturb(startOne, () => stepsOf().length > 50)
    const steps = stepsOf()
    const wrong = steps.filter((step, i) => {
      const [before, pid] = [steps[i - 1], Number(step.slice(1))]
      if (step.startsWith('-')) return before !== `+${pid}`
      return before?.startsWith('+') && !killed.has(Number(before.slice(1)))
    })
    expect(wrong).toEqual([])
  })

  it('know a process that is stopped for longer than its lease by its silence, and it knows that it has lost', async () => {
    const folder = directory()
    const store = fileStore({ directory: folder, leaseMs: 900 })
    await store.set('k', 'old', undefined)
    const child = start('hold', folder, 'k', '900')
    await child.line('held')
    child.kill('SIGSTOP')
    await stopped(child.pid)
    let patient: Promise<string> | undefined
    const entered: string[] = []
    await store.withLock('k', async (lost) => {
      entered.push('first')
      expect(await store.set('k', 'new', (await store.get('k'))?.version)).toBe(true)
      child.kill('SIGCONT')
      expect(await child.line('lost')).toBe('lost, and then wrote: false')
      await child.line('released')
      // What it gave back was not ours.
      const other = fileStore({ directory: folder, leaseMs: 900 })
      patient = other.withLock('k', async () => entered.push('second')).then(() => 'had its turn')
      await setTimeout(1800)
      expect(entered).toEqual(['first'])
      expect(lost.aborted).toBe(false)
    })
    expect(await patient).toBe('had its turn')
    expect((await store.get('k'))?.value).toBe('new')
  })

  it('take the lock of one that was killed at once, whatever its lease', async () => {
    const folder = directory()
    const child = start('hold', folder, 'k', '60000')
    await child.line('held')
    const waiting = fileStore({ directory: folder, leaseMs: 60_000 }).withLock('k', async () => 'had its turn')
    await setTimeout(50)
    child.kill('SIGKILL')
    expect(await waiting).toBe('had its turn')
  })
})
