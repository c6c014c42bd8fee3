import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

/** A real process of its own, which can be killed. */
export interface Child {
  readonly process: ChildProcess
  /** Waits until it has printed this line. */
  said(line: string): Promise<void>
  /** Waits for its end. @returns its exit code, or `null` if it was killed. */
  ended(): Promise<number | null>
}

/** Below `node_modules`, so that the packages it imports are found. */
const bundles = 'node_modules/.cache/bearward'

/** Runs a file of the tests in a process of its own, on the runtime that runs this one. */
export const startChild = async (file: string, ...argv: readonly string[]): Promise<Child> => {
  mkdirSync(bundles, { recursive: true })
  const outfile = join(mkdtempSync(join(bundles, 'child-')), 'child.mjs')
  await build({ entryPoints: [file], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' })
  const child = spawn(process.execPath, [outfile, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const exit = once(child, 'exit')
  exit.finally(() => process.off('exit', kill))
  let output = ''
  child.stdout?.on('data', (text: Buffer) => {
    output += text
  })
  return {
    process: child,
    said: async (line) => {
      while (!output.split('\n').includes(line)) {
        await Promise.race([
          once(child.stdout ?? child, 'data'),
          exit.then(() => Promise.reject(new Error(`it ended, having said:\n${output}`))),
        ])
      }
    },
    ended: async () => (await exit)[0],
  }
}
