import type { Clock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import type { Onlookers } from './events.js'
import type { FreshnessOptions } from './freshness.js'
import { type Keeper, type KeeperOptions, keep } from './keeper.js'
import type { SharedSession } from './shared-session.js'
import type { Session, SessionToken, WaitUntil } from './source.js'
import type { SourceOptions } from './sources.js'
import { keepWarm } from './warm.js'

/**
 * What a session does that needs its store while the store cannot be had, and no valid token is left: fail with `store_failed`, or
 * wait for the store until the caller's signal ends that.
 */
export type WhenStoreFails = 'fail' | 'wait'

/** How the tokens of a shared session are renewed. */
export interface SharedSourceOptions extends SourceOptions {
  /** What becomes of callers while the store is down and the token is dead. @default 'fail' */
  readonly whenStoreFails?: WhenStoreFails
}

/** A shared session's working parts, in one process. */
export interface HotSession {
  readonly keeper: Keeper
  replace(token: SessionToken): Promise<void>
  end(): Promise<void>
  /** What the store is given where it holds nothing. */
  offer(seed: SessionToken): void
  /** Stops listening and renewing. What the session is remains in the store. */
  close(): void
}

type Parts = Pick<KeeperOptions, 'clock' | 'credentials' | 'reuseIsForgiven' | keyof Onlookers> & {
  /** Makes what keeps to the order among siblings. */
  readonly share: (seed: () => SessionToken | undefined) => Promise<SharedSession>
  readonly revoke: ((token: SessionToken) => Promise<void>) | undefined
}

/** A session whose token is in a store, where its siblings find it. */
export const sharedSessionOf = (
  { share, revoke, ...parts }: Parts,
  freshness: FreshnessOptions,
  prefetch: boolean | undefined,
): HotSession => {
  const name = 'session'
  let session: SharedSession | undefined
  let seed: SessionToken | undefined
  let closed = false
  let stopListening = () => {}
  const shared = async () => {
    // Not a promise is kept: on workerd no request may wait for what another one has begun.
    const made = session ?? (await share(() => seed))
    if (!session) {
      session = made
      if (!closed) stopListening = made.listen({ adopt, finish: keeper.finish })
    }
    return session
  }
  const keeper = keep({
    ...parts,
    ...freshness,
    renew: async (held, _, refused) => (await shared()).renew(held, refused),
    shared: true,
    singleUse: true,
    name,
    onHeld: () => warmth.anew(),
  })
  const adopt = (token: SessionToken, askedAt?: number) => {
    keeper.adopt(token, askedAt)
    parts.announce({ type: 'adopted', source: name, ...(token.expiresAt && { expiresAt: token.expiresAt }) })
  }
  const warmth = keepWarm(keeper, parts.clock, prefetch)
  return {
    keeper,
    replace: async (token) => {
      keeper.adopt(token)
      await (await shared()).replace(token)
    },
    end: async () => {
      keeper.finish(new OAuthError('session_ended', 'the session was ended: authorize again'))
      const ending = shared().then((session) => session.end())
      const newest = await ending.catch(() => keeper.settled())
      if (newest) await revoke?.(newest)
      await ending
    },
    offer: (token) => {
      seed = token
    },
    close: () => {
      closed = true
      stopListening()
      void warmth.stop()
    },
  }
}

/** Finds a session's working parts, or makes them. */
export type HotSessions = (key: string, make: () => HotSession) => HotSession

/** The working parts of the sessions that were asked for last: what they are is in the store, so that any can be put away. */
export const hotSessions = (most: number): HotSessions => {
  const hot = new Map<string, HotSession>()
  return (key, make) => {
    const found = hot.get(key) ?? make()
    hot.delete(key)
    hot.set(key, found)
    if (hot.size > most) {
      const [oldest, parts] = hot.entries().next().value as [string, HotSession]
      hot.delete(oldest)
      parts.close()
    }
    return found
  }
}

const firstPauseMs = 100
const longestPauseMs = 5000

/** Asks again and again while the store is down, until the caller leaves. */
const patiently =
  (clock: Clock, ask: Session['token']): Session['token'] =>
  async (options) => {
    for (let pause = firstPauseMs; ; pause = Math.min(2 * pause, longestPauseMs)) {
      try {
        return await ask(options)
      } catch (error) {
        if ((error as { code?: string }).code !== 'store_failed') throw error
        await clock.sleep(pause, options?.signal)
      }
    }
  }

/** Stands for a session whose working parts may have been put away. */
export const standIn = (
  wake: () => HotSession,
  clock: Clock,
  waitUntil: WaitUntil | undefined,
  whenStoreFails: WhenStoreFails | undefined,
): Session => {
  const token: Session['token'] = (options) => wake().keeper.token(waitUntil ? { ...options, waitUntil } : options)
  return {
    token: whenStoreFails === 'wait' ? patiently(clock, token) : token,
    current: () => wake().keeper.current(waitUntil),
    replace: (next) => wake().replace(next),
    end: () => wake().end(),
  }
}
