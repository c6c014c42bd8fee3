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

/** How many names are told apart, and how much of one is kept: whoever sends requests chooses some of them. */
const [mostNames, longestName] = [100, 200]

const createTally = () => {
  const counts = new Map<string, number>()
  return {
    add: (name: string | undefined): void => {
      if (name === undefined) return
      const short = name.slice(0, longestName)
      const told = counts.has(short) || counts.size < mostNames ? short : 'others'
      counts.set(told, (counts.get(told) ?? 0) + 1)
    },
    counts: (): Counts => Object.fromEntries([...counts].sort(([, one], [, other]) => other - one)),
  }
}

/** Counts requests as they come, and keeps none of them. */
export const createSummary = () => {
  let requests = 0
  const of = {
    endpoints: createTally(),
    grants: createTally(),
    refused: createTally(),
    lost: createTally(),
    issued: createTally(),
  }
  return {
    add: (seen: Seen): void => {
      requests += 1
      of.endpoints.add(seen.endpoint)
      of.grants.add(seen.grantType)
      of.refused.add(seen.refused)
      of.lost.add(seen.lost)
      for (const name of seen.issued ?? []) of.issued.add(name)
    },
    after: (ms: number, faults: readonly FaultCount[]): Summary => ({
      ms,
      requests,
      endpoints: of.endpoints.counts(),
      grants: of.grants.counts(),
      refused: of.refused.counts(),
      lost: of.lost.counts(),
      issued: of.issued.counts(),
      faults,
    }),
  }
}

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
