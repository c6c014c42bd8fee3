import { once } from 'node:events'
import { signal } from '../fixtures/signal.js'
import { bearward, type Running } from './bearward.js'

/** The command `bearward mock`, running. */
interface MockProcess {
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

interface MockCommand {
  readonly folder: string
  /** Runs `bearward mock` in the folder. */
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): MockProcess
}

const running = ({ process, ended, stdout, stderr }: Running): MockProcess => {
  const over = async () => (await ended).code
  const said = async (text: string | RegExp): Promise<string> => {
    while (!(typeof text === 'string' ? stdout().includes(text) : text.test(stdout()))) {
      await Promise.race([
        once(process.stdout as NonNullable<typeof process.stdout>, 'data'),
        over().then(() => Promise.reject(new Error(`it ended, having said:\n${stdout()}\n${stderr()}`))),
      ])
    }
    return stdout()
  }
  return {
    output: stdout,
    errors: stderr,
    said,
    origin: async () => (await said(/https?:\/\/127\.0\.0\.1:\d+/)).match(/https?:\/\/127\.0\.0\.1:\d+/)?.[0] as string,
    end: (name = 'SIGINT') => {
      signal(process, name)
      return over()
    },
    ended: over,
  }
}

/** The command, made of its source, in a folder of this file's own. */
export const mockCommand = (): MockCommand => {
  const { start, directory } = bearward()
  const folder = directory()
  return { folder, run: (argv, env = {}) => running(start(['mock', ...argv], { cwd: folder, env })) }
}
