import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Engine, programAt } from './engine.js'
import { endServer, freePort, startServer } from './server-process.js'

const initdb = programAt('initdb', '/usr/lib/postgresql/*/bin/initdb')

/** What `describeWith` asks for. */
export const postgresEngine: Engine = {
  name: 'initdb',
  path: initdb,
  remedy: 'install PostgreSQL (Debian: postgresql)',
}

/** A real server on loopback, with a directory of its own. */
export interface PostgresServer {
  readonly port: number
  /** A connection URL of the superuser. */
  readonly url: string
  /** Kills it as a crash would, and starts it again on the same port with the data that it had. */
  restart(): Promise<void>
  /** Kills it as a crash would. */
  crash(): Promise<void>
  /** Starts it after a crash. */
  start(): Promise<void>
  /** Freezes it: connections stay open, new ones are taken, nothing is answered. */
  pause(): void
  resume(): void
  /** Ends it and removes its directory. */
  stop(): Promise<void>
}

/** Servers of databases refuse to be run by root: then they are run by the user `postgres`. */
export const asNobodySpecial = (program: string, argv: readonly string[]): [string, string[]] =>
  process.getuid?.() === 0
    ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...argv]]
    : [program, [...argv]]

/** A new directory that such a server may write to. */
export const serverDirectory = (name: string): string => {
  const directory = mkdtempSync(join(tmpdir(), `${name}-`))
  chmodSync(directory, 0o700)
  if (process.getuid?.() === 0) chownSync(directory, Number(execFileSync('id', ['-u', 'postgres'])), 0)
  return directory
}

/** A process and what it has started: each connection has a process of its own. */
const familyOf = (pid: number): readonly number[] => {
  const childOf = (candidate: string) => {
    try {
      // The name of the program is in parentheses, and may hold blanks.
      return readFileSync(`/proc/${candidate}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1] === `${pid}`
    } catch {
      return false
    }
  }
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && childOf(name))
  return [pid, ...children.map(Number)]
}

export const startPostgres = async (): Promise<PostgresServer> => {
  if (!initdb) throw new Error(`there is no ${postgresEngine.name}: ${postgresEngine.remedy}`)
  // In the PATH there may be a link, which does not find the other programs.
  const programs = dirname(realpathSync(initdb))
  const directory = serverDirectory('postgres')
  const port = await freePort()
  const initialise = ['-D', join(directory, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C']
  const [command, args] = asNobodySpecial(join(programs, 'initdb'), [...initialise, '--no-sync'])
  execFileSync(command, args, { cwd: '/', stdio: ['ignore', 'ignore', 'inherit'] })
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${directory}`, 'fsync=off']
  const argv = ['-D', join(directory, 'data'), ...settings.flatMap((setting) => ['-c', setting])]
  const launch = () =>
    startServer(...asNobodySpecial(join(programs, 'postgres'), argv), 'ready to accept connections', '/')
  let server = await launch()
  const signal = (name: NodeJS.Signals) => {
    for (const pid of familyOf(server.pid ?? 0)) process.kill(pid, name)
  }
  // The immediate shut-down: no checkpoint, no goodbye, recovery at the next start.
  const crash = () => endServer(server, 'SIGQUIT')
  const start = async () => {
    server = await launch()
  }
  return {
    port,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    crash,
    start,
    restart: async () => {
      await crash()
      await start()
    },
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    stop: async () => {
      await crash()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
