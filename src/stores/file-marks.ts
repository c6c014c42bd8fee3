// A key has a folder, and what is true of it is said by the NAMES of two empty files in it, its marks:
//
//   current-12-<id>  the value is in value-12-<id>.json     free-<id>            nobody holds the lock
//   gone-12-<id>     nothing is there                       held-<id>-<owner>    this owner holds it
//
// Every change is one rename of the mark that was seen into a mark that never was. It is the compare and the set at once:
// ids are random, so a mark that was renamed never comes back, and of all who saw it one renames it; the others find it
// gone. There is nothing in between, so a process that is killed before it has changed nothing, and after it everything.
// One that was stopped for an hour wakes up with the name of a mark that is not there. No lock, lease or clock is needed.
import { randomUUID } from 'node:crypto'
import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { movedIn, renamed, sync, unlessCode } from './file-system.js'

/** What a folder's marks say. */
export interface Marks {
  readonly record: RecordMark
  /** The name of the lock's mark. */
  readonly lock: string
  /** All that is in the folder. */
  readonly names: readonly string[]
}

export interface RecordMark {
  readonly name: string
  /** Where it is not, a tombstone's. */
  readonly version: string
  readonly exists: boolean
  /** Counts the changes of this folder. */
  readonly generation: number
}

export const newId = (): string => randomUUID().replaceAll('-', '')

const recordPattern = /^(current|gone)-((\d{1,15})-[0-9a-f]{32})$/
const lockPattern = /^(free|held)-[0-9a-f]{32}(-|$)/

/** Undefined where they are not one of each: a listing that a rename went through may have missed a mark, or have both. */
export const marksOf = (names: readonly string[]): Marks | undefined => {
  const records = names.flatMap((name) => recordPattern.exec(name) ?? [])
  const locks = names.filter((name) => lockPattern.test(name))
  const [name, state, version, generation] = records
  const lock = locks[0]
  if (records.length !== 4 || locks.length !== 1 || !name || !version || !lock) return undefined
  return { record: { name, version, exists: state === 'current', generation: Number(generation) }, lock, names }
}

const patience = 100

/**
 * @returns undefined where there is no folder yet.
 * @throws {Error} where the folder says nothing, or two things: somebody else changed it.
 */
export const marksIn = async (folder: string): Promise<Marks | undefined> => {
  for (let tries = 0; tries < patience; tries++) {
    const names = await unlessCode('ENOENT', readdir(folder))
    if (!names?.length) return undefined
    const marks = marksOf(names)
    if (marks) return marks
  }
  throw new Error(
    `${folder} is damaged: it must hold one file "current-…" or "gone-…" and one "free-…" or "held-…". Something else wrote there, or a copy was laid over it. Remove the folder: what it held is lost, and the user logs in again`,
  )
}

/**
 * Renames the one mark into the other.
 * @returns whether it was this call that did.
 */
export const swap = (folder: string, from: string, to: string): Promise<boolean> =>
  renamed(join(folder, from), join(folder, to), join(folder, 'guard'))

const unfinished = /^(new|old)-[0-9a-f]{32}$/
const anHour = 3_600_000
const cleared = new Set<string>()

/**
 * Removes, once in a process, the folders of those who died while they made one. Each is moved away first: one who was only
 * slow then finds nothing to put in place, and never puts half a folder there.
 */
const clearAway = async (directory: string, now: number): Promise<void> => {
  if (cleared.has(directory)) return
  cleared.add(directory)
  for (const name of await readdir(directory)) {
    if (!unfinished.test(name) || now - (await stat(join(directory, name))).mtimeMs < anHour) continue
    const old = join(directory, `old-${newId()}`)
    await rename(join(directory, name), old)
    await rm(old, { recursive: true })
  }
}

/**
 * Makes the folder with its marks elsewhere and moves it to its place whole, so that nobody ever sees it without, and so
 * that no latecomer adds a second pair: a folder that is not empty is not replaced.
 */
const make = async (folder: string): Promise<void> => {
  const directory = dirname(folder)
  const fresh = join(directory, `new-${newId()}`)
  // The mode covers what the umask takes away; `chmod` what it should not have taken.
  if (await mkdir(directory, { recursive: true, mode: 0o700 })) await chmod(directory, 0o700)
  await mkdir(fresh, { mode: 0o700 })
  let mtimeMs = 0
  try {
    await chmod(fresh, 0o700)
    for (const mark of [`gone-0-${newId()}`, `free-${newId()}`])
      await (await open(join(fresh, mark), 'wx', 0o600)).close()
    await sync(fresh)
    mtimeMs = (await stat(fresh)).mtimeMs
    if (!(await movedIn(fresh, folder))) await rm(fresh, { recursive: true, force: true })
  } catch (failure) {
    await rm(fresh, { recursive: true, force: true })
    throw failure
  }
  await sync(directory)
  await clearAway(directory, mtimeMs).catch(() => {})
}

/** The marks of the folder, which is made where it is not there. */
export const marksMade = async (folder: string): Promise<Marks> => {
  for (let tries = 0; tries < patience; tries++) {
    const marks = await marksIn(folder)
    if (marks) return marks
    // ENOENT: the directory was removed in between, or what was made was cleared away.
    await unlessCode('ENOENT', make(folder))
  }
  throw new Error(`${folder} cannot be made`)
}
