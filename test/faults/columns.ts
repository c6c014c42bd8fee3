import type { MockFaultyEndpoint, MockGrantType } from '../../src/testing/index.js'
import type { World } from './world.js'

/** What a fault may be of, which not every request has to do with. */
export type Concern = 'ID token' | 'refresh token' | 'proof' | 'device'

/** How an attempt ended well. */
export type GoodEnd = 'good' | 'stale' | 'dead' | 'believed' | `answer ${number}`

/** What is tried while a fault is there, and again when it is gone. */
export interface Trial {
  readonly attempt: () => Promise<GoodEnd>
  readonly afterwards: () => Promise<GoodEnd>
  /** What a program may print: no secret may be seen in it. */
  readonly shown?: readonly unknown[]
}

/** One thing that the client does: a column of a table. */
export interface Column {
  readonly name: string
  /** Where the fault is. */
  readonly endpoint: MockFaultyEndpoint
  /** The requests that it hits, where others go to the same endpoint. */
  readonly grantType?: MockGrantType
  /** Milliseconds after which it must be over, by what the documentation says of deadlines and tries. */
  readonly withinMs: number
  /** It is a session, which a fault must not end. */
  readonly isSession?: boolean
  /** What takes part in it, beside an access token: faults of other things cannot happen to it. @default nothing */
  readonly has?: readonly Concern[]
  /** The server forgives a refresh token that it sees twice. */
  readonly isForgiving?: boolean
  /** What fetch itself throws comes through, and the caller's own deadline ends it: nothing else does. */
  readonly isPlainFetch?: boolean
  readonly begin: () => Promise<Begun>
}

interface Begun extends Trial {
  readonly world: World
}

/** Three tries of 10 s, and between them waits of up to 30 s that a server may ask for. */
export const threeTriesMs = 3 * 10_000 + 2 * 30_000
