/** What is left of several rounds: the middle one, and how far apart they were. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN
}

/** Of an even number, the mean of the two in the middle: to take the upper one would be a bias. */
const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}

export const spreadOf = (values: readonly number[]): Spread => ({
  median: medianOf(values),
  min: Math.min(...values),
  max: Math.max(...values),
})

/** Each round against the floor's of the same round, so that what else the machine does falls on both. */
export const ratiosTo = (floor: readonly number[], values: readonly number[]): Spread =>
  spreadOf(values.map((value, round) => value / (floor[round] ?? Number.NaN)))

export const shown = (spread: Spread, digits = 2): string =>
  `${spread.median.toFixed(digits)} (${spread.min.toFixed(digits)}..${spread.max.toFixed(digits)})`
