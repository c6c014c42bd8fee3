// What the file store asks of the file system: that one rename of a name is one, on Windows too, and that what is written stays.
import { open, rename } from 'node:fs/promises'
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
const passing = ['EPERM', 'EACCES', 'EBUSY']
const tries = 60

const patiently = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  for (let left = tries; ; left--) {
    try {
      return await work()
    } catch (failure) {
      if (!left || !passing.includes(codeOf(failure))) throw failure
      await setTimeout(2 + Math.random() * 100)
    }
  }
}

/** libuv's UV_FS_O_EXLOCK: on Windows nobody else can open the file as long as this handle, or its process, is there. */
const exclusively = 0x1000_0000
const readAndCreate = 0x0102

/**
 * Renames.
 * @returns whether the file was still there under the old name.
 */
export const renamed = async (from: string, to: string, guard: string): Promise<boolean> => {
  const once = async () =>
    (await unlessCode(
      'ENOENT',
      rename(from, to).then(() => true),
    )) ?? false
  if (process.platform !== 'win32') return once()
  // Windows renames what was opened, not what has the name: of two who have both opened the file, both would rename it.
  const alone = await unlessCode(
    'ENOENT',
    patiently(() => open(guard, readAndCreate | exclusively, 0o600)),
  )
  try {
    return !!alone && (await patiently(once))
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
