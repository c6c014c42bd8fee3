import process from 'node:process'
import type { ListeningMock, MockClient } from '../../testing/index.js'
import { putOut } from '../terminal.js'
import { greeting, type Listening } from './greeting.js'
import { logLine } from './log-line.js'
import type { Seen } from './seen.js'
import { type Summary, summaryText } from './summary.js'

/** Who tells what happens. */
export interface Reporter {
  listening(there: ListeningMock, told: Listening, clients: readonly MockClient[]): void
  /** A request has had no answer for a while. */
  waiting(seen: Seen): void
  /** A request has an answer, or will have none. */
  request(seen: Seen): void
  closed(summary: Summary): void
}

const nothing = (): void => {}

/** Tells nothing but where the mock is. */
const quiet: Reporter = {
  listening: (_, { origin }) => putOut(origin),
  waiting: nothing,
  request: nothing,
  closed: nothing,
}

const timed = ({ at, ms, ...rest }: Seen): object => ({ at: new Date(at).toISOString(), ...rest, ms: Math.round(ms) })

const putEvent = (event: string, fields: object): void => putOut(JSON.stringify({ event, ...fields }))

/** A line of JSON an event. */
const json: Reporter = {
  listening: (_, told, clients) => putEvent('listening', { ...told, clients: clients.map(({ clientId }) => clientId) }),
  waiting: (seen) => putEvent('waiting', timed(seen)),
  request: (seen) => putEvent('request', timed(seen)),
  closed: (summary) => putEvent('summary', { ...summary, ms: Math.round(summary.ms) }),
}

const widthOf = ({ isTTY, columns }: typeof process.stdout): number => (isTTY ? (columns ?? 80) : Infinity)

/** For people. */
const text: Reporter = {
  listening: (there, told, clients) => putOut(greeting(there, told, clients)),
  waiting: (seen) => putOut(logLine(seen, widthOf(process.stdout))),
  request: (seen) => putOut(logLine(seen, widthOf(process.stdout))),
  closed: (summary) => putOut(summaryText(summary)),
}

export const reporterOf = (wanted: { readonly json?: boolean; readonly quiet?: boolean }): Reporter => {
  if (wanted.json) return json
  return wanted.quiet ? quiet : text
}
