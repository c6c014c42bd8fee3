import { type Scenario, worldOf } from './order-world.js'

interface Report {
  /** States from which something else can happen. */
  readonly states: number
  /** States in which everything is over. */
  readonly ends: number
  /** What the processes ended with, and how often. */
  readonly outcomes: Readonly<Record<string, number>>
  /** The first thing that was found wrong, and what led to it. */
  readonly wrong?: string
}

type World = ReturnType<typeof worldOf>

/** No way to the end takes half as many steps. */
const longest = 200

const misfortune = /dies|lease ends|lose the answer/

/** What must hold when everything is over. */
const wrongAtTheEnd = async (
  scenario: Scenario,
  world: World,
  path: readonly string[],
): Promise<string | undefined> => {
  const living = world.processes.filter(({ dead }) => !dead)
  const unfinished = living.find(({ ended }) => ended === undefined)
  if (unfinished) return `${unfinished.name} waits for ever`
  const calm = !path.some((name) => misfortune.test(name))
  const odd = living.find(({ ended }) => ended !== 'at1')
  if (calm && odd) return `${odd.name} got ${odd.ended} though nothing went wrong`
  if (calm && world.sendings.length !== 1) return `${world.sendings.length} refreshes though nothing went wrong`
  if (world.server.revoked) return 'the family was revoked'
  const bad = living.find(
    ({ ended }) => !/^at\d$|^session_uncertain$|^store_failed$|^connection_lost$/.test(`${ended}`),
  )
  if (bad) return `${bad.name} got ${bad.ended}`
  const late = world.start()
  await world.settle()
  for (;;) {
    const next = world.actions().find(({ name }) => !/dies|lose|hears/.test(name))
    if (!next) break
    next.happen()
    await world.settle()
  }
  if (world.wrongs[0]) return `afterwards ${world.wrongs[0]}`
  const named = scenario.alive ? /^at\d$|^session_uncertain$|^store_failed$/ : /^at\d$|^session_uncertain$/
  if (!named.test(`${late.ended}`)) return `one who came later got ${late.ended}`
  return undefined
}

/**
 * Goes through everything that can happen, in every order: each state that differs from all before is gone on from once. A state is
 * reached by doing again what led to it, because promises cannot be copied.
 */
export const explore = async (scenario: Scenario, useIds: (newId: () => string) => void): Promise<Report> => {
  const seen = new Set<string>()
  const outcomes: Record<string, number> = {}
  let ends = 0
  const todo: string[][] = [[]]
  const report = (wrong?: string): Report => ({ states: seen.size, ends, outcomes, ...(wrong && { wrong }) })
  for (let path = todo.pop(); path; path = todo.pop()) {
    const world = worldOf(scenario)
    useIds(world.newId)
    for (let i = 0; i < scenario.processes; i++) {
      world.start()
      await world.settle()
    }
    for (const name of path) {
      world
        .actions()
        .find((action) => action.name === name)
        ?.happen()
      await world.settle()
    }
    const way = [...path]
    for (;;) {
      const found = world.wrongs[0]
      if (found) return report(`${found}: ${way.join(', ')}`)
      if (way.length > longest) return report(`it goes on for ever: ${way.join(', ')}`)
      const state = world.fingerprint()
      if (seen.has(state)) break
      seen.add(state)
      const [next, ...others] = world.actions()
      const isOver = world.processes.every(({ dead, ended }) => dead || ended !== undefined)
      if (!next || isOver) {
        ends += 1
        for (const { ended, dead } of world.processes) {
          const outcome = dead ? 'died' : `${ended}`
          outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
        }
        const wrong = await wrongAtTheEnd(scenario, world, way)
        if (wrong) return report(`${wrong}: ${way.join(', ')}`)
        break
      }
      for (const { name } of others) todo.push([...way, name])
      way.push(next.name)
      next.happen()
      await world.settle()
    }
  }
  return report()
}
