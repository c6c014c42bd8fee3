// Who holds a lock, as a part of its mark's name, and whether that process is surely dead.
import { createHash } from 'node:crypto'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import process from 'node:process'
import { newId } from './file-marks.js'
import { codeOf } from './file-system.js'

interface Owner {
  readonly pid: number
  /** When the process was started, in the ticks of /proc, as a process id is used again; 0 where there is no telling. */
  readonly start: string
  /** Within one place, a process id means the same process to all. */
  readonly place: string
  readonly leaseMs: number
}

const linux = process.platform === 'linux' || process.platform === 'android'

/** Two containers have one host name at times, and process ids of their own; a clone of a machine has another boot. */
const placeHere = async (): Promise<string> => {
  const parts: string[] = [process.platform]
  try {
    parts.push(hostname())
    if (linux)
      parts.push(await readlink('/proc/self/ns/pid'), await readFile('/proc/sys/kernel/random/boot_id', 'utf8'))
    // Other systems have jails and zones: there the lease alone decides.
    else if (!['darwin', 'win32'].includes(process.platform)) parts.push(newId())
  } catch {
    // A Deno that may not read all: nobody else is here then.
    parts.push(newId())
  }
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16)
}

/** State and start of a process (proc_pid_stat(5), fields 3 and 22). A program's name may hold spaces and parentheses. */
const processAt = async (pid: number): Promise<{ readonly state: string; readonly start: string } | undefined> => {
  if (!linux) return undefined
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', start: fields[19] ?? '0' }
  } catch {
    return undefined
  }
}

const findOut = async (): Promise<Omit<Owner, 'leaseMs'>> => {
  const [place, itself] = await Promise.all([placeHere(), processAt(process.pid)])
  return { pid: process.pid, start: itself?.start ?? '0', place }
}
let here: ReturnType<typeof findOut> | undefined

const thisProcess = (): ReturnType<typeof findOut> => {
  here ??= findOut()
  return here
}

const pattern = /^held-[0-9a-f]{32}-(\d+)-(\d+)-([0-9a-f]+)-(\d+)$/

/** The name of a mark that this process has, and nobody had before. */
export const ownMark = async (leaseMs: number): Promise<string> => {
  const { pid, start, place } = await thisProcess()
  return `held-${newId()}-${pid}-${start}-${place}-${Math.ceil(leaseMs)}`
}

/** Undefined for a mark that this version of the store did not write. */
export const ownerOf = (mark: string): Owner | undefined => {
  const [, pid, start, place, leaseMs] = pattern.exec(mark) ?? []
  if (!pid || !start || !place || !leaseMs) return undefined
  return { pid: Number(pid), start, place, leaseMs: Number(leaseMs) }
}

/** Whether it is certain; of one who is elsewhere it never is, and only the lease helps. */
export const isDead = async ({ pid, start, place }: Owner): Promise<boolean> => {
  if (place !== (await thisProcess()).place) return false
  try {
    process.kill(pid, 0)
  } catch (failure) {
    if (codeOf(failure) === 'ESRCH') return true
    // EPERM: somebody else's, and alive. A runtime that does not let us ask knows nothing.
  }
  const running = await processAt(pid)
  if (!running) return false
  // Killed, but nobody has asked for its end yet, as in a container without an init.
  if (running.state === 'Z' || running.state === 'X') return true
  return start !== '0' && running.start !== '0' && running.start !== start
}
