import { setTimeout as after } from 'node:timers/promises'
import { createClient, type TokenSource } from 'bearward'
import { quantile } from '../figures.ts'
import type { Table } from '../report.ts'
import type { Counts as ServerCounts } from '../servers/authorization-server.ts'
import type { StartedServer } from '../servers/started.ts'
import { type Counts, counted, noCounts } from './counting.ts'
import type { Engines } from './engines.ts'
import { type Kind, type OpenPlace, openPlace } from './places.ts'

const rounds = 5
/** By then everybody has heard of the last write. */
const quietMs = 80

const modes = {
  alone: { siblings: 1, atOnce: true },
  '8 at once': { siblings: 8, atOnce: true },
  '1 of 8, then the others': { siblings: 8, atOnce: false },
} as const

interface Case {
  readonly what: 'session' | 'client credentials'
  readonly mode: keyof typeof modes
  readonly hears: boolean
}

const cases: readonly Case[] = (['session', 'client credentials'] as const).flatMap((what) =>
  (Object.keys(modes) as (keyof typeof modes)[]).flatMap((mode) =>
    [true, false].map((hears) => ({ what, mode, hears })),
  ),
)

interface Round extends Counts {
  readonly trips: number
  readonly inside: number
  readonly requests: number
}

interface Login {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_in: number
}

/** One renewal among those who hold the same token; counted is all that they do until each of them has the next one. */
const renewOnce = async (
  { what, mode }: Case,
  { store, asked }: OpenPlace,
  server: StartedServer,
  key: string,
): Promise<Round> => {
  const counts = noCounts()
  const shared = { store: counted(store, counts), key }
  const { siblings, atOnce } = modes[mode]
  const login = await server.order<Login>('login')
  const seed = {
    accessToken: login.access_token,
    refreshToken: login.refresh_token,
    expiresAt: Date.now() + login.expires_in * 1000,
  }
  const sources: TokenSource[] = Array.from({ length: siblings }, () => {
    const client = createClient({
      server: { tokenEndpoint: `${server.origin}/token` },
      clientId: 'bench',
      clientSecret: 'an-example-of-a-secret',
    })
    return what === 'session'
      ? client.sessionSource({ ...shared, token: seed })
      : client.clientCredentialsSource(shared)
  })
  let held = await sources[0]?.token()
  for (const source of sources) held = await source.token()
  await after(quietMs)
  Object.assign(counts, noCounts())
  await server.order('counts')
  const before = await asked()
  const renewing = (source: TokenSource) => source.token(held && { rejected: held })
  if (atOnce) await Promise.all(sources.map(renewing))
  else {
    for (const source of sources) {
      await renewing(source)
      // The others hear of it before they ask, if they hear at all.
      if (source === sources[0]) await after(quietMs)
    }
  }
  await after(quietMs)
  const { trips, inside } = await asked()
  const { tokenRequests } = await server.order<ServerCounts>('counts')
  return { ...counts, trips: trips - before.trips, inside: inside - before.inside, requests: tokenRequests }
}

const middle = (all: readonly Round[], figure: keyof Round): string => {
  const values = all.map((round) => round[figure])
  const [low, median, high] = [0, 0.5, 1].map((share) => quantile(values, share))
  return low === high ? `${median}` : `${median} (${low}..${high})`
}

const engineNames: readonly Kind[] = ['redis', 'postgres']

/** What a renewal asks of the store, for one process and for several that share the token. */
export const operations = async (engines: Engines, server: StartedServer): Promise<Table> => {
  await server.order('behave', { lifetime: 3600, delayMs: 20 })
  const kinds = engineNames.filter((kind) => engines.kinds.includes(kind))
  const measured: (readonly (readonly Round[])[])[] = []
  for (const kind of kinds) {
    const ofKind: Round[][] = []
    for (const each of cases) {
      const place = await openPlace(engines.place(kind, each.hears))
      const all: Round[] = []
      for (let round = -1; round < rounds; round++) {
        const figures = await renewOnce(each, place, server, `operations-${cases.indexOf(each)}-${round}`)
        if (round >= 0) all.push(figures)
      }
      await place.close()
      ofKind.push(all)
    }
    measured.push(ofKind)
  }
  const ofKind = (kind: Kind, index: number) => measured[kinds.indexOf(kind)]?.[index]
  return {
    title: 'Sharing: what a renewal asks of the store',
    columns: [
      'renewal of',
      'by',
      'watch',
      'token requests',
      'get',
      'set',
      'delete',
      'withLock',
      'heard',
      'Redis: scripts',
      'Redis: commands in them',
      'Postgres: statements',
    ],
    rows: cases.map(({ what, mode, hears }, index) => {
      const first = measured[0]?.[index] ?? []
      const [ofRedis, ofPostgres] = [ofKind('redis', index), ofKind('postgres', index)]
      const calls = (['requests', 'get', 'set', 'delete', 'withLock', 'told'] as const).map((figure) =>
        middle(first, figure),
      )
      return [
        what,
        mode,
        hears ? 'yes' : 'no',
        ...calls,
        ofRedis ? middle(ofRedis, 'trips') : 'n/a',
        ofRedis ? middle(ofRedis, 'inside') : 'n/a',
        ofPostgres ? middle(ofPostgres, 'trips') : 'n/a',
      ]
    }),
    remarks: [
      `Calls of the store are those over ${kinds[0]}. Heard: how often listeners of \`watch\` were called.`,
      'The token endpoint answers after 20 ms. Each sibling is a client of its own; all are in one process, over one connection.',
      'One of 8, then the others: one renews, and 80 ms later the others ask, one after the other.',
    ],
  }
}
