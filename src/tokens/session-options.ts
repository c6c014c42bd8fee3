import type { SharedSourceOptions } from './shared-source.js'
import type { SessionToken } from './source.js'
import type { SourceOptions } from './sources.js'
import type { TokenStore } from './store.js'

/** A session that lives in this process alone. */
export interface LoneSessionSourceOptions extends SourceOptions {
  /** The token of a login, or `{ refreshToken }` alone. */
  readonly token: SessionToken
  readonly store?: never
  readonly key?: never
}

/** A session that other processes, machines or tabs know too. */
export interface SharedSessionSourceOptions extends SharedSourceOptions {
  /** Shares the session with other processes, machines or tabs. */
  readonly store: TokenStore
  /** The session's key in the store. */
  readonly key: string
  /** What the store is given where it holds nothing under the key. A later login goes through `replace`. */
  readonly token?: SessionToken
}

/** A session of this process alone, or with `store` and `key` one that is shared. */
export type SessionSourceOptions = LoneSessionSourceOptions | SharedSessionSourceOptions

/** Many sessions, each under a key: where they are kept, and how they are renewed. */
export interface SessionsOptions extends Omit<SharedSourceOptions, 'prefetch'> {
  /** Shares the sessions with other processes, machines or tabs; without it they live in this process. */
  readonly store?: TokenStore
  /** How many sessions are ready to renew at a time; the others are woken when they are asked for. @default 10_000 */
  readonly mostHot?: number
}
