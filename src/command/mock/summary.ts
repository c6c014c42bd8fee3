import { printable } from '../../cli/printable.js'
import type { MockIssued } from '../../testing/index.js'
import { paint } from '../terminal.js'
import type { FaultCount } from './fault-counts.js'
import { grantName } from './log-line.js'
import type { Seen } from './seen.js'

type Counts = Readonly<Record<string, number>>

/** What has happened from the start to the end. */
export interface Summary {
  readonly ms: number
  readonly requests: number
  readonly endpoints: Counts
  readonly grants: Counts
  /** By why. */
  readonly refused: Counts
  /** How many answers never came. */
  readonly lost: Counts
  readonly issued: Partial<Record<MockIssued, number>>
  readonly faults: readonly FaultCount[]
}

const counted = (names: Iterable<string | undefined>): Counts => {
  const counts = new Map<string, number>()
  for (const name of names) if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([, one], [, other]) => other - one))
}

export const summaryOf = (seen: readonly Seen[], faults: readonly FaultCount[], ms: number): Summary => ({
  ms,
  requests: seen.length,
  endpoints: counted(seen.map(({ endpoint }) => endpoint)),
  grants: counted(seen.map(({ grantType }) => grantType)),
  refused: counted(seen.map(({ refused }) => refused)),
  lost: counted(seen.map(({ lost }) => lost)),
  issued: counted(seen.flatMap(({ issued = [] }) => issued)),
  faults,
})

const durationOf = (ms: number): string => {
  const seconds = Math.round(ms / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return [hours && `${hours} h`, minutes && `${minutes} min`, (!hours || seconds % 60 !== 0) && `${seconds % 60} s`]
    .filter(Boolean)
    .join(' ')
}

/** How long a list may be in one line. */
const longest = 66

const lists = (counts: Readonly<Record<string, number | undefined>>): readonly string[] => {
  const lines: string[] = []
  for (const [name, count] of Object.entries(counts)) {
    const text = `${count} ${printable(grantName(name)).slice(0, 60)}`
    const last = lines.at(-1)
    if (last !== undefined && last.length + text.length < longest) lines[lines.length - 1] = `${last}, ${text}`
    else lines.push(text)
  }
  return lines
}

const faultText = ({ fault, hits, left }: FaultCount): string => {
  const times = `hit ${hits} ${hits === 1 ? 'request' : 'requests'}`
  if (left === 0) return `${fault} ${times}, and is used up`
  return `${fault} ${times}${left === undefined ? '' : `, and has ${left} left`}`
}

/** A summary for people. */
export const summaryText = ({ ms, requests, endpoints, grants, refused, lost, issued, faults }: Summary): string => {
  const row = (name: string, texts: readonly string[]): readonly string[] =>
    texts.map((text, index) => `  ${paint('dim', (index === 0 ? name : '').padEnd(10))} ${text}`)
  const some = (name: string, counts: Readonly<Record<string, number | undefined>>): readonly string[] =>
    row(name, lists(counts))
  return [
    '',
    `${paint('bold', `${requests} ${requests === 1 ? 'request' : 'requests'}`)} in ${durationOf(ms)}`,
    ...some('endpoints', endpoints),
    ...some('grants', grants),
    ...some('issued', issued),
    ...row(
      'refused',
      Object.entries(refused).map(([why, count]) => `${count} × ${printable(why)}`),
    ),
    ...some('lost', lost),
    ...row('faults', faults.map(faultText)),
  ].join('\n')
}
