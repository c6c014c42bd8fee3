import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** A port of the loopback interface that nobody listens on now. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Starts a program, which says when it is ready. It does not outlive this process; who starts it ends it. */
export const startServer = async (
  program: string,
  argv: readonly string[],
  ready: string,
  cwd?: string,
): Promise<ChildProcess> => {
  const child = spawn(program, argv, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  let log = ''
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`${program} did not start:\n${log}`)))
    for (const output of [child.stdout, child.stderr]) {
      output.on('data', (text: Buffer) => {
        log += text
        if (log.includes(ready)) resolve()
      })
    }
  })
  return child
}

/** Ends a program by a signal, and waits for its end. */
export const endServer = async (child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}
