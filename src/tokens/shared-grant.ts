import type { Clock } from '../core/clock.js'
import type { DPoP } from '../core/proof.js'
import type { Token } from '../core/token.js'
import { withinMs } from '../core/waiting.js'
import type { FreshnessOptions } from './freshness.js'
import type { Granted } from './granted.js'
import { underLock } from './lock.js'
import { newsIn } from './news.js'
import { heeding } from './patience.js'
import { placeOf, type TokenRecord } from './record.js'
import type { SessionToken } from './source.js'
import type { TokenStore } from './store.js'

export interface SharedGrantOptions {
  readonly store: TokenStore
  readonly key: string
  readonly clock: Clock
  readonly freshness: FreshnessOptions
  readonly owner: string
  /** What tokens are to be bound to. */
  readonly dpop: DPoP | undefined
  readonly grant: (signal: AbortSignal) => Promise<Token>
}

/** A sibling has a token by then, or the lock cannot be had: one request more does no harm. */
const patienceMs = 15_000
const storingMs = 5000

/** Whether a token is of use to who has that key, or none: one that is bound works with its own key alone. */
const fits = async ({ token }: TokenRecord, dpop: DPoP | undefined): Promise<boolean> => {
  if (!token?.keyThumbprint) return !dpop || dpop.allowBearerTokens
  return token.keyThumbprint === (await dpop?.thumbprint())
}

/**
 * Shares a token that can be asked for as often as one likes: look, lock, look again, adopt or ask, store. A store that is
 * down costs requests, and nothing else.
 */
export const shareGrant = ({ store, key, clock, freshness, owner, dpop, grant }: SharedGrantOptions) => {
  const place = placeOf(store, key, clock, owner)
  const renew = async (held: SessionToken | undefined, signal: AbortSignal): Promise<Granted> => {
    let granting: Promise<Granted> | undefined
    const ask = async (): Promise<Granted> => {
      const askedAt = clock.now()
      return { token: await grant(signal), askedAt }
    }
    const newsOf = async (record: TokenRecord) =>
      (await fits(record, dpop)) ? newsIn(record, held, clock, freshness) : undefined
    const news = async () => newsOf((await place.look()).record)
    const askAndStore = async (): Promise<Granted> => {
      const seen = await place.look()
      const found = await newsOf(seen.record)
      if (found) return found
      granting = ask()
      const { token, askedAt } = await granting
      const next = { generation: seen.record.generation + 1, token, ...(askedAt && { askedAt }) }
      // The token is in hand: a store that hangs must not keep it.
      await withinMs<unknown>(storingMs, clock, place.write(next, seen), () => {}).catch(() => {})
      return granting
    }
    try {
      return (await news()) ?? (await underLock(store, key, clock, { signal, news, patienceMs }, askAndStore))
    } catch {
      signal.throwIfAborted()
      return granting ?? ask()
    }
  }
  return (held: SessionToken | undefined, signal: AbortSignal): Promise<Granted> =>
    heeding(clock, { signal, singleUse: false }, () => renew(held, signal))
}
