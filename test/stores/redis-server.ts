import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, programAt } from './engine.js'

export const redis: Engine = {
  name: 'redis-server',
  path: programAt('redis-server'),
  remedy: 'apt-get install redis-server',
}

export interface RedisOptions {
  /** Every write is on disk before it is answered, and there after a restart. @default false: a restart loses all */
  readonly durable?: boolean
  /** @default a free one */
  readonly port?: number
  /** What else to say on the command line. */
  readonly settings?: readonly string[]
}

/** A server of its own on loopback. */
export interface RedisServer {
  readonly host: string
  readonly port: number
  readonly url: string
  /** Ends it for good. */
  stop(): Promise<void>
  /** It dies as in a power cut, to be started again. */
  kill(): Promise<void>
  start(): Promise<void>
  restart(): Promise<void>
  /** It goes on accepting connections and answers nothing. */
  pause(): void
  resume(): void
}

const host = '127.0.0.1'

/** Nobody listens on it at this moment. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

const ready = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', (chunk) => {
      said += chunk
      if (said.includes('Ready to accept connections')) resolve()
    })
    child.once('exit', () => reject(new Error(`redis-server did not start: ${said}`)))
  })

/** Starts the machine's redis-server. Whoever starts it stops it. */
export const startRedis = async ({ durable, port, settings = [] }: RedisOptions = {}): Promise<RedisServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'))
  const chosen = port ?? (await freePort())
  const persistence = durable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']
  const argv = ['--bind', host, '--port', `${chosen}`, '--dir', folder, '--save', '', ...persistence, ...settings]
  let child: ChildProcess | undefined
  const kill = () => child?.kill('SIGKILL')
  const start = async () => {
    child = spawn(redis.path ?? 'redis-server', argv, { stdio: ['ignore', 'pipe', 'ignore'] })
    process.once('exit', kill)
    await ready(child)
  }
  const end = async () => {
    process.off('exit', kill)
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    kill()
    await gone
  }
  await start()
  return {
    host,
    port: chosen,
    url: `redis://${host}:${chosen}`,
    start,
    kill: end,
    stop: async () => {
      await end()
      rmSync(folder, { recursive: true, force: true })
    },
    restart: async () => {
      await end()
      await start()
    },
    pause: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
  }
}
