import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Engine, programAt } from './engine.js'
import { asNobodySpecial, serverDirectory } from './postgres-server.js'
import { endServer, freePort, startServer } from './server-process.js'

const program = programAt('pgbouncer', '/usr/sbin/pgbouncer')

/** What `describeWith` asks for. */
export const pgbouncerEngine: Engine = {
  name: 'pgbouncer',
  path: program,
  remedy: 'install it (Debian: pgbouncer)',
}

/** A pgbouncer in transaction mode before a server: each transaction may meet another connection. */
export interface Pgbouncer {
  readonly url: string
  stop(): Promise<void>
}

export const startPgbouncer = async (postgresPort: number): Promise<Pgbouncer> => {
  if (!program) throw new Error(`there is no ${pgbouncerEngine.name}: ${pgbouncerEngine.remedy}`)
  const directory = serverDirectory('pgbouncer')
  const port = await freePort()
  const users = join(directory, 'users.txt')
  const configuration = join(directory, 'pgbouncer.ini')
  writeFileSync(users, '"postgres" ""\n')
  writeFileSync(
    configuration,
    `[databases]
* = host=127.0.0.1 port=${postgresPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
pool_mode = transaction
default_pool_size = 4
`,
  )
  for (const file of [users, configuration]) chmodSync(file, 0o644)
  const server = await startServer(...asNobodySpecial(program, [configuration]), 'process up', '/')
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await endServer(server)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
