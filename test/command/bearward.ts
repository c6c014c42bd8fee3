import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
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
  /** @default nothing, at once */
  readonly stdin?: string
}

/** A run that has not ended yet. */
interface Running {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
  /** What it has said on standard error so far. */
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
  const start = (argv: readonly string[], { env = {}, stdin = '' }: RunOptions = {}): Running => {
    const { PATH = '' } = process.env
    const child = spawn(process.execPath, [bin, ...argv], { env: { PATH, HOME: root, BROWSER: 'none', ...env } })
    running.add(child)
    const code = new Promise<number | null>((resolve) => child.once('close', resolve))
    code.then(() => running.delete(child))
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk
    })
    child.stdin.on('error', () => {})
    child.stdin.end(stdin)
    const ended = Promise.all([code, text(child.stdout)]).then(([code, stdout]) => ({ code, stdout, stderr: said }))
    return { process: child, ended, stderr: () => said }
  }
  return { run: (argv, options) => start(argv, options).ended, start, directory, bin }
}
