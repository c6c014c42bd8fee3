import fc from 'fast-check'
import { growth } from '../../test/fuzz/growth.js'
import { targets } from '../../test/fuzz/targets.js'
import type { Assignment, Told } from './message.ts'

const { seed: first, until, only, rounds }: Assignment = JSON.parse(process.argv[2] ?? '{}')

const tell = (told: Told) => new Promise<void>((resolve) => process.send?.(told, () => resolve()))

/** Time is measured on long inputs: few of them, so that the others get their share. */
const chosen = [
  ...targets.map((target) => ({ ...target, inputs: 25 })),
  ...growth.map((target) => ({ ...target, inputs: 2 })),
].filter(({ name }) => name.includes(only))
const failed = new Set<string>()

for (let round = 0; rounds === undefined ? Date.now() < until : round < rounds; round++) {
  // A seed of its own for every round: what fails is repeated by that alone.
  const seed = (first + round) | 0
  for (const { name, property, inputs } of chosen) {
    if (failed.has(name) || (rounds === undefined && Date.now() >= until)) continue
    await tell({ kind: 'round', target: name, seed, inputs })
    const details = await fc.check(property(), { seed, numRuns: inputs, interruptAfterTimeLimit: 15_000 })
    if (!details.failed || details.interrupted) continue
    failed.add(name)
    const [firstLine, ...lines] = (fc.defaultReportMessage(details) ?? '').split('\n')
    const { stack } = Object(details.errorInstance) as Error
    await tell({ kind: 'failed', target: name, seed, report: [stack ?? firstLine, ...lines].join('\n') })
  }
  if (failed.size === chosen.length) break
}
process.disconnect?.()
process.exit(failed.size ? 1 : 0)
