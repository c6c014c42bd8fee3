/// <reference lib="esnext.disposable" preserve="true" />
import type { Clock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import type { Token } from '../core/token.js'
import type { FreshnessOptions } from './freshness.js'
import type { Keeper } from './keeper.js'
import type { Session, SessionToken, TokenSource, WaitUntil } from './source.js'
import { keepWarm, type Warmth } from './warm.js'

/** How the tokens of a source are renewed. */
export interface SourceOptions extends FreshnessOptions {
  /**
   * Renews when it is due though nobody asks, so that an idle stretch costs no wait. It keeps no process alive; disposing
   * of the source ends it.
   * @default false
   */
  readonly prefetch?: boolean
  /**
   * Takes the promise of a renewal in the background, on runtimes that stop between requests: `ctx.waitUntil` in a worker.
   * Without it there, callers wait for a renewal that is due.
   */
  readonly waitUntil?: WaitUntil
}

/** A source that may be renewing by itself. */
export interface ManagedSource extends TokenSource, AsyncDisposable {
  current(): Token | undefined
  /** Ends `prefetch`. The source can be asked all the same. */
  [Symbol.asyncDispose](): PromiseLike<void>
}

export const sourceOf = (
  keeper: Keeper,
  clock: Clock,
  { prefetch, waitUntil }: SourceOptions,
  warmth: Warmth = keepWarm(keeper, clock, prefetch),
): ManagedSource => ({
  token: waitUntil ? (wanted) => keeper.token({ ...wanted, waitUntil }) : keeper.token,
  current: waitUntil ? () => keeper.current(waitUntil) : keeper.current,
  [Symbol.asyncDispose]: warmth.stop,
})

export const sessionOf = (
  keeper: Keeper,
  clock: Clock,
  options: SourceOptions,
  revoke: ((token: SessionToken) => Promise<void>) | undefined,
): Session => {
  const warmth = keepWarm(keeper, clock, options.prefetch)
  return {
    ...sourceOf(keeper, clock, options, warmth),
    replace: async (token) => {
      keeper.adopt(token)
      warmth.anew()
    },
    end: async () => {
      keeper.finish(new OAuthError('session_ended', 'the session was ended: authorize again'))
      const held = await keeper.settled()
      if (held) await revoke?.(held)
    },
  }
}
