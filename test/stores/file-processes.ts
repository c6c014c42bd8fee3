import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { signal } from '../fixtures/signal.js'

export interface Running {
  readonly pid: number
  /** What it has printed so far. */
  readonly lines: readonly string[]
  kill(signal: NodeJS.Signals): void
  /** Waits for a line that is printed now or later. */
  line(start: string): Promise<string>
  /** Waits for its end: its exit code, or what killed it. */
  end(): Promise<number | string | null>
}

export interface Processes {
  /** A new empty directory. */
  readonly directory: () => string
  /** Starts file-child.ts, which ends with the test. */
  readonly start: (...argv: readonly string[]) => Running
  /** Starts it in another runtime. */
  readonly startIn: (command: readonly string[], ...argv: readonly string[]) => Running
}

/** Waits until a process is stopped, by what Linux says of it; false when it has ended instead. */
export const stopped = async (pid: number): Promise<boolean> => {
  for (;;) {
    try {
      const state = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.[0]
      if (state === 'T') return true
      if (state === 'Z') return false
    } catch {
      return false
    }
    await setTimeout(2)
  }
}

const runningFrom = (child: ChildProcess): Running => {
  const lines: string[] = []
  const heard = new Set<() => void>()
  const closed = once(child, 'close').then(([code, signal]) => signal ?? code)
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    lines.push(line)
    for (const listener of heard) listener()
  })
  return {
    pid: child.pid ?? 0,
    lines,
    kill: (name) => signal(child, name),
    end: () => closed,
    line: (start) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const line = lines.find((text) => text.startsWith(start))
          if (line !== undefined) resolve(line)
        }
        heard.add(look)
        look()
        closed.then((code) => reject(new Error(`ended with ${code} before it said "${start}", after ${lines}`)))
      }),
  }
}

/** Real processes that use the file store; none outlives its test, and no file the tests. */
export const processes = (): Processes => {
  const root = mkdtempSync(join(tmpdir(), 'bearward-file-'))
  const program = join(root, 'program.mjs')
  const running = new Set<ChildProcess>()
  beforeAll(async () => {
    const entryPoints = ['test/stores/file-child.ts']
    await build({ entryPoints, outfile: program, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })
  })
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL')
    running.clear()
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const startIn = ([command = '', ...before]: readonly string[], ...argv: readonly string[]) => {
    const child = spawn(command, [...before, program, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] })
    running.add(child)
    child.on('close', () => running.delete(child))
    return runningFrom(child)
  }
  return {
    directory: () => mkdtempSync(join(root, 'd-')),
    start: (...argv) => startIn([process.execPath], ...argv),
    startIn,
  }
}
