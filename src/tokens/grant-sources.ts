import type { Clock } from '../core/clock.js'
import type { DPoP } from '../core/proof.js'
import type { Token } from '../core/token.js'
import { cacheOf, poolsOf } from './cache.js'
import type { Onlookers } from './events.js'
import { type Keeper, type KeeperOptions, keep } from './keeper.js'
import type { TokenSource } from './source.js'
import { type ManagedSource, type SourceOptions, sourceOf } from './sources.js'
import { assertPlace, type TokenStore } from './store.js'

/** What the sources of a client have in common. */
export interface SourceParts extends Pick<KeeperOptions, 'credentials' | keyof Onlookers> {
  readonly clock: Clock
  readonly dpop: DPoP | undefined
  /** Where tokens are bound to a key. */
  readonly proving: Required<Pick<TokenSource, 'prove'>> | undefined
  /** Whose records of a kind are this client's. */
  readonly ownerOf: (kind: string) => string
  /** Loads what those who share tokens need. */
  readonly sharing: () => Promise<typeof import('./sharing.js')>
}

/** Where a source shares its token. */
export interface SharedPlace {
  /** Shares the token with other processes. While the store is down, each asks for its own. */
  readonly store?: TokenStore
  /** The token's key in the store. @default one made of the token endpoint, the client and what is asked for */
  readonly key?: string
}

/** A grant that can be asked for as often as one likes. */
export interface RepeatableGrant {
  /** The kind of its records in a store. */
  readonly kind: string
  /** What events call the source. */
  readonly name: string
  /** One text for all that makes the token different; absent: nobody else's is the same. */
  readonly id: string | undefined
  /** The key of its record, unless the user names one. @default the user must */
  readonly place?: string | undefined
  /** Asks for the token; under a lock, which is not held through a `Retry-After`, it is impatient. */
  readonly grant: (signal: AbortSignal, impatient: boolean) => Promise<Token>
}

/** Makes sources of grants: those that ask for the same thing share a token. */
export const grantSources = ({ clock, ownerOf, sharing, dpop, proving, ...kept }: SourceParts) => {
  const keepers = poolsOf(() => cacheOf<Keeper>(1000))
  return ({ kind, name, id, place, grant }: RepeatableGrant, source: SourceOptions & SharedPlace): ManagedSource => {
    const { store, key = place ?? '', renewBeforeMs, expiryMarginMs } = source
    const freshness = { renewBeforeMs, expiryMarginMs }
    if (store) assertPlace(store, key)
    const renewal = (): KeeperOptions['renew'] => {
      if (!store) return async (_, signal) => ({ token: await grant(signal, false) })
      let shared: KeeperOptions['renew'] | undefined
      return async (held, signal, refused) => {
        shared ??= (await sharing()).shareGrant({
          ...{ store, key, clock, freshness, dpop, owner: ownerOf(kind) },
          grant: (asked) => grant(asked, true),
        })
        return shared(held, signal, refused)
      }
    }
    const make = () => keep({ renew: renewal(), singleUse: false, name, clock, ...kept, ...freshness })
    const keeper = id === undefined ? make() : keepers(store).get(JSON.stringify([kind, id, key, freshness]), make)
    return { ...sourceOf(keeper, clock, source), ...proving }
  }
}
