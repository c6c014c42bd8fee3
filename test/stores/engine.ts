import { accessSync, constants, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, it } from 'vitest'

/** What a test needs of the machine. */
export interface Engine {
  readonly name: string
  /** Where it is, if it is there. */
  readonly path: string | undefined
  /** How to get it. */
  readonly remedy: string
}

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The first of these programs that can be run: a name is looked for on the PATH, a pattern among the files. */
export const programAt = (...candidates: readonly string[]): string | undefined => {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return candidates
    .flatMap((candidate) => {
      return candidate.includes('/') ? globSync(candidate) : folders.map((folder) => join(folder, candidate))
    })
    .find(isProgram)
}

/**
 * Tests that need an engine. Without it they are left out, which is said in the title and at the end of the run; where
 * `LEAVE_OUT_NOTHING` is set they fail.
 */
export const describeWith = ({ name, path, remedy }: Engine, title: string, body: (path: string) => void): void => {
  if (path) describe(title, () => body(path))
  else {
    const leaveOut = process.env['LEAVE_OUT_NOTHING'] ? it : it.skip
    leaveOut(`LEFT OUT: ${title}. There is no ${name} here: ${remedy}`, () => {
      throw new Error(`there is no ${name}: ${remedy}`)
    })
  }
}
