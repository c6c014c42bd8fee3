// A process that holds many users' sessions. It runs with --expose-gc.
import { setTimeout as after } from 'node:timers/promises'
import { createClient, type Sessions } from 'bearward'
import { obey } from '../servers/control.ts'
import { type Counts, counted, noCounts } from './counting.ts'
import { type OpenPlace, openPlace, type Place } from './places.ts'

export interface UsersSetting {
  /** Left out, the sessions live in this process alone. */
  readonly place: Place | undefined
  readonly mostHot: number
}

export interface Pass {
  readonly perSecond: number
  readonly counts: Counts
}

/** What follows the loss of the connection that hears. */
export interface Broken {
  readonly looks: number
  readonly inVain: number
  /** From the break to the last answer. */
  readonly ms: number
  /** For how long nothing else could run in this process. */
  readonly longestMs: number
}

const atATime = 64
/** Looks come in bursts: after this nothing more is expected. */
const quietMs = 3500
const expiresAt = Date.now() + 1e8
const keyOf = (user: number): string => `user-${user}`

/** About 1 KB as JSON, and another text for each user. */
const tokenOf = (user: number) => ({
  accessToken: `${user}.`.padEnd(880, 'an-access-token'),
  refreshToken: `${user}.`.padEnd(40, 'refresh'),
  tokenType: 'Bearer',
  scope: 'read write',
  expiresAt,
  raw: {},
})

const counts = noCounts()
let opened: OpenPlace | undefined
let sessions: Sessions
let emptyHeap = 0

const heap = (): number => {
  for (let times = 0; times < 3; times++) globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

const each = async (users: number, work: (user: number) => Promise<unknown>): Promise<Pass> => {
  Object.assign(counts, noCounts())
  let next = 0
  const worker = async () => {
    while (next < users) await work(next++)
  }
  const begun = performance.now()
  await Promise.all(Array.from({ length: atATime }, worker))
  return { perSecond: (users * 1000) / (performance.now() - begun), counts: { ...counts } }
}

obey({
  open: async ({ place, mostHot }: UsersSetting) => {
    opened = place && (await openPlace(place))
    const client = createClient({ server: { tokenEndpoint: 'https://login.example/token' }, clientId: 'bench' })
    sessions = client.sessions({ ...(opened && { store: counted(opened.store, counts) }), mostHot })
    // What is loaded and connected by the first one is no session's.
    await sessions.get('warm-up').replace(tokenOf(0))
    await sessions.get('warm-up').token()
    emptyHeap = heap()
  },
  logIn: (users: number) => each(users, (user) => sessions.get(keyOf(user)).replace(tokenOf(user))),
  /** As a login leaves it, but in one write: the store's part of a login is measured with fewer. */
  fill: async (users: number) => {
    const { store } = opened as OpenPlace
    await sessions.get('sample').replace(tokenOf(0))
    const record = (await store.get('sample'))?.value ?? ''
    const sample = tokenOf(0)
    return each(users, async (user) => {
      const { accessToken, refreshToken } = tokenOf(user)
      const value = record.replace(sample.accessToken, accessToken).replace(sample.refreshToken, refreshToken)
      await store.set(keyOf(user), value, undefined)
    })
  },
  ask: (users: number) => each(users, (user) => sessions.get(keyOf(user)).token()),
  /** Bytes that all sessions take. */
  heap: () => heap() - emptyHeap,
  /** The connection that hears is broken, and made anew. */
  breakListener: async (): Promise<Broken> => {
    Object.assign(counts, noCounts())
    await opened?.breakListener()
    const begun = performance.now()
    let [seen, seenAt, awakeAt, longestMs] = [0, begun, begun, 0]
    while (performance.now() - seenAt < quietMs) {
      await after(5)
      longestMs = Math.max(longestMs, performance.now() - awakeAt)
      awakeAt = performance.now()
      if (counts.get + counts.over === seen) continue
      seen = counts.get + counts.over
      seenAt = awakeAt
    }
    return { looks: counts.get, inVain: counts.inVain, ms: seenAt - begun, longestMs }
  },
})
process.send?.({ id: 0, result: '' })
