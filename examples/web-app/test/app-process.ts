import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface AppProcess {
  readonly url: string
  /** What it has logged. */
  readonly events: readonly { readonly event: string }[]
  /** Ends it by a signal. @returns its exit code, `null` if the signal ended it */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** The app as it is deployed: a process of its own. */
export const startApp = async (environment: Readonly<Record<string, string>>): Promise<AppProcess> => {
  const env = { ...process.env, ...environment, HOST: '127.0.0.1' }
  const child = spawn(process.execPath, ['src/main.ts'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const exited = once(child, 'exit').then(([code]) => {
    process.off('exit', kill)
    return code as number | null
  })
  const events: { event: string; port?: number }[] = []
  const port = await new Promise<number>((resolve, reject) => {
    exited.then((code) => reject(new Error(`the app ended with ${code}`)))
    createInterface(child.stdout).on('line', (line) => {
      const event = JSON.parse(line) as { event: string; port?: number }
      events.push(event)
      if (event.port) resolve(event.port)
    })
  })
  return {
    url: `http://127.0.0.1:${port}`,
    events,
    end: (signal) => {
      child.kill(signal)
      return exited
    },
  }
}
