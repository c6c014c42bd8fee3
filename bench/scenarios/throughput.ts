import type { Contender } from '../contender.ts'
import { contender, contenderNames } from '../contenders.ts'
import { type Spread, shown, spreadOf } from '../figures.ts'
import { inChild } from '../in-child.ts'
import type { Table } from '../report.ts'
import { started } from '../servers/started.ts'
import { ownCost } from './own-cost.ts'
import { settingsAt } from './settings.ts'

/**
 * Floor, contender, contender, floor, in short slices, and in the next block the other way round: what else the machine
 * does falls on both.
 */
const loads = [
  { concurrency: 1, requests: 60 },
  { concurrency: 64, requests: 192 },
] as const
const blocks = 10
const rounds = 7
const peerRounds = 3

type Get = (url: string) => Promise<number>

interface Spent {
  readonly wall: number
  readonly cpu: number
}

export interface LoadResult {
  readonly perSecond: number
  readonly floorPerSecond: number
  /** Microseconds of CPU that a request of the floor takes. */
  readonly floorCpu: number
  /** To the floor's. */
  readonly wall: Spread
  readonly cpu: Spread
}

const slice = async (get: Get, url: string, concurrency: number, requests: number): Promise<Spent> => {
  let left = requests
  const caller = async () => {
    while (left-- > 0) {
      const status = await get(url)
      if (status !== 200) throw new Error(`the API answered ${status}`)
    }
  }
  const begun = performance.now()
  const before = process.cpuUsage()
  await Promise.all(Array.from({ length: concurrency }, caller))
  const { user, system } = process.cpuUsage(before)
  return { wall: performance.now() - begun, cpu: user + system }
}

type Block = Readonly<Record<'floor' | 'theirs', Spent>>

const blockOf = async (outer: () => Promise<Spent>, inner: () => Promise<Spent>): Promise<readonly [Spent, Spent]> => {
  const first = await outer()
  const inside = add(await inner(), await inner())
  return [add(first, await outer()), inside]
}

const add = (one: Spent, other: Spent): Spent => ({ wall: one.wall + other.wall, cpu: one.cpu + other.cpu })

/** The middle block of a round is one that nothing else came between. */
const middle = (round: readonly Block[], figure: (block: Block) => number): number => spreadOf(round.map(figure)).median

const under = async (
  floor: Get,
  theirs: Get,
  url: string,
  { concurrency, requests }: (typeof loads)[number],
  count: number,
): Promise<LoadResult> => {
  const measured: (readonly Block[])[] = []
  for (let round = -1; round < count; round++) {
    const all: Block[] = []
    for (let block = 0; block < blocks; block++) {
      const measure = (get: Get) => () => slice(get, url, concurrency, requests)
      if (block % 2) {
        const [ofFloor, ofTheirs] = await blockOf(measure(floor), measure(theirs))
        all.push({ floor: ofFloor, theirs: ofTheirs })
      } else {
        const [ofTheirs, ofFloor] = await blockOf(measure(theirs), measure(floor))
        all.push({ floor: ofFloor, theirs: ofTheirs })
      }
    }
    if (round >= 0) measured.push(all) // the first one warms up
  }
  const over = (figure: (block: Block) => number) => spreadOf(measured.map((round) => middle(round, figure)))
  const perSecond = (who: keyof Block) => over((block) => (2 * requests * 1000) / block[who].wall).median
  return {
    perSecond: perSecond('theirs'),
    floorPerSecond: perSecond('floor'),
    floorCpu: over(({ floor }) => floor.cpu / (2 * requests)).median,
    wall: over(({ theirs, floor }) => theirs.wall / floor.wall),
    cpu: over(({ theirs, floor }) => theirs.cpu / floor.cpu),
  }
}

export const part = async (one: Contender, origin: string): Promise<readonly LoadResult[]> => {
  const settings = settingsAt(origin)
  const floor = await (await contender('floor')).service(settings)
  const theirs = await one.service(settings)
  const results: LoadResult[] = []
  for (const load of loads) {
    const count = one.name === 'floor' || one.name === 'bearward' ? rounds : peerRounds
    results.push(await under(floor.get, theirs.get, settings.api, load, count))
  }
  return results
}

const mostCpu = 1.05

/** A target that lies within the noise can be reached or missed by chance. */
const verdict = (cpu: Spread, noise: Spread): string => {
  if (noise.max > mostCpu) return 'the noise is too wide to tell'
  return cpu.median <= mostCpu ? 'reached' : 'MISSED'
}

/** Authorized requests: what a contender adds to a fetch that has the header already. */
export const run = async (): Promise<Table> => {
  const server = await started('./authorization-server.ts')
  await server.order('behave', { lifetime: 3600, delayMs: 0 })
  const results = new Map<string, readonly LoadResult[]>()
  // The floor against itself tells what is noise.
  for (const name of ['floor', ...contenderNames] as const) {
    results.set(name, await inChild({ scenario: 'throughput', name, origin: server.origin }, server))
  }
  const own = await ownCost(server.origin)
  await server.stop()
  const of = (name: string, load: number) => results.get(name)?.[load] as LoadResult
  return {
    title: 'Authorized requests: time and CPU a request, against `fetch` with a constant header',
    columns: ['', ...loads.flatMap(({ concurrency: at }) => [`requests/s at ${at}`, `time at ${at}`, `CPU at ${at}`])],
    rows: [...results].map(([name, both]) => [
      name === 'floor' ? 'the floor against itself' : name,
      ...both.flatMap(({ perSecond, floorPerSecond, wall, cpu }) => [
        `${Math.round(perSecond)} (floor ${Math.round(floorPerSecond)})`,
        shown(wall),
        shown(cpu),
      ]),
    ]),
    remarks: [
      ...loads.flatMap(({ concurrency }, load) => {
        const { wall, cpu, floorCpu } = of('bearward', load)
        const noise = of('floor', load)
        return [
          `at ${concurrency}: time ${wall.median.toFixed(2)}, the floor against itself ${shown(noise.wall)}: ${wall.median <= noise.wall.max ? 'within the noise' : 'ABOVE THE NOISE'}`,
          `at ${concurrency}: CPU ${cpu.median.toFixed(2)}, target at most ${mostCpu}: ${verdict(cpu, noise.cpu)}; the floor against itself ${shown(noise.cpu)}`,
          `at ${concurrency}: bearerFetch by itself takes ${shown(own, 1)} µs, ${((100 * own.median) / floorCpu).toFixed(1)} % of the ${floorCpu.toFixed(0)} µs of CPU of the floor's request`,
        ]
      }),
      "undici-oidc-interceptor is no fetch: undici's `request`, which it goes with, costs less than `fetch`.",
    ],
  }
}
