import { contender } from '../contenders.ts'
import { type Spread, spreadOf } from '../figures.ts'
import { stopwatch } from '../stopwatch.ts'
import { settingsAt } from './settings.ts'

const rounds = 9
const budgetMs = 100

/**
 * Microseconds that bearerFetch adds to a fetch that answers at once: too little to be seen beside a request that really
 * goes out, and hardly disturbed by what else the machine does.
 */
export const ownCost = async (origin: string): Promise<Spread> => {
  const nanoseconds = await stopwatch()
  const settings = settingsAt(origin)
  const floor = await (await contender('floor')).service(settings)
  const ours = await (await contender('bearward')).service(settings)
  await ours.get(settings.api)
  const real = globalThis.fetch
  const answer = { status: 200, type: 'basic', headers: new Headers(), text: async () => '' } as Response
  globalThis.fetch = async () => answer
  const figures: number[] = []
  for (let round = 0; round < rounds; round++) {
    const bare = await nanoseconds(() => floor.get(settings.api), budgetMs)
    figures.push(((await nanoseconds(() => ours.get(settings.api), budgetMs)) - bare) / 1000)
  }
  globalThis.fetch = real
  return spreadOf(figures)
}
