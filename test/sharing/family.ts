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
  /** Other outcomes, but for those of a session that was over. */
  readonly failures: Readonly<Record<string, number>>
  readonly refreshes: number
  readonly sentTwice: number
  readonly refused: number
  /** Sessions that ended because an answer was lost with who had asked: a login each. */
  readonly uncertain: number
  readonly kills: number
  readonly stops: number
}

const size = 8
/** A run is this long unless `SHARING_SECONDS` says otherwise. */
export const seconds: number = Number(process.env['SHARING_SECONDS'] ?? 4)
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

  const counts = { calls: 0, uncertain: 0, kills: 0, stops: 0 }
  const failures: Record<string, number> = {}
  const members: ChildProcess[] = []
  const over = new AbortController()
  let loggingIn: Promise<void> | undefined
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

  const logIn = async () => {
    counts.uncertain += 1
    await session.replace(await as.login())
    // By then all have heard of it.
    await setTimeout(500)
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
    if ('ready' in news) return started ? member.send('start') : ready()
    if ('renews' in news) return troubles.stops && trouble(() => stop(member))
    if ('sends' in news) {
      sendings += 1
      const isSpared = !killsSenders || (killsSenders === 'every second one' && sendings % 2 === 0)
      return isSpared || trouble(() => setTimeout(lateMs / 2).then(() => kill(member)))
    }
    for (const [outcome, times] of Object.entries(news.calls)) {
      if (outcome === '200') counts.calls += times
      else if (outcome === 'session_uncertain') loggingIn ??= logIn()
      else failures[outcome] = (failures[outcome] ?? 0) + times
    }
  }

  const everybody = (message: string) => {
    for (const member of members) member.send(message)
  }

  const start = (index: number) => {
    const aheadMs = skew ? (index - size / 2) * 60_000 : 0
    const { resource, expiryMarginMs } = as
    const task: MemberTask = { place, leaseMs, server, client, resource, expiryMarginMs, aheadMs }
    const member = fork(bundle, [JSON.stringify(task)], { execArgv: [], stdio: 'inherit' })
    member.on('message', (news: MemberNews) => hear(member, news))
    members[index] = member
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
    start(index)
  }

  for (let index = 0; index < size; index++) start(index)
  await allReady
  await session.replace(await as.login())
  started = true
  everybody('start')
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
      if (member.connected) member.send('leave')
      await gone
    }),
  )
  await loggingIn
  await own.close()
  await as.close()
  return { seconds, failures, ...counts, ...as.seen() }
}
