import { setTimeout as after } from 'node:timers/promises'
import type { Contender, Holder } from '../contender.ts'
import { contender, contenderNames } from '../contenders.ts'
import { quantile } from '../figures.ts'
import { inChild } from '../in-child.ts'
import { type Table, target } from '../report.ts'
import type { Behaviour, Counts } from '../servers/authorization-server.ts'
import { started } from '../servers/started.ts'
import { type Ask, settingsAt } from './settings.ts'

const perSecond = 200
const seconds = 20
const peerSeconds = 6
const behaviour: Behaviour = { lifetime: 2, delayMs: 300 }

interface Latencies {
  readonly p50: number
  readonly p99: number
  readonly worst: number
}

export interface LatencyResult {
  readonly floor: Latencies
  readonly theirs: Latencies
  readonly failed: number
  readonly counts: Counts
}

const latenciesOf = (all: readonly number[]): Latencies => ({
  p50: quantile(all, 0.5),
  p99: quantile(all, 0.99),
  worst: Math.max(...all),
})

/**
 * Sends both, at the same rate and half a step apart: a hiccup of the machine meets the floor too. A request that is due
 * is sent, however many are still on their way, and timed from the moment it was due.
 */
export const part = async (one: Contender, origin: string, ask: Ask): Promise<LatencyResult> => {
  const settings = settingsAt(origin, { marginMs: 200 })
  const theirs = await one.service(settings)
  const floor = await (await contender('floor')).service(settings)
  // The first token is no renewal, and connections and compiled code are not what is measured.
  for (let warm = 0; warm < 50; warm++) await Promise.all([theirs.get(settings.api), floor.get(settings.api)])
  await ask('counts')
  const taken = { floor: [] as number[], theirs: [] as number[] }
  let failed = 0
  const send = async (holder: Holder, into: number[], due: number) => {
    const status = await holder.get(settings.api).catch(() => 0)
    into.push(performance.now() - due)
    if (status !== 200) failed += 1
  }
  const stepMs = 1000 / perSecond
  const begun = performance.now()
  const steps = perSecond * (one.name === 'bearward' ? seconds : peerSeconds)
  const sent: Promise<void>[] = []
  for (let step = 0; step < 2 * steps; step++) {
    const due = begun + (step * stepMs) / 2
    const early = due - performance.now()
    if (early > 0) await after(early)
    sent.push(step % 2 ? send(theirs, taken.theirs, due) : send(floor, taken.floor, due))
  }
  await Promise.all(sent)
  return {
    floor: latenciesOf(taken.floor),
    theirs: latenciesOf(taken.theirs),
    failed,
    counts: await ask<Counts>('counts'),
  }
}

const ms = (value: number): string => value.toFixed(1)

/** What a caller waits while the token is renewed again and again. */
export const run = async (): Promise<Table> => {
  const server = await started('./authorization-server.ts')
  const rows: string[][] = []
  const remarks: string[] = []
  for (const name of contenderNames) {
    await server.order('behave', behaviour)
    const result = await inChild<LatencyResult>({ scenario: 'latency', name, origin: server.origin }, server)
    const { floor, theirs, failed, counts } = result
    const ratio = theirs.p99 / floor.p99
    rows.push([
      name,
      ms(theirs.p50),
      ms(theirs.p99),
      ms(theirs.worst),
      `${ms(floor.p50)}, ${ms(floor.p99)}, ${ms(floor.worst)}`,
      ratio.toFixed(2),
      String(counts.refused),
      String(failed),
      String(counts.tokenRequests),
    ])
    if (name !== 'bearward') continue
    remarks.push(target('p99 to the floor', ratio, 1.2), target('401s', counts.refused, 0, 0))
  }
  await server.stop()
  return {
    title: `Latency at ${perSecond} requests a second: tokens of ${behaviour.lifetime} s, minted at once and answered ${behaviour.delayMs} ms later`,
    columns: [
      '',
      'p50 ms',
      'p99 ms',
      'worst ms',
      'floor beside it',
      'p99 to the floor',
      '401s',
      'failed',
      'token requests',
    ],
    rows,
    remarks: [
      ...remarks,
      `bearward for ${seconds} s, the others for ${peerSeconds} s each.`,
      'Those who have a margin are told 200 ms; undici-oidc-interceptor has one of 10 s that cannot be changed.',
    ],
  }
}
