import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll } from 'vitest'

/** How a run of the command ended. */
interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** `false`: it stays open. @default nothing, at once */
  readonly stdin?: string | false
  /** @default that of the tests */
  readonly cwd?: string
}

/** A run that has not ended yet. */
export interface Running {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
  /** What it has said so far. */
  stdout(): string
  stderr(): string
}

export interface Bearward {
  run(argv: readonly string[], options?: RunOptions): Promise<Ended>
  start(argv: readonly string[], options?: RunOptions): Running
  /** A folder of this test's own. */
  directory(): string
  /** The file that is run. */
  readonly bin: string
}

/** How a shell starts a program on the runtime of the tests. Deno asks for what a program may do. */
export const thisRuntime: readonly string[] = [
  process.execPath,
  ...('Deno' in globalThis ? ['run', '--allow-all'] : []),
]

/** The command `bearward`, built from the source, in real processes that have an environment of their own and outlive no test. */
export const bearward = (): Bearward => {
  const root = mkdtempSync(join(tmpdir(), 'bearward-command-'))
  const bin = join(root, 'dist', 'bin.js')
  const running = new Set<ChildProcess>()
  beforeAll(async () => {
    cpSync('package.json', join(root, 'package.json'))
    await build({
      entryPoints: ['src/bin.ts'],
      outdir: join(root, 'dist'),
      ...{ bundle: true, splitting: true, platform: 'node', format: 'esm', logLevel: 'error' },
    })
  })
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL')
    running.clear()
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const directory = () => mkdtempSync(join(root, 'd-'))
  const start = (argv: readonly string[], { env = {}, stdin = '', cwd }: RunOptions = {}): Running => {
    const { PATH = '' } = process.env
    const child = spawn(process.execPath, [bin, ...argv], {
      env: { PATH, HOME: root, BROWSER: 'none', ...env },
      cwd,
    })
    running.add(child)
    const code = new Promise<number | null>((resolve) => child.once('close', resolve))
    code.then(() => running.delete(child))
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk
    })
    child.stdin.on('error', () => {})
    if (stdin !== false) child.stdin.end(stdin)
    const ended = code.then((code) => ({ code, stdout, stderr }))
    return { process: child, ended, stdout: () => stdout, stderr: () => stderr }
  }
  return { run: (argv, options) => start(argv, options).ended, start, directory, bin }
}
