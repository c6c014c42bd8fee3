import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ContenderName } from './contenders.ts'
import type { StartedServer } from './servers/started.ts'

export interface Part {
  readonly scenario: string
  readonly name: ContenderName
  readonly origin: string
}

/** What a child sends: its result once, before that orders for the server, which only its parent can reach. */
export type ChildMessage = { readonly result: unknown } | { readonly what: string; readonly given?: unknown }

/** Runs one contender's part of a scenario in a process of its own, where no other one leaves anything behind. */
export const inChild = <Result>(part: Part, server: StartedServer): Promise<Result> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), [JSON.stringify(part)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let said = ''
    child.stderr?.on('data', (data) => {
      said = `${said}${data}`.slice(-2000)
    })
    child.on('message', (message: ChildMessage) => {
      if ('result' in message) return resolve(message.result as Result)
      server.order(message.what, message.given).then((result) => child.send({ result }), reject)
    })
    child.once('exit', () => reject(new Error(`${part.scenario} of ${part.name} ended without a result: ${said}`)))
  })
