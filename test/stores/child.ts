import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { build } from 'esbuild'

/** A real process of its own, which can be killed. */
export interface Child {
  readonly process: ChildProcess
  /** Waits until it has printed this line. */
  said(line: string): Promise<void>
  /** Waits for its end. @returns its exit code, or `null` if it was killed. */
  ended(): Promise<number | null>
}

/** Runs a file of the tests in a process of its own, where `process.argv` has the arguments after Node's own path. */
export const startChild = async (file: string, ...argv: readonly string[]): Promise<Child> => {
  const options = { bundle: true, write: false, platform: 'node', format: 'esm', packages: 'external' } as const
  const { outputFiles } = await build({ entryPoints: [file], ...options })
  const code = outputFiles[0]?.text ?? ''
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, '--', ...argv], { stdio: [...stdio] })
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
