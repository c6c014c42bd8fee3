import type { Clock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import type { Token } from '../core/token.js'
import type { FreshnessOptions } from './freshness.js'
import type { Granted } from './granted.js'
import { underLock } from './lock.js'
import { newsIn } from './news.js'
import { withinMs } from './patience.js'
import { type Ending, type Intent, placeOf, type Seen, storeFailed, type TokenRecord } from './record.js'
import type { SessionToken } from './source.js'
import type { TokenStore } from './store.js'
import { verdictOn } from './verdict.js'

export interface SharedSessionOptions {
  readonly store: TokenStore
  readonly key: string
  readonly clock: Clock
  readonly freshness: FreshnessOptions
  /** Sends the refresh token. */
  readonly exchange: (held: SessionToken) => Promise<Token>
  /** Takes a token of a session that has ended meanwhile. */
  readonly discard: (token: Token) => Promise<void>
  /** A server that is known not to punish a refresh token that it sees twice. */
  readonly reuseIsForgiven: boolean
  readonly credentials: { readonly proven: boolean }
  /** What the store begins with, where it holds nothing. */
  readonly seed: SessionToken | undefined
}

/** What reaches a process of what its siblings do. */
interface SiblingListener {
  adopt(token: SessionToken, askedAt?: number): void
  finish(reason: OAuthError): void
}

export interface SharedSession {
  renew(held: SessionToken | undefined): Promise<Granted>
  replace(token: SessionToken): Promise<void>
  /** @returns the newest token, to be revoked. */
  end(): Promise<SessionToken | undefined>
  /** Tells of siblings where the store can, until it is told to stop. */
  listen(listener: SiblingListener): () => void
}

/** An answer is in hand and the store is not: how long callers wait for it to be stored, and how often that is tried. */
const storingMs = 10_000
const firstPauseMs = 50
const longestPauseMs = 5000
const mostTries = 10

const lockLost = 'the lock of the store was lost to somebody else'

const over = (ending: Ending): OAuthError =>
  ending === 'session_ended'
    ? new OAuthError(ending, 'the session has ended: authorize again')
    : new OAuthError(ending, 'a refresh was lost on its way: authorize again')

const isStoreFailure = (error: unknown): boolean => (error as { code?: string }).code === 'store_failed'

const nextRecord = ({ token, askedAt }: Granted, base: TokenRecord, last: number): TokenRecord => ({
  generation: last + 1,
  token,
  ...(askedAt !== undefined && { askedAt }),
  ...((base.forgiving || token.refreshToken === base.token?.refreshToken) && { forgiving: true }),
})

/**
 * Shares a session whose refresh tokens work once. Always in the same order: look; lock; look again; adopt what a sibling has
 * stored, or write down the intent, send, store. An intent with no answer beside it tells that somebody died in between
 * (docs/concurrency.md goes through every point of that).
 */
export const shareSession = (options: SharedSessionOptions): SharedSession => {
  const { store, key, clock, freshness, exchange, discard, credentials, seed } = options
  const place = placeOf(store, key, clock)
  /** The newest that this process knows of: a store that lost its last writes is told again. */
  let newest: TokenRecord = { generation: 0 }
  /** An intent of this process after which nothing was sent, or surely not processed. */
  let unsent: string | undefined

  const isAlive = ({ token }: TokenRecord): boolean =>
    !!token?.accessToken && clock.now() < (token.expiresAt ?? Number.POSITIVE_INFINITY)

  /** Until the token dies there is nothing to be done that could not do harm. */
  const notBefore = (moment = clock.now()): OAuthError =>
    storeFailed('a refresh was lost on its way, or there is no refresh token: the last token is used up', {
      retryAfterMs: moment - clock.now(),
    })

  /** Notes what is newer. @throws {OAuthError} if that is the end. */
  const note = (record: TokenRecord): void => {
    if (record.generation < newest.generation) return
    newest = record
    if (record.ended) throw over(record.ended)
  }

  /** What makes a renewal needless. */
  const news = ({ record }: Seen, held: SessionToken | undefined): Granted | undefined => {
    note(record)
    return newest === record ? newsIn(record, held, clock, freshness) : undefined
  }

  const look = async (held: SessionToken | undefined) => news(await place.look(), held)

  const isMine = ({ record }: Seen, { id }: Intent): boolean => record.intent?.id === id

  /** What was written down before `mine`, where nothing came of it. */
  const takeBack = async (mine: Intent, before: Intent | undefined): Promise<void> => {
    unsent = mine.id
    const seen = await place.look()
    if (isMine(seen, mine)) await place.write({ ...seen.record, intent: before }, seen)
  }

  /** @returns whether the record says so now. */
  const put = async (record: TokenRecord, seen: Seen): Promise<boolean> => {
    const written = await place.write(record, seen)
    if (written) newest = record
    return written
  }

  /** What was lost before, of what was written down: an intent of this process after which nothing was sent lost nothing. */
  const lostBefore = (intent: Intent | undefined): Intent | undefined => {
    if (intent?.id !== unsent) return intent
    return intent?.again ? { id: intent.id } : undefined
  }

  /** Stores an answer, unless it was overtaken. `undefined` if somebody wrote at that moment. */
  const storeOnce = async (granted: Granted, mine: Intent, base: TokenRecord): Promise<Granted | undefined> => {
    const seen = await place.look()
    const { record } = seen
    const { token } = granted
    // An end that was written for want of this very answer does not stand.
    if (record.generation > base.generation && !(record.ended === 'session_uncertain' && isMine(seen, mine))) {
      if (record.ended) await discard(token)
      const found = news(seen, token)
      if (found) return found
      throw storeFailed(lockLost)
    }
    const last = Math.max(record.generation, base.generation)
    return (await put(nextRecord(granted, base, last), seen)) ? granted : undefined
  }

  /** Stores an answer, however long that takes, and keeps callers for only some of that. */
  const keepAnswer = (granted: Granted, mine: Intent, base: TokenRecord): Promise<Granted> => {
    newest = nextRecord(granted, base, base.generation)
    let isLate = false
    const persist = async (): Promise<Granted> => {
      for (let pause = firstPauseMs; ; pause = Math.min(2 * pause, longestPauseMs)) {
        try {
          const kept = await storeOnce(granted, mine, base)
          if (kept) return kept
        } catch (error) {
          if (!isStoreFailure(error)) throw error
        }
        await clock.sleep(pause, undefined, isLate)
      }
    }
    return withinMs(storingMs, clock, persist(), () => {
      isLate = true
      return granted
    })
  }

  const judge = async (error: unknown, mine: Intent, before: Intent | undefined, base: TokenRecord) => {
    const verdict = verdictOn(error, { singleUse: true, proven: credentials.proven })
    const isProcessed = (error as { delivery?: string }).delivery !== 'not_processed'
    if (verdict === 'ambiguous' || (mine.again && isProcessed && verdict !== 'definitive')) throw error
    if (verdict !== 'definitive') {
      await takeBack(mine, before).catch(() => {})
      throw error
    }
    const seen = await place.look()
    const found = news(seen, base.token)
    if (found) return found
    const end: TokenRecord = { generation: base.generation + 1, ended: 'session_ended' }
    if (isMine(seen, mine) && (await put(end, seen))) throw error
    throw storeFailed(lockLost)
  }

  /** What there is to renew from; `undefined` if something was put right first, so that one must look again. */
  const basis = async (seen: Seen): Promise<TokenRecord | undefined> => {
    const { record } = seen
    if (record.generation < newest.generation) await place.write(newest, seen)
    else if (!record.token && seed)
      await put({ generation: record.generation + 1, token: seed, askedAt: clock.now() }, seen)
    else return record
    return undefined
  }

  const renewOnce = async (held: SessionToken | undefined, lost: AbortSignal): Promise<Granted | undefined> => {
    const seen = await place.look()
    const found = news(seen, held)
    if (found) return found
    const base = await basis(seen)
    if (!base) return undefined
    const { token, intent } = base
    const before = lostBefore(intent)
    if (isAlive(base) && (before || !token?.refreshToken)) {
      if (token?.accessToken !== held?.accessToken)
        return { token: token as Token, askedAt: base.askedAt, adopted: true }
      throw notBefore(token?.expiresAt)
    }
    if (!token?.refreshToken) throw new OAuthError('session_ended', 'there is no refresh token to live from: authorize')
    if (before && (before.again || !(base.forgiving || options.reuseIsForgiven))) {
      await put({ generation: base.generation + 1, ended: 'session_uncertain', intent }, seen)
      return undefined
    }
    const mine: Intent = { id: crypto.randomUUID(), ...(before && { again: true }) }
    unsent = mine.id
    if (!(await place.write({ ...base, intent: mine }, seen))) return undefined
    if (lost.aborted) {
      await takeBack(mine, before)
      throw storeFailed(`${lockLost}, and nothing was sent`)
    }
    unsent = undefined
    const askedAt = clock.now()
    let granted: Granted
    try {
      granted = { token: await exchange(token), askedAt }
    } catch (error) {
      return judge(error, mine, before, base)
    }
    return keepAnswer(granted, mine, base)
  }

  const renewLocked = async (held: SessionToken | undefined, lost: AbortSignal): Promise<Granted> => {
    for (let tries = 0; tries < mostTries; tries++) {
      const granted = await renewOnce(held, lost)
      if (granted) return granted
    }
    throw storeFailed('others kept writing to the store')
  }

  /** What cannot be read can be overwritten. How often it was renewed is not known: the time is more than any count. */
  const unreadable = (error: { readonly version?: string }): Seen => {
    if (error.version === undefined) throw error
    return { record: { generation: clock.now() }, version: error.version }
  }

  const overwrite = async (change: Omit<TokenRecord, 'generation'>): Promise<SessionToken | undefined> => {
    const before = newest.token
    // Noted first, so that it is not lost where the store cannot be had now.
    newest = { ...change, generation: newest.generation + 1 }
    for (let tries = 0; tries < mostTries; tries++) {
      const seen = await place.look().catch(unreadable)
      const generation = Math.max(seen.record.generation + 1, newest.generation)
      if (await put({ ...change, generation }, seen)) return seen.record.token ?? before
    }
    throw storeFailed('others kept writing to the store')
  }

  return {
    renew: async (held) =>
      (await look(held)) ?? underLock(store, key, clock, { news: () => look(held) }, (lost) => renewLocked(held, lost)),
    replace: async (token) => void (await overwrite({ token, askedAt: clock.now() })),
    end: () => overwrite({ ended: 'session_ended' }),
    listen: (listener) => {
      const hear = async () => {
        const { record } = await place.look()
        if (record.generation <= newest.generation) return
        newest = record
        if (record.ended) listener.finish(over(record.ended))
        else if (record.token) listener.adopt(record.token, record.askedAt)
      }
      return store.watch?.(key, () => void hear().catch(() => {})) ?? (() => {})
    },
  }
}
