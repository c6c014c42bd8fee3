import type { Token } from '../core/token.js'
import { cacheOf, poolsOf } from './cache.js'
import type { SourceParts } from './grant-sources.js'
import { type KeeperOptions, keep } from './keeper.js'
import type { SessionSourceOptions, SessionsOptions } from './session-options.js'
import { type Sessions, sessionsOf } from './sessions.js'
import { type HotSessions, hotSessions, type SharedSourceOptions, sharedSessionOf, standIn } from './shared-source.js'
import type { Session, SessionToken } from './source.js'
import { type SourceOptions, sessionOf } from './sources.js'
import { assertPlace, type TokenStore } from './store.js'

const mostHotByDefault = 10_000

export interface SessionParts extends SourceParts {
  /** Exchanges a refresh token; under a lock, which is not held through a `Retry-After`, it is impatient. */
  readonly refresh: (held: SessionToken, impatient: boolean) => Promise<Token>
  /** Absent: the server revokes nothing. */
  readonly revoke: ((token: SessionToken) => Promise<void>) | undefined
  readonly reuseIsForgiven: boolean
}

/** Makes the sessions of a client, alone and shared. */
export const clientSessions = ({ ownerOf, sharing, proving, refresh, revoke, ...common }: SessionParts) => {
  const { clock, credentials, reuseIsForgiven } = common
  const hot = poolsOf(() => hotSessions(mostHotByDefault))
  const many = poolsOf(() => cacheOf<HotSessions>(10))
  const lone = (source: SourceOptions & Pick<KeeperOptions, 'onHeld' | 'lost'>, token: SessionToken | undefined) => {
    const keeper = keep(
      {
        renew: async (held) => ({ token: await refresh(held ?? ({} as SessionToken), false) }),
        singleUse: true,
        name: 'session',
        ...{ ...common, ...source },
      },
      token,
    )
    return { keeper, session: { ...sessionOf(keeper, clock, source, revoke), ...proving } }
  }
  const shared = (
    store: TokenStore,
    key: string,
    seed: SessionToken | undefined,
    { prefetch, waitUntil, whenStoreFails, ...freshness }: SharedSourceOptions,
    pool: HotSessions,
  ): Session => {
    assertPlace(store, key)
    const parts = {
      ...common,
      revoke,
      share: async (seedNow: () => SessionToken | undefined) =>
        (await sharing()).shareSession({
          ...{ store, key, owner: ownerOf('session'), seed: seedNow, clock, freshness, credentials, reuseIsForgiven },
          exchange: (held) => refresh(held, true),
          discard: async (token) => revoke?.(token).catch(() => {}),
        }),
    }
    const id = JSON.stringify([key, prefetch, freshness])
    const wake = () => {
      const woken = pool(id, () => sharedSessionOf(parts, freshness, prefetch))
      if (seed) woken.offer(seed)
      return woken
    }
    return { ...standIn(wake, clock, waitUntil, whenStoreFails), ...proving }
  }
  return {
    sessionSource: (wanted: SessionSourceOptions): Session => {
      const { store, key, token, ...source } = wanted
      return store ? shared(store, key, token, source, hot(store)) : lone(source, token).session
    },
    sessions: ({ mostHot = mostHotByDefault, store, ...source }: SessionsOptions = {}): Sessions => {
      if (!store) return sessionsOf((seed, kept) => lone({ ...source, ...kept }, seed), mostHot, proving)
      const pool = many(store).get(`${mostHot}`, () => hotSessions(mostHot))
      assertPlace(store, 'any')
      return { get: (key) => shared(store, key, undefined, source, pool) }
    },
  }
}
