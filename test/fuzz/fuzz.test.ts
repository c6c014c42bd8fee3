import fc from 'fast-check'
import { describe, it } from 'vitest'
import { targets } from './targets.js'

// A slice of what `npm run fuzz` does for as long as it is told: the same inputs each time, so that it says the same.

describe('whatever it is given', () => {
  it.each(targets.map((target) => [target.name, target] as const))(
    'a parser keeps its promises: %s',
    async (_, target) => {
      await fc.assert(target.property(), { seed: 6749, numRuns: 20 })
    },
  )
})
