// What the file store asks of the file system: that of two who rename a file one does, that a name is read or not there, and
// that what is written stays. Windows keeps to that too, if it is asked with patience.
import { open, readFile, rename, stat } from 'node:fs/promises'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'

export const codeOf = (failure: unknown): string => (failure as { code?: string } | undefined)?.code ?? ''

/** Undefined instead of a failure with this code. */
export const unlessCode = async <Result>(code: string, work: Promise<Result>): Promise<Result | undefined> => {
  try {
    return await work
  } catch (failure) {
    if (codeOf(failure) !== code) throw failure
    return undefined
  }
}

/** Windows says these where somebody has the file open just now: a scanner, an indexer, one of us. */
const passing: readonly string[] = ['EPERM', 'EACCES', 'EBUSY']
const tries = 60
const isWindows = (): boolean => process.platform === 'win32'

const patiently = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  for (let left = isWindows() ? tries : 0; ; left--) {
    try {
      return await work()
    } catch (failure) {
      if (!left || !passing.includes(codeOf(failure))) throw failure
      await setTimeout(2 + Math.random() * 100)
    }
  }
}

/** Undefined where it is not there. */
export const textIn = (path: string): Promise<string | undefined> =>
  unlessCode(
    'ENOENT',
    patiently(() => readFile(path, 'utf8')),
  )

/**
 * Moves a folder to a place that must be free.
 * @returns whether it was.
 */
export const movedIn = (fresh: string, folder: string): Promise<boolean> =>
  patiently(async () => {
    try {
      await rename(fresh, folder)
      return true
    } catch (failure) {
      const code = codeOf(failure)
      if (code === 'ENOTEMPTY' || code === 'EEXIST') return false
      // What Windows says where there is a folder is what it says where a scanner is in the new one.
      if (isWindows() && passing.includes(code) && (await unlessCode('ENOENT', stat(folder)))) return false
      throw failure
    }
  })

/** libuv's UV_FS_O_EXLOCK: on Windows nobody else can open the file as long as this handle, or its process, is there. */
const exclusively = 0x1000_0000
const readAndCreate = 0x0102

/**
 * Renames.
 * @returns whether the file was still there under the old name.
 */
export const renamed = async (from: string, to: string, guard: string): Promise<boolean> => {
  const once = () =>
    unlessCode(
      'ENOENT',
      patiently(async () => {
        await rename(from, to)
        return true
      }),
    )
  if (!isWindows()) return (await once()) ?? false
  // Windows renames what was opened, not what has the name: of two who have both opened the file, both would rename it.
  const alone = await unlessCode(
    'ENOENT',
    patiently(() => open(guard, readAndCreate | exclusively, 0o600)),
  )
  try {
    return (alone && (await once())) ?? false
  } finally {
    await alone?.close()
  }
}

/** What a system says that cannot sync a directory. */
const unable = ['EINVAL', 'ENOTSUP', 'EISDIR', ...passing]

/** Has the names in a directory outlive a power failure, where the system can. */
export const sync = async (directory: string): Promise<void> => {
  try {
    const handle = await open(directory)
    await handle.sync().finally(() => handle.close())
  } catch (failure) {
    if (!unable.includes(codeOf(failure))) throw failure
  }
}

/** Writes a new file that only its owner may read, to the disk. */
export const writePrivately = async (path: string, text: string): Promise<void> => {
  const handle = await open(path, 'wx', 0o600)
  try {
    // The umask may have taken more than it should.
    await handle.chmod(0o600)
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
