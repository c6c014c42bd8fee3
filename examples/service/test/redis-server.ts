import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

export interface RedisServer {
  readonly url: string
  stop(): Promise<void>
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const isReady = (server: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', () => reject(new Error('there is no redis-server here: apt-get install redis-server')))
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)))
    server.stdout?.on('data', (text: Buffer) => `${text}`.includes('Ready to accept connections') && resolve())
  })

/** The machine's redis-server on a port of its own, with nothing on the disk. */
export const startRedis = async (): Promise<RedisServer> => {
  const port = await freePort()
  const argv = ['--bind', '127.0.0.1', '--port', `${port}`, '--save', '', '--appendonly', 'no']
  const server = spawn('redis-server', argv, { stdio: ['ignore', 'pipe', 'ignore'] })
  const kill = () => server.kill('SIGKILL')
  process.once('exit', kill)
  await isReady(server)
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      process.off('exit', kill)
      if (server.exitCode !== null || server.signalCode !== null) return
      kill()
      await once(server, 'exit')
    },
  }
}
