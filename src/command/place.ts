import { readdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import process from 'node:process'
import type { TokenStore } from '../index.js'
import { type Command, Option } from './parser.js'
import { storeKeys } from './secret.js'
import { UsageError } from './usage-error.js'

/** Where tokens are kept between runs. */
export interface PlaceFlags {
  /** `false`: nowhere. */
  readonly store: string | boolean
}

export const takesPlace = (command: Command): Command =>
  command
    .optionsGroup('Where tokens are kept:')
    .addOption(
      new Option('--store <directory>', 'Keep tokens there, for this user alone')
        .env('BEARWARD_STORE')
        .default(true, 'your state directory'),
    )
    .option('--no-store', 'Keep nothing, and take nothing that was kept')

/** A login is state: it outlives a cleaning of caches, and is nothing that a user has written (XDG Base Directory). */
const stateDirectory = (): string => {
  const { XDG_STATE_HOME = '', LOCALAPPDATA } = process.env
  if (process.platform === 'win32') return LOCALAPPDATA || join(homedir(), 'AppData', 'Local')
  // A relative one is to be ignored.
  return isAbsolute(XDG_STATE_HOME) ? XDG_STATE_HOME : join(homedir(), '.local', 'state')
}

export const directoryOf = ({ store }: PlaceFlags): string =>
  typeof store === 'string' ? resolve(store) : join(stateDirectory(), 'bearward')

/** What was given for something of its own, which will not come again, is of no use after that. */
const passingDays = 7

/**
 * Removes what nobody has touched for long: each of these tokens has a folder of its own. Each is moved away first: a run that is
 * at work in it finds nothing, and makes a new one, where half of the old one would be damaged for good.
 */
const sweep = async (directory: string): Promise<void> => {
  const before = Date.now() - passingDays * 86_400_000
  const names = await readdir(directory).catch(() => [])
  // Folders of the file store alone: the directory may be one that the user has other things in.
  for (const name of names.filter((one) => /-[\da-f]{64}$/.test(one))) {
    const folder = join(directory, name)
    const { mtimeMs } = await stat(folder)
    if (mtimeMs >= before) continue
    // The file store clears folders of this name away, where this run dies before it has.
    const old = join(directory, `old-${crypto.randomUUID().replaceAll('-', '')}`)
    await rename(folder, old)
    await rm(old, { recursive: true, force: true })
  }
}

/**
 * The store; encrypted where `BEARWARD_STORE_KEY` has a key, or several with commas between them.
 * @param isPassing What is kept there was given for something that may be another thing with each run.
 */
export const storeOf = async (flags: PlaceFlags, isPassing = false): Promise<TokenStore | undefined> => {
  if (flags.store === false) return undefined
  if (flags.store === '') throw new UsageError('--store must be a directory')
  const { fileStore } = await import('../stores/file.js')
  const directory = isPassing ? join(directoryOf(flags), 'passing') : directoryOf(flags)
  // A folder that another run removes at this moment is gone as it should.
  if (isPassing) await sweep(directory).catch(() => {})
  const store = fileStore({ directory })
  const keys = storeKeys()
  if (!keys) return store
  const { encrypted } = await import('../index.js')
  return encrypted(store, { keys: keys.split(',') })
}
