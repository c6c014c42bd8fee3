import type { Table } from '../report.ts'
import { started } from '../servers/started.ts'
import type { Engines } from './engines.ts'
import type { Kind } from './places.ts'
import type { Broken, Pass, UsersSetting } from './users-process.ts'

const users = 100_000
const logins = 2000
const file = '../sharing/users-process.ts'
const flags = ['--expose-gc']

interface Case {
  readonly kind: Kind
  readonly hears: boolean
  readonly mostHot: number
}

const kilobytes = (bytes: number, sessions: number): string => (bytes / sessions / 1024).toFixed(1)
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const rate = ({ perSecond }: Pass): string => `${Math.round(perSecond)}`

const holding = async (setting: UsersSetting) => {
  const one = await started(file, flags)
  await one.order('open', setting)
  return one
}

/** Without a store: what the sessions themselves take. */
const unshared = async (): Promise<readonly string[]> => {
  const one = await holding({ place: undefined, mostHot: users })
  await one.order('logIn', users)
  const bytes = await one.order<number>('heap')
  const again = await one.order<Pass>('ask', users)
  await one.stop()
  return ['none', '', `${users}`, 'n/a', 'n/a', rate(again), 'n/a', kilobytes(bytes, users), 'n/a', 'n/a']
}

const rowOf = async (engines: Engines, { kind, hears, mostHot }: Case): Promise<readonly string[]> => {
  const one = await holding({ place: engines.place(kind, hears), mostHot })
  const cold = await one.order<Pass>('ask', users)
  const bytes = await one.order<number>('heap')
  const again = await one.order<Pass>('ask', users)
  const broken = hears ? await one.order<Broken>('breakListener') : undefined
  await one.stop()
  return [
    kind,
    hears ? 'yes' : 'no',
    `${mostHot}`,
    rate(cold),
    `${cold.counts.get}`,
    rate(again),
    `${again.counts.get}`,
    kilobytes(bytes, mostHot),
    broken ? `${broken.looks}, ${broken.inVain} in vain` : 'n/a',
    broken ? `${seconds(broken.ms)}, ${seconds(broken.longestMs)}` : 'n/a',
  ]
}

const fill = async (engines: Engines, kind: Kind): Promise<string> => {
  const one = await holding({ place: engines.place(kind, false), mostHot: users })
  const written = await one.order<Pass>('fill', users)
  await one.stop()
  const other = await holding({ place: engines.place(kind, true), mostHot: users })
  // Over what is there: the first login of a user takes two operations more.
  const login = await other.order<Pass>('logIn', logins)
  await other.stop()
  const { get, set } = login.counts
  return `${kind}: ${rate(written)} bare writes a second; ${rate(login)} logins (\`replace\`) a second, each ${(get / logins).toFixed(1)} get and ${(set / logins).toFixed(1)} set`
}

/** A hundred thousand users' sessions in one process. */
export const manyUsers = async (engines: Engines): Promise<Table> => {
  const kinds = (['redis', 'postgres'] as const).filter((kind) => engines.kinds.includes(kind))
  const rows = [await unshared()]
  const remarks: string[] = []
  for (const kind of kinds) {
    remarks.push(await fill(engines, kind))
    const [most, fewer] = [users, users / 10]
    rows.push(await rowOf(engines, { kind, hears: true, mostHot: most }))
    // What listening adds is the same for all.
    if (kind === kinds[0]) rows.push(await rowOf(engines, { kind, hears: false, mostHot: most }))
    rows.push(await rowOf(engines, { kind, hears: true, mostHot: fewer }))
  }
  return {
    title: `Sharing: ${users} users, each asked for once, then each once more`,
    columns: [
      'store',
      'watch',
      'mostHot',
      'first, a second',
      'looks',
      'again, a second',
      'looks',
      'KB of heap a hot session',
      'looks after its listener broke',
      'all in, longest block',
    ],
    rows,
    remarks: [
      ...remarks,
      'Tokens of 1 KB, 64 callers at a time. In vain: failed, or answered when nobody waited any more (5 s).',
    ],
  }
}
