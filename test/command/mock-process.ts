import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

/** The command `bearward mock`, running. */
interface MockProcess {
  readonly process: ChildProcess
  /** What it has said so far. */
  output(): string
  errors(): string
  /** Waits for a text in its output. */
  said(text: string | RegExp): Promise<string>
  /** The origin that it listens at. */
  origin(): Promise<string>
  /** Interrupts it, and waits for its end. @returns its exit code */
  end(signal?: NodeJS.Signals): Promise<number | null>
  /** Waits for its end. */
  ended(): Promise<number | null>
}

export interface MockCommand {
  readonly folder: string
  /** Runs `bearward mock` in the folder. */
  run(argv: readonly string[], environment?: Readonly<Record<string, string>>): MockProcess
  /** Ends what still runs, and takes the folder away. */
  close(): Promise<void>
}

const running = (child: ChildProcess): MockProcess => {
  let output = ''
  let errors = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk
  })
  const exit = once(child, 'close')
  const said = async (text: string | RegExp): Promise<string> => {
    while (!(typeof text === 'string' ? output.includes(text) : text.test(output))) {
      await Promise.race([
        once(child.stdout as NonNullable<typeof child.stdout>, 'data'),
        exit.then(() => Promise.reject(new Error(`it ended, having said:\n${output}\n${errors}`))),
      ])
    }
    return output
  }
  const ended = async (): Promise<number | null> => (await exit)[0]
  return {
    process: child,
    output: () => output,
    errors: () => errors,
    said,
    origin: async () => (await said(/https?:\/\/127\.0\.0\.1:\d+/)).match(/https?:\/\/127\.0\.0\.1:\d+/)?.[0] as string,
    end: (signal = 'SIGINT') => {
      child.kill(signal)
      return ended()
    },
    ended,
  }
}

/** The command, made of its source, in a folder of its own. */
export const mockCommand = async (): Promise<MockCommand> => {
  const folder = await mkdtemp(join(tmpdir(), 'bearward-command-'))
  await mkdir(join(folder, 'dist'))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', version: '0.0.0' }))
  const file = join(folder, 'dist', 'bin.js')
  await build({
    entryPoints: ['src/bin.ts'],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
  const open = new Set<ChildProcess>()
  return {
    folder,
    run: (argv, environment = {}) => {
      const { NO_COLOR, FORCE_COLOR, ...env } = process.env
      const child = spawn(process.execPath, [file, 'mock', ...argv], { cwd: folder, env: { ...env, ...environment } })
      open.add(child)
      child.once('close', () => open.delete(child))
      return running(child)
    },
    close: async () => {
      for (const child of open) child.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
