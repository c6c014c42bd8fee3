import { type Scenario, worldOf } from './order-world.js'

interface Report {
  /** States from which something else can happen. */
  readonly states: number
  /** States in which everything is over. */
  readonly ends: number
  /** What the processes ended with, and how often. */
  readonly outcomes: Readonly<Record<string, number>>
  /** In how many ends a refresh token was sent again. */
  readonly resent: number
  /** The first thing that was found wrong, and what led to it. */
  readonly wrong?: string
}

type World = ReturnType<typeof worldOf>

/** No way to the end takes half as many steps. */
const longest = 200

const misfortune = /dies|lease ends|lose|lost|refused|forgets/
/** What may cost a session; the store's own failures must not. */
const grave = /dies|lease ends|lose the answer|forgets/

/** What a process may end with. */
const expected = ({ beside, forgotten }: Scenario): RegExp => {
  const more = [
    beside === 'login' && 'login-at\\d',
    beside === 'logout' && 'session_ended',
    forgotten && 'session_ended|error_response',
  ]
  return new RegExp(`^(at\\d|session_uncertain|store_failed|connection_lost|${more.filter(Boolean).join('|') || '-'})$`)
}

/** What one may get who comes when all is over. */
const expectedLate = (scenario: Scenario, isTold: boolean): RegExp => {
  const { alive, beside, forgotten } = scenario
  if (forgotten) return expected(scenario)
  if (isTold && beside === 'logout') return /^session_ended$/
  const token = isTold ? 'login-at' : 'at'
  return new RegExp(`^(${token}\\d|session_uncertain${alive ? '|store_failed' : ''})$`)
}

/** What must hold when everything is over. */
const wrongAtTheEnd = async (
  scenario: Scenario,
  world: World,
  path: readonly string[],
): Promise<string | undefined> => {
  const { server, processes } = world
  const living = processes.filter(({ dead }) => !dead)
  const unfinished = living.find(({ ended }) => ended === undefined)
  if (unfinished) return `${unfinished.name} waits for ever`
  const wasGrave = path.some((name) => grave.test(name))
  const calm = !scenario.beside && !scenario.rounds && !path.some((name) => misfortune.test(name))
  const odd = living.find(({ ended }) => ended !== 'at1')
  if (calm && odd) return `${odd.name} got ${odd.ended} though nothing went wrong`
  if (calm && server.sendings.length !== 1) return `${server.sendings.length} refreshes though nothing went wrong`
  if (server.isRevoked() && !scenario.forgotten) return 'the family was revoked'
  const bad = living.find(({ ended }) => !expected(scenario).test(`${ended}`))
  if (bad) return `${bad.name} got ${bad.ended}`
  const late = world.start()
  await world.settle()
  for (;;) {
    const next = world.actions().find(({ name }) => !/dies|lose|hears|lost|refused|forgets/.test(name))
    if (!next) break
    next.perform()
    await world.settle()
  }
  if (server.wrongs[0]) return `afterwards ${server.wrongs[0]}`
  if (!expectedLate(scenario, world.told()).test(`${late.ended}`)) return `one who came later got ${late.ended}`
  // Where a word was lost and the intent could not be taken back at once, one who came in between is told so.
  const mayDoubt = wasGrave || path.filter((name) => /lost|refused/.test(name)).length > 1
  const uncertain = (mayDoubt ? [late] : world.processes).find(({ ended }) => ended === 'session_uncertain')
  if (!wasGrave && uncertain) return `${uncertain.name} is uncertain though no answer was lost`
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
  let resent = 0
  const todo: string[][] = [[]]
  const report = (wrong?: string): Report => ({ states: seen.size, ends, outcomes, resent, ...(wrong && { wrong }) })
  for (let path = todo.pop(); path; path = todo.pop()) {
    const world = worldOf(scenario)
    useIds(world.newId)
    for (let i = 0; i < scenario.processes; i++) {
      world.start()
      await world.settle()
    }
    if (scenario.beside) {
      world.start(scenario.beside)
      await world.settle()
    }
    for (const name of path) {
      world
        .actions()
        .find((action) => action.name === name)
        ?.perform()
      await world.settle()
    }
    const way = [...path]
    for (;;) {
      const found = world.server.wrongs[0]
      if (found) return report(`${found}: ${way.join(', ')}`)
      if (way.length > longest) return report(`it goes on for ever: ${way.join(', ')}`)
      const state = world.fingerprint()
      if (seen.has(state)) break
      seen.add(state)
      const [next, ...others] = world.actions()
      if (!next || world.isOver()) {
        ends += 1
        resent += +world.server.isSentAgain()
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
      next.perform()
      await world.settle()
    }
  }
  return report()
}
