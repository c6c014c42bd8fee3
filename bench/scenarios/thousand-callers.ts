import type { Contender, Holder, Login } from '../contender.ts'
import { contenderNames } from '../contenders.ts'
import { inChild } from '../in-child.ts'
import { type Table, target } from '../report.ts'
import type { Behaviour, Counts } from '../servers/authorization-server.ts'
import { started } from '../servers/started.ts'
import { skip } from '../skipped-time.ts'
import { type Ask, settingsAt } from './settings.ts'

const callers = 1000
const lifetime = 3600
/** The 401s come one after the other, some of them when the token has been renewed already. */
const behaviour: Behaviour = { lifetime, delayMs: 30, spreadMs: 200 }

/** What has happened to the token when all of them call. */
type Event = 'cold' | 'expired' | 'revoked'

const cases: readonly { readonly name: string; readonly session: boolean; readonly event: Event }[] = [
  { name: 'cold', session: false, event: 'cold' },
  { name: 'at expiry', session: false, event: 'expired' },
  { name: 'after a revocation', session: false, event: 'revoked' },
  { name: 'rotation, at expiry', session: true, event: 'expired' },
  { name: 'rotation and revocation', session: true, event: 'revoked' },
]

interface Outcome {
  readonly tokenRequests: number
  readonly failed: number
  /** The next expiry is survived as well. */
  readonly lives: boolean
}

type Outcomes = readonly (Outcome | undefined)[]

const works = (holder: Holder, url: string): Promise<boolean> =>
  holder.get(url).then(
    (status) => status === 200,
    () => false,
  )

const expire = async (ask: Ask) => {
  await ask('skipTo', skip((lifetime + 1) * 1000))
}

const outcomeOf = async (
  one: Contender,
  origin: string,
  ask: Ask,
  { session, event }: (typeof cases)[number],
): Promise<Outcome | undefined> => {
  if (session && !one.session) return undefined
  await ask('behave', behaviour)
  const settings = settingsAt(origin)
  const holder = session ? await one.session?.(settings, await ask<Login>('login')) : await one.service(settings)
  if (!holder) return undefined
  if (event !== 'cold') await works(holder, settings.api)
  if (event === 'expired') await expire(ask)
  if (event === 'revoked') await ask('revoke')
  await ask('counts')
  const worked = await Promise.all(Array.from({ length: callers }, () => works(holder, settings.api)))
  const { tokenRequests } = await ask<Counts>('counts')
  await expire(ask)
  const lives = await works(holder, settings.api)
  return { tokenRequests, failed: worked.filter((did) => !did).length, lives }
}

export const part = async (one: Contender, origin: string, ask: Ask): Promise<Outcomes> => {
  const outcomes: (Outcome | undefined)[] = []
  await ask('skipTo', 0)
  for (const each of cases) outcomes.push(await outcomeOf(one, origin, ask, each))
  return outcomes
}

const shown = (outcome: Outcome | undefined): string => {
  if (!outcome) return 'n/a'
  const { tokenRequests, failed, lives } = outcome
  return `${tokenRequests}${failed ? `, ${failed} FAILED` : ''}${lives ? '' : ', LOST'}`
}

/** How often the token endpoint hears from a program with 1,000 callers. */
export const run = async (): Promise<Table> => {
  const server = await started('./authorization-server.ts')
  const rows: string[][] = []
  const remarks: string[] = []
  for (const name of contenderNames) {
    const outcomes = await inChild<Outcomes>({ scenario: 'thousand-callers', name, origin: server.origin }, server)
    rows.push([name, ...outcomes.map(shown)])
    if (name !== 'bearward') continue
    outcomes.forEach((outcome, index) => {
      const worst = outcome && !outcome.failed && outcome.lives ? outcome.tokenRequests : Number.POSITIVE_INFINITY
      remarks.push(target(`token requests, ${cases[index]?.name}`, worst, 1, 0))
    })
  }
  await server.stop()
  return {
    title: `Token requests made by ${callers} callers at once`,
    columns: ['', ...cases.map(({ name }) => name)],
    rows,
    remarks: [
      ...remarks,
      'FAILED: callers that got an error or a 401. LOST: at the next expiry nothing works any more.',
    ],
  }
}
