import { setTimeout as after } from 'node:timers/promises'
import { shown, spreadOf } from '../figures.ts'
import type { Table } from '../report.ts'
import { type StartedServer, started } from '../servers/started.ts'
import type { Engines } from './engines.ts'
import type { Kind } from './places.ts'
import type { SiblingSetting } from './sibling-process.ts'

const rounds = 30
const waitingRounds = 20
/** Long enough that one who waits for the lock has come to its longer pauses, as with many a real server. */
const slowMs = 300

interface Pair {
  readonly renewer: StartedServer
  readonly sibling: StartedServer
}

const pairAt = async (engines: Engines, kind: Kind, hears: boolean, origin: string): Promise<Pair> => {
  const setting: SiblingSetting = { place: engines.place(kind, hears), origin }
  const [renewer, sibling] = await Promise.all([
    started('../sharing/sibling-process.ts'),
    started('../sharing/sibling-process.ts'),
  ])
  for (const each of [renewer, sibling]) await each.order('open', setting)
  return { renewer, sibling }
}

/** Both hold the token of a new session. */
const both = async ({ renewer, sibling }: Pair, server: StartedServer, key: string): Promise<void> => {
  await renewer.order('hold', { key, login: await server.order('login') })
  await sibling.order('hold', { key })
  // The connection or the watcher that hears is there by then.
  await after(40)
}

/** Milliseconds from the answer of the token endpoint to the moment at which the idle sibling has it. */
const heard = async (pair: Pair, server: StartedServer, key: string): Promise<number> => {
  await both(pair, server, key)
  const answeredAt = await pair.renewer.order<number>('renew')
  return (await pair.sibling.order<number>('adopted')) - answeredAt
}

/** The same where the sibling wants the next token too, and waits. */
const waited = async (pair: Pair, server: StartedServer, key: string): Promise<number> => {
  await both(pair, server, key)
  const renewing = pair.renewer.order<number>('renew')
  await after(50)
  await pair.sibling.order('want')
  const answeredAt = await renewing
  return (await pair.sibling.order<number>('adopted')) - answeredAt
}

const spread = async (pair: Pair, server: StartedServer, how: typeof heard, count: number): Promise<string> => {
  const figures: number[] = []
  for (let round = -1; round < count; round++) {
    const figure = await how(pair, server, `${how.name}-${round}`)
    if (round >= 0) figures.push(figure)
  }
  return shown(spreadOf(figures), 1)
}

/** How soon a sibling in another process has the token that was renewed. */
export const adoption = async (engines: Engines, server: StartedServer): Promise<Table> => {
  const kinds = engines.kinds.filter((kind) => kind !== 'memory')
  const rows: string[][] = []
  for (const kind of kinds) {
    const hearing = await pairAt(engines, kind, true, server.origin)
    await server.order('behave', { lifetime: 3600, delayMs: 0 })
    const idle = await spread(hearing, server, heard, rounds)
    await server.order('behave', { lifetime: 3600, delayMs: slowMs })
    const woken = await spread(hearing, server, waited, waitingRounds)
    for (const each of Object.values(hearing)) await each.stop()
    const deaf = await pairAt(engines, kind, false, server.origin)
    const polling = await spread(deaf, server, waited, waitingRounds)
    for (const each of Object.values(deaf)) await each.stop()
    rows.push([kind, idle, woken, 'once its own is due', polling])
  }
  return {
    title: 'Sharing: from the answer of the token endpoint to the sibling that adopts it, ms',
    columns: ['', 'watch, idle', 'watch, waiting', 'no watch, idle', 'no watch, waiting'],
    rows,
    remarks: [
      `${rounds} rounds, ${waitingRounds} of those who wait, two processes, one clock. Waiting: the sibling asked for the next token 50 ms after the first did, of a token endpoint that answers after ${slowMs} ms.`,
      'The store is written and the lock released within that time as well.',
    ],
  }
}
