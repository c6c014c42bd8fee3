import type { Clock } from 'bearward'

/** What a test puts in the place of the world. */
export interface Surroundings {
  /** @default the runtime's own */
  readonly fetch?: typeof globalThis.fetch
  /** @default the system's */
  readonly clock?: Clock
}
