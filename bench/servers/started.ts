import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Order, Report } from './control.ts'

export interface StartedServer {
  readonly origin: string
  order<Result>(what: string, given?: unknown): Promise<Result>
  stop(): Promise<void>
}

/** Starts a server in a process of its own, so that it takes no time from what is measured. */
export const started = async (file: `${string}.ts`, execArgv: string[] = []): Promise<StartedServer> => {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { execArgv })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const waiting = new Map<number, (result: unknown) => void>()
  const reported = (id: number) => new Promise<unknown>((resolve) => waiting.set(id, resolve))
  child.on('message', ({ id, result }: Report) => {
    waiting.get(id)?.(result)
    waiting.delete(id)
  })
  const gone = ended.then(() => {
    throw new Error(`${file} ended`)
  })
  gone.catch(() => {})
  let last = 0
  return {
    origin: (await Promise.race([reported(0), gone])) as string,
    order: async <Result>(what: string, given?: unknown) => {
      const id = ++last
      const report = reported(id)
      child.send({ id, what, with: given } satisfies Order)
      return (await Promise.race([report, gone])) as Result
    },
    stop: () => {
      child.disconnect()
      return ended
    },
  }
}
