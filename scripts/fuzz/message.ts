/** What a worker is told, as JSON in its first argument. */
export interface Assignment {
  readonly seed: number
  /** Epoch milliseconds. */
  readonly until: number
  /** The targets whose names have this in them; empty for all. */
  readonly only: string
  /** How many rounds of each target, instead of the time. */
  readonly rounds: number | undefined
}

/** What a worker tells: a round that begins, or a failure. */
export type Told =
  | { readonly kind: 'round'; readonly target: string; readonly seed: number; readonly inputs: number }
  | { readonly kind: 'failed'; readonly target: string; readonly seed: number; readonly report: string }
