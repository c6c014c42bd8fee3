import { type ContenderName, contender, contenderNames } from '../contenders.ts'
import { ratiosTo, shown, spreadOf } from '../figures.ts'
import { type Table, target } from '../report.ts'
import { started } from '../servers/started.ts'
import { stopwatch } from '../stopwatch.ts'
import { settingsAt } from './settings.ts'

const rounds = 9
const budgetMs = 120

interface Candidate {
  readonly name: string
  readonly call: () => unknown
  readonly figures: number[]
}

const candidatesOf = async (name: ContenderName, origin: string): Promise<readonly Candidate[]> => {
  const { service, remark } = await contender(name)
  const { token, current } = await service(settingsAt(origin))
  if (!token) return []
  await token()
  return [
    { name: `${name} token()${remark ? `, ${remark}` : ''}`, call: token, figures: [] },
    ...(current ? [{ name: `${name} current()`, call: current, figures: [] }] : []),
  ]
}

const held = Promise.resolve('a token')

/** What no cache that looks at the time can cost less than. */
const bounds: readonly Omit<Candidate, 'figures'>[] = [
  { name: '`Date.now()` alone', call: () => Date.now() },
  { name: 'a held promise and one `Date.now()`', call: () => (Date.now() > 0 ? held : undefined) },
]

/** What it costs to ask for a token that is at hand. */
export const run = async (): Promise<Table> => {
  const nanoseconds = await stopwatch()
  const server = await started('./authorization-server.ts')
  await server.order('behave', { lifetime: 3600, delayMs: 0 })
  const candidates: Candidate[] = [...(await candidatesOf('floor', server.origin))]
  candidates.push(...bounds.map((bound) => ({ ...bound, figures: [] })))
  for (const name of contenderNames) candidates.push(...(await candidatesOf(name, server.origin)))
  for (let round = -1; round < rounds; round++) {
    for (const { call, figures } of candidates) {
      const figure = await nanoseconds(call, budgetMs)
      if (round >= 0) figures.push(figure) // the first round warms up
    }
  }
  await server.stop()
  const floor = candidates[0]?.figures ?? []
  const ratio = (name: string) =>
    ratiosTo(floor, candidates.find((candidate) => candidate.name === name)?.figures ?? []).median
  return {
    title: 'Cost of a cached token',
    columns: ['', 'ns a call', 'ratio to `async () => constant`'],
    rows: candidates.map(({ name, figures }) => [
      name === 'floor token()' ? '`async () => constant`' : name,
      shown(spreadOf(figures), 0),
      shown(ratiosTo(floor, figures)),
    ]),
    remarks: [
      target('token()', ratio('bearward token()'), 1.9),
      target('current()', ratio('bearward current()'), 0.9),
      'undici-oidc-interceptor has no call that answers a token.',
    ],
  }
}
