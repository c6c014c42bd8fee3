// What is under a key: one mark that says which file holds it (file-marks.ts). A value is written to the disk first, as
// value-N of the generation that it would be, and counts from the moment its mark is there.
import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Stored } from '../tokens/store.js'
import { type Marks, marksIn, marksMade, newId, swap } from './file-marks.js'
import { sync, textIn, writePrivately } from './file-system.js'

const valueFile = (version: string): string => `value-${version}.json`
const valuePattern = /^value-((\d{1,15})-[0-9a-f]{32})\.json$/

/**
 * Removes the values of the past, and of those who died or lost. What is of the current generation or an older one can never
 * become current any more, as the mark that it would follow is gone; one of the next generation can, and stays.
 */
const sweep = async (folder: string, names: readonly string[], current: number, version?: string): Promise<void> => {
  for (const name of names) {
    const [, its, generation] = valuePattern.exec(name) ?? []
    if (!its || its === version || Number(generation) > current) continue
    await unlink(join(folder, name)).catch(() => {})
  }
}

/** @throws {Error} where it is not what a store has written. Nothing of it is in the message. */
const valueIn = (text: string, key: string, path: string): string => {
  let read: { key?: unknown; value?: unknown } | null = null
  try {
    read = JSON.parse(text)
  } catch {}
  if (read?.key === key && typeof read.value === 'string') return read.value
  throw new Error(
    `${path} is damaged, or is another program's. Remove its folder: what it held is lost, and the user logs in again`,
  )
}

export const readRecord = async (folder: string, key: string): Promise<Stored | undefined> => {
  let missing: string | undefined
  for (;;) {
    const marks = await marksIn(folder)
    if (!marks) return undefined
    const { version, generation, exists } = marks.record
    await sweep(folder, marks.names, generation, exists ? version : undefined)
    if (!exists) return undefined
    const path = join(folder, valueFile(version))
    const text = await textIn(path)
    if (text !== undefined) return { value: valueIn(text, key, path), version }
    // Gone because somebody wrote a newer one; then the mark is another one too.
    if (version === missing) throw new Error(`${path} is missing. Remove its folder: the user logs in again`)
    missing = version
  }
}

/** Where the mark is the one that was seen, puts the next one in its place. */
const follow = async (
  folder: string,
  { record, names }: Marks,
  key: string,
  value: string | undefined,
): Promise<boolean> => {
  const generation = record.generation + 1
  const version = `${generation}-${newId()}`
  const path = join(folder, valueFile(version))
  const discard = () => unlink(path).catch(() => {})
  if (value !== undefined) {
    try {
      await writePrivately(path, JSON.stringify({ key, value }))
      await sync(folder)
    } catch (failure) {
      await discard()
      throw failure
    }
  }
  // Should this fail, nobody knows whether it was done: the value stays, for the next one to look.
  if (!(await swap(folder, record.name, `${value === undefined ? 'gone' : 'current'}-${version}`))) {
    await discard()
    return false
  }
  await sync(folder)
  await sweep(folder, names, generation, version)
  return true
}

/** Writes, or deletes where there is no value, if `expected` is the version that is there. */
export const changeRecord = async (
  folder: string,
  key: string,
  value: string | undefined,
  expected: string | undefined,
): Promise<boolean> => {
  for (;;) {
    const marks = await (expected === undefined ? marksMade(folder) : marksIn(folder))
    if (!marks || (marks.record.exists ? marks.record.version : undefined) !== expected) return false
    if (await follow(folder, marks, key, value)) return true
    // A version that was overtaken is never there again. Nothing may be: what was written meanwhile may be deleted already.
    if (expected !== undefined) return false
  }
}
