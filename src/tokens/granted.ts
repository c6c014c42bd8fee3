import type { Token } from '../core/token.js'

/** What a renewal brings. */
export interface Granted {
  readonly token: Token
  /** Epoch milliseconds at which it was asked for, where that was not when the renewal began. */
  readonly askedAt?: number | undefined
  /** A sibling has renewed it. */
  readonly adopted?: boolean
}
