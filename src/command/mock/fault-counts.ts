import type { MockPendingFault, MockScriptedFault } from '../../testing/index.js'

/** A fault of the mock, and how often it has hit. */
export interface FaultCount {
  /** In the notation of `--fault`. */
  readonly fault: string
  readonly hits: number
  /** How many requests it would have hit yet. Absent: without end. */
  readonly left?: number
}

/**
 * How often each fault has hit: those that the mock began with, of which only what is `pending` is not used up, and those that
 * were added.
 */
export const faultCounts = (
  initial: readonly MockScriptedFault[],
  pending: readonly MockPendingFault[],
  format: (fault: MockScriptedFault) => string,
): readonly FaultCount[] => {
  const added = pending.map(({ scripted }) => scripted).filter((scripted) => !initial.includes(scripted))
  return [...initial, ...added].map((scripted) => {
    const entry = pending.find((one) => one.scripted === scripted)
    const { hits, left } = entry ?? { hits: scripted.times ?? 1, left: 0 }
    return { fault: format(scripted), hits, ...(Number.isFinite(left) && { left }) }
  })
}
