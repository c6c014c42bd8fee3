import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, globSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { freePort } from './free-port.ts'

export interface PostgresServer {
  readonly url: string
  stop(): Promise<void>
}

/** Where its programs are: on the PATH, or where Debian hides them. */
const programsOf = (): string => {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const [initdb] = globSync([...folders.map((folder) => join(folder, 'initdb')), '/usr/lib/postgresql/*/bin/initdb'])
  if (!initdb) throw new Error('there is no PostgreSQL here: apt-get install postgresql')
  return dirname(realpathSync(initdb))
}

/** It refuses to be run by root: then it is run by the user `postgres`. */
const isRoot = process.getuid?.() === 0
const command = (program: string, argv: readonly string[]): [string, string[]] =>
  isRoot
    ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...argv]]
    : [program, [...argv]]

const isReady = (server: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`postgres ended with ${code}`)))
    server.stderr?.on('data', (text: Buffer) => `${text}`.includes('ready to accept connections') && resolve())
  })

/** The machine's PostgreSQL on a port and in a folder of its own. */
export const startPostgres = async (): Promise<PostgresServer> => {
  const programs = programsOf()
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'))
  if (isRoot) chownSync(folder, Number(execFileSync('id', ['-u', 'postgres'])), 0)
  const data = join(folder, 'data')
  const initialise = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync']
  execFileSync(...command(join(programs, 'initdb'), initialise), { cwd: '/', stdio: 'ignore' })
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${folder}`, 'fsync=off']
  const argv = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]
  const server = spawn(...command(join(programs, 'postgres'), argv), { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
  const kill = () => server.kill('SIGQUIT')
  process.once('exit', kill)
  await isReady(server)
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      process.off('exit', kill)
      if (server.exitCode === null && server.signalCode === null) {
        kill()
        await once(server, 'exit')
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
