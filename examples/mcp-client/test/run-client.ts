import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  /** Waits until it has said something that fits, on standard error. @returns what the first group was */
  says(pattern: RegExp): Promise<string>
  ended(): Promise<Ended>
}

/** A run of the client, as a shell would start it. */
export const runClient = (environment: Readonly<Record<string, string>>, ...argv: readonly string[]): Running => {
  const env = { ...process.env, ...environment }
  const child = spawn(process.execPath, ['src/main.ts', ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const stdout = text(child.stdout)
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  const closed = once(child, 'close').then(([code]) => {
    process.off('exit', kill)
    return code as number | null
  })
  return {
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = stderr.match(pattern)
          if (found) resolve(found[1] ?? found[0])
        }
        look()
        child.stderr.on('data', look)
        closed.then(() => reject(new Error(`it ended without saying ${pattern}:\n${stderr}`)))
      }),
    ended: async () => ({ code: await closed, stdout: await stdout, stderr }),
  }
}
