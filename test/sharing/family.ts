import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { createClient } from '../../src/index.js'
import type { MemberNews, MemberTask } from './member.js'
import { openStore, type Place } from './open-store.js'
import { type StrictServer, type StrictServerOptions, strictMock } from './server.js'

/** What is done to a family while it lives. */
export interface Troubles {
  /** A member, chosen by lot, is killed every second and another one started. */
  readonly kills?: boolean
  /** Who has just sent a refresh token is killed, before the answer comes. */
  readonly killsSenders?: 'each' | 'every second one'
  /** A member that renews is stopped for longer than the lease of its lock, again and again. */
  readonly stops?: boolean
  /** The clocks of the members lie up to four minutes before and after the right time. */
  readonly skew?: boolean
  /** What is done to the store, every few seconds. */
  readonly storeTrouble?: () => Promise<void>
  readonly leaseMs?: number
  /** The server forgives a refresh token that it sees twice, and is known to. */
  readonly grace?: boolean
}

export interface FamilyReport {
  readonly seconds: number
  /** Calls of the resource that were answered with 200. */
  readonly calls: number
  /** Other outcomes, but for those of a session that was over, and of calls that were late. */
  readonly failures: Readonly<Record<string, number>>
  /** Why tokens could not be renewed: of a session that was over too, and where a caller need not know. */
  readonly unrenewed: Readonly<Record<string, number>>
  /** Calls that took longer than a token can be relied on, and were refused. */
  readonly late: number
  /** From the login to the end, in milliseconds. */
  readonly lastedMs: number
  /** How much earlier tokens may have been renewed because answers were slow, in all. */
  readonly earlierMs: number
  readonly refreshes: number
  readonly sentTwice: number
  readonly refused: number
  /** Sessions that ended because an answer was lost with who had asked: a login each. */
  readonly uncertain: number
  readonly kills: number
  readonly stops: number
  /** How often a lease may have ended below its holder: a lost answer each, at most. */
  readonly outslept: number
}

/**
 * How much earlier the next renewal may come for an answer that took so long: 0.2 s and one and a half times that before the end
 * of the token, and what is read of a store's clock is late by what that takes. Nothing is renewed in the first half of its life.
 */
export const earlierBy = (tookMs: number): number => Math.min(600, Math.max(0, 1.5 * tookMs - 200) + tookMs)

/** The most refreshes that there can be in a run if none is in vain: a token of two seconds is renewed 0.4 s before it dies. */
export const mostRefreshes = ({ lastedMs, earlierMs }: Pick<FamilyReport, 'lastedMs' | 'earlierMs'>): number =>
  Math.floor((lastedMs + earlierMs) / 1600)

const size = 8
/** A run is this long unless `SHARING_SECONDS` says otherwise. */
export const seconds: number = Number(process.env['SHARING_SECONDS'] ?? 4)
/** By then all have heard of a login, and told of what they met before. */
const longestHearingMs = 10_000
/** How late answers are while senders are killed. */
const lateMs = 300

const bundle = fileURLToPath(new URL('../../node_modules/.cache/bearward/member.mjs', import.meta.url))

/** The processes run what is in `src` now. */
export const bundleMember = () =>
  build({
    entryPoints: [fileURLToPath(new URL('member.ts', import.meta.url))],
    outfile: bundle,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  })

const tally = (counts: Record<string, number>, what: string, times = 1) => {
  counts[what] = (counts[what] ?? 0) + times
}

/** A member may be dead by now. */
const say = (member: ChildProcess, message: string) => member.connected && member.send(message, () => {})

/** Eight processes that share one session at a strict server for a while, and what came of it. */
export const live = async (
  place: Place,
  troubles: Troubles = {},
  startServer: (options: StrictServerOptions) => Promise<StrictServer> = strictMock,
): Promise<FamilyReport> => {
  const { leaseMs = 15_000, skew, killsSenders } = troubles
  const as = await startServer({ grace: troubles.grace ?? false, lateMs: killsSenders ? lateMs : 0 })
  const { server, client } = as
  const own = await openStore(place, leaseMs)
  const session = createClient({ server, ...client }).sessionSource({ store: own.store, key: as.resource })

  const counts = { calls: 0, late: 0, uncertain: 0, kills: 0, stops: 0, outslept: 0 }
  let earlierMs = 0
  const failures: Record<string, number> = {}
  const unrenewed: Record<string, number> = {}
  const members: ChildProcess[] = []
  const over = new AbortController()
  let loggingIn: Promise<void> | undefined
  let loggedInAt = Number.NEGATIVE_INFINITY
  let busy = false
  let sendings = 0
  let started = false
  let waiting = size
  let ready = () => {}
  const allReady = new Promise<void>((resolve) => {
    ready = () => {
      waiting -= 1
      if (!waiting) resolve()
    }
  })

  /** What the store says: a member may tell of an end after another one's end was answered with a login. */
  const isOver = async (): Promise<boolean> => {
    const stored = await own.store.get(as.resource)
    return JSON.parse(stored?.value ?? '{}').ended === 'session_uncertain'
  }

  const logIn = async () => {
    const isNews = await isOver().catch(() => true)
    if (isNews) {
      counts.uncertain += 1
      await session.replace(await as.login())
      loggedInAt = performance.now()
    } else if (performance.now() - loggedInAt > longestHearingMs)
      tally(failures, 'session_uncertain, and the store knows nothing of it')
    loggingIn = undefined
  }

  const stop = async (member: ChildProcess) => {
    counts.stops += 1
    // Somewhere between the look and the store.
    await setTimeout(Math.random() * 12)
    member.kill('SIGSTOP')
    await setTimeout(leaseMs + 1000)
    member.kill('SIGCONT')
    await setTimeout(500)
  }

  /** One trouble at a time. */
  const trouble = async (make: () => Promise<void>) => {
    if (busy || over.signal.aborted) return
    busy = true
    await make()
    busy = false
  }

  const hear = (member: ChildProcess, news: MemberNews) => {
    if ('ready' in news) return started ? say(member, 'start') : ready()
    if ('renews' in news) return troubles.stops && trouble(() => stop(member))
    if ('sends' in news) {
      sendings += 1
      const isSpared = !killsSenders || (killsSenders === 'every second one' && sendings % 2 === 0)
      return isSpared || trouble(() => setTimeout(lateMs / 2).then(() => kill(member)))
    }
    if ('tookMs' in news) {
      earlierMs += earlierBy(news.tookMs)
      return
    }
    if ('failed' in news) return tally(unrenewed, news.failed)
    if ('outslept' in news) {
      counts.outslept += 1
      return
    }
    for (const [outcome, times] of Object.entries(news.calls)) {
      if (outcome === '200') counts.calls += times
      else if (outcome === 'late') counts.late += times
      else if (outcome === 'session_uncertain') loggingIn ??= logIn()
      else tally(failures, outcome, times)
    }
  }

  const start = (index: number) => {
    const aheadMs = skew ? (index - size / 2) * 60_000 : 0
    const { resource, expiryMarginMs } = as
    const task: MemberTask = { place, leaseMs, server, client, resource, expiryMarginMs, aheadMs }
    const member = fork(bundle, [JSON.stringify(task)], { execArgv: [], stdio: 'inherit' })
    member.on('message', (news: MemberNews) => hear(member, news))
    members[index] = member
    return member
  }

  const every = async (ms: number, act: () => unknown) => {
    while (!over.signal.aborted) {
      await setTimeout(ms, undefined, { signal: over.signal }).catch(() => {})
      if (!over.signal.aborted) await act()
    }
  }

  const kill = async (member: ChildProcess | undefined) => {
    const index = members.indexOf(member as ChildProcess)
    if (!member || index < 0) return
    counts.kills += 1
    const gone = once(member, 'exit')
    member.kill('SIGKILL')
    await gone
    // The next one is killed when this one is in its place, however slowly it starts.
    await once(start(index), 'message')
  }

  for (let index = 0; index < size; index++) start(index)
  await allReady
  const from = performance.now()
  await session.replace(await as.login())
  started = true
  for (const member of members) say(member, 'start')
  const { storeTrouble, kills } = troubles
  const anybody = () => members[Math.floor(Math.random() * size)]
  const acts = [kills && every(1000, () => kill(anybody())), storeTrouble && every(2500, storeTrouble)]
  await setTimeout(seconds * 1000)
  over.abort()
  await Promise.all(acts)
  while (busy) await setTimeout(50)
  await Promise.all(
    members.map(async (member) => {
      const gone = once(member, 'exit')
      say(member, 'leave')
      await gone
    }),
  )
  const lastedMs = Math.round(performance.now() - from)
  await loggingIn
  await own.close()
  await as.close()
  return { seconds, failures, unrenewed, lastedMs, earlierMs, ...counts, ...as.seen() }
}
