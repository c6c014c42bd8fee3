import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signal } from '../fixtures/signal.js'
import { type Engine, programAt } from './engine.js'
import { endServer, freePort, startServer } from './server-process.js'

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

/** Starts the machine's redis-server. Whoever starts it stops it. */
export const startRedis = async ({ durable, port, settings = [] }: RedisOptions = {}): Promise<RedisServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'))
  const chosen = port ?? (await freePort())
  const persistence = durable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']
  const argv = ['--bind', host, '--port', `${chosen}`, '--dir', folder, '--save', '', ...persistence, ...settings]
  const launch = () => startServer(redis.path ?? 'redis-server', argv, 'Ready to accept connections')
  let server = await launch()
  const kill = () => endServer(server)
  const start = async () => {
    server = await launch()
  }
  return {
    host,
    port: chosen,
    url: `redis://${host}:${chosen}`,
    start,
    kill,
    stop: async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
    restart: async () => {
      await kill()
      await start()
    },
    pause: () => signal(server, 'SIGSTOP'),
    resume: () => signal(server, 'SIGCONT'),
  }
}
