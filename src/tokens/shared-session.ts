import type { Clock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import type { Token } from '../core/token.js'
import { withinMs } from '../core/waiting.js'
import { attention } from './attention.js'
import type { FreshnessOptions } from './freshness.js'
import type { Granted } from './granted.js'
import { ledgerOf, mostTries, nextRecord, over } from './ledger.js'
import { underLock } from './lock.js'
import { heeding } from './patience.js'
import { type Intent, type Place, placeOf, type Seen, storeFailed, type TokenRecord } from './record.js'
import type { SessionToken } from './source.js'
import { type TokenStore, watching } from './store.js'
import { isEnd, verdictOn } from './verdict.js'

export interface SharedSessionOptions {
  readonly store: TokenStore
  readonly key: string
  /** Whose record it is: that of another client, server or kind under the same key is not touched. */
  readonly owner: string
  readonly clock: Clock
  readonly freshness: FreshnessOptions
  /** Sends the refresh token, and heeds no `Retry-After`: that is waited for without the lock. */
  readonly exchange: (held: SessionToken) => Promise<Token>
  /** Takes a token of a session that has ended meanwhile. */
  readonly discard: (token: Token) => Promise<void>
  /** A server that is known not to punish a refresh token that it sees twice. */
  readonly reuseIsForgiven: boolean
  readonly credentials: { readonly proven: boolean }
  /** What the store begins with, where it holds nothing. */
  readonly seed: () => SessionToken | undefined
}

/** What reaches a process of what its siblings do. */
interface SiblingListener {
  adopt(token: SessionToken, askedAt?: number): void
  finish(reason: OAuthError): void
}

export interface SharedSession {
  /** @param refused A server has refused the token that is held. */
  renew(held: SessionToken | undefined, refused: boolean): Promise<Granted>
  replace(token: SessionToken): Promise<void>
  /** @returns the newest token, to be revoked. */
  end(): Promise<SessionToken | undefined>
  /** Tells of siblings where the store can, until it is told to stop. */
  listen(listener: SiblingListener): () => void
}

interface Wanted {
  readonly held: SessionToken | undefined
  readonly refused: boolean
}

/** An answer is in hand and the store is not: how long callers wait for it to be stored, and how often that is tried. */
const storingMs = 10_000
const firstPauseMs = 50
const longestPauseMs = 5000

const lockLost = 'the lock of the store was lost to somebody else'

const nothingToLiveFrom = (): OAuthError =>
  new OAuthError('session_ended', 'there is no refresh token to live from: authorize')

const isStoreFailure = (error: unknown): boolean => (error as { code?: string }).code === 'store_failed'

const isMine = ({ record }: Seen, { id }: Intent): boolean => record.intent?.id === id

/**
 * Shares a session whose refresh tokens work once. Always in the same order: look; lock; look again; adopt what a sibling has
 * stored, or write down the intent, send, store. An intent with no answer beside it tells that somebody died in between
 * (docs/concurrency.md goes through every point of that).
 */
export const shareSession = (options: SharedSessionOptions): SharedSession => {
  const { store, key, clock, exchange, discard, credentials, seed } = options
  const here = placeOf(store, key, clock, options.owner)
  const place: Place = {
    ...here,
    look: () => {
      heed.looks()
      return here.look()
    },
  }
  const ledger = ledgerOf(place, clock, options.freshness)
  /** Intents of this process after which nothing was sent, or surely not processed. */
  const unsent = new Set<string>()
  /** What this process has sent, in case the store forgets the intent. */
  let sent: { readonly generation: number; readonly intent: Intent } | undefined
  let listening: SiblingListener | undefined

  const heed = attention(async () => {
    const { record } = await place.look()
    if (record.generation <= ledger.newest().generation) return
    ledger.note(record)
    if (record.ended) listening?.finish(over(record.ended))
    else if (record.token) listening?.adopt(record.token, record.askedAt)
  })

  const isAlive = ({ token }: TokenRecord): boolean =>
    !!token?.accessToken && clock.now() < (token.expiresAt ?? Number.POSITIVE_INFINITY)

  /** Until the token dies there is nothing to be done that could not do harm. */
  const notBefore = (moment = clock.now()): OAuthError =>
    storeFailed('a refresh was lost on its way, or there is no refresh token: the last token is used up', {
      retryAfterMs: moment - clock.now(),
    })

  const put = async (record: TokenRecord, seen: Seen): Promise<boolean> => {
    const written = await ledger.put(record, seen)
    if (written) unsent.clear()
    return written
  }

  /** Puts back what was written down before `mine`, after which nothing came. @returns whether there is nothing of it left. */
  const takeBack = async (mine: Intent, before: Intent | undefined, base: TokenRecord): Promise<boolean> => {
    const seen = await place.look()
    if (!isMine(seen, mine)) return true
    // An end that was written for want of an answer to it does not stand.
    const { generation, ended } = seen.record
    const left = ended ? { ...base, generation: generation + 1 } : seen.record
    return ledger.put({ ...left, intent: before }, seen)
  }

  /** Takes back an intent after which nothing was sent: siblings would take it for one that was. */
  const withdraw = async (mine: Intent, before: Intent | undefined, base: TokenRecord): Promise<void> => {
    unsent.add(mine.id)
    const isGone = () => takeBack(mine, before, base).catch(() => false)
    const goOn = async () => {
      for (let tries = 0, pause = firstPauseMs; tries < mostTries; tries++) {
        await clock.sleep(pause, undefined, true)
        if (await isGone()) return
        pause = Math.min(2 * pause, longestPauseMs)
      }
    }
    // Once at least while the lock is held, so that the next one does not find it.
    if (!(await isGone())) void goOn()
  }

  /** What was lost before, of what was written down: an intent of this process after which nothing was sent lost nothing. */
  const lostBefore = (intent: Intent | undefined): Intent | undefined => {
    if (!intent || !unsent.has(intent.id)) return intent
    return intent.again ? { id: intent.id } : undefined
  }

  /**
   * Stores an answer, unless it was overtaken: by a token that is given then, or by a login that has to be looked at
   * (`undefined`). `met` if somebody wrote at that moment.
   */
  const storeOnce = async (granted: Granted, mine: Intent, base: TokenRecord): Promise<Granted | undefined | 'met'> => {
    const seen = await place.look()
    const { record } = seen
    const { token } = granted
    // What was written for want of this very answer does not stand.
    if (record.generation > base.generation && !isMine(seen, mine)) {
      // It is there, and only the store's word for it was lost.
      if (record.token?.accessToken === token.accessToken) return granted
      if (record.ended) await discard(token)
      return ledger.news(seen, token)
    }
    const last = Math.max(record.generation, base.generation)
    return (await put(nextRecord(granted, base, last), seen)) ? granted : 'met'
  }

  const persist = async (
    granted: Granted,
    mine: Intent,
    base: TokenRecord,
    isLate: () => boolean,
  ): Promise<Granted | undefined> => {
    for (let pause = firstPauseMs; ; pause = Math.min(2 * pause, longestPauseMs)) {
      try {
        const kept = await storeOnce(granted, mine, base)
        if (kept !== 'met') return kept
      } catch (error) {
        if (!isStoreFailure(error)) throw error
      }
      await clock.sleep(pause, undefined, isLate())
    }
  }

  /** Stores an answer, however long that takes, and keeps callers for only some of that. */
  const keepAnswer = (granted: Granted, mine: Intent, base: TokenRecord): Promise<Granted | undefined> => {
    ledger.note(nextRecord(granted, base, base.generation))
    let isLate = false
    const persisted = persist(granted, mine, base, () => isLate)
    return withinMs(storingMs, clock, persisted, () => {
      isLate = true
      // Who was told that this is the token hears of it if it was not.
      persisted.then(
        (kept) => {
          const { token, askedAt } = kept ?? ledger.newest()
          if (token && token !== granted.token) listening?.adopt(token, askedAt)
        },
        (reason) => isEnd(reason) && listening?.finish(reason),
      )
      return granted
    })
  }

  /** What a refresh that failed leaves behind. */
  const judge = async (error: unknown, mine: Intent, before: Intent | undefined, base: TokenRecord) => {
    const verdict = verdictOn(error, { singleUse: true, proven: credentials.proven })
    const isProcessed = (error as { delivery?: string }).delivery !== 'not_processed'
    if (verdict === 'ambiguous' || (mine.again && isProcessed && verdict !== 'definitive')) throw error
    if (verdict !== 'definitive') {
      await withdraw(mine, before, base)
      throw error
    }
    const seen = await place.look()
    const found = ledger.news(seen, base.token)
    if (found) return found
    // Of another login, which has to be looked at.
    if (seen.record.generation > base.generation) return undefined
    const end: TokenRecord = { generation: base.generation + 1, ended: 'session_ended' }
    if (isMine(seen, mine) && (await put(end, seen))) throw error
    throw storeFailed(lockLost)
  }

  /** What there is to renew from; `undefined` if something was put right first, so that one must look again. */
  const basis = async (seen: Seen): Promise<TokenRecord | undefined> => {
    const { record } = seen
    const newest = ledger.newest()
    if (record.generation < newest.generation) {
      await place.write(newest, seen)
      return undefined
    }
    const token = record.token ? undefined : seed()
    if (!token) return record
    await put({ generation: record.generation + 1, token, askedAt: clock.now() }, seen)
    return undefined
  }

  const renewOnce = async ({ held, refused }: Wanted, lost: AbortSignal): Promise<Granted | undefined> => {
    const seen = await place.look()
    const found = ledger.news(seen, held)
    if (found) return found
    const base = await basis(seen)
    if (!base) return undefined
    const { token } = base
    const intent = base.intent ?? (sent?.generation === base.generation ? sent.intent : undefined)
    const before = lostBefore(intent)
    const isHeld = token?.accessToken === held?.accessToken
    if (isAlive(base) && !(refused && isHeld) && (before || !token?.refreshToken)) {
      if (!isHeld) return { token: token as Token, askedAt: base.askedAt, adopted: true }
      throw notBefore(token?.expiresAt)
    }
    if (!token?.refreshToken) throw nothingToLiveFrom()
    if (before && (before.again || !(base.forgiving || options.reuseIsForgiven))) {
      await put({ generation: base.generation + 1, ended: 'session_uncertain', intent }, seen)
      return undefined
    }
    const mine: Intent = { id: crypto.randomUUID(), ...(before && { again: true }) }
    const written = await place.write({ ...base, intent: mine }, seen).catch(async (error) => {
      await withdraw(mine, before, base)
      throw error
    })
    if (!written) return undefined
    if (lost.aborted) {
      await withdraw(mine, before, base)
      throw storeFailed(`${lockLost}, and nothing was sent`)
    }
    sent = { generation: base.generation, intent: mine }
    const askedAt = clock.now()
    let granted: Granted
    try {
      granted = { token: await exchange(token), askedAt }
    } catch (error) {
      return judge(error, mine, before, base)
    }
    return keepAnswer(granted, mine, base)
  }

  const renewLocked = async (wanted: Wanted, lost: AbortSignal): Promise<Granted> => {
    for (let tries = 0; tries < mostTries; tries++) {
      const granted = await renewOnce(wanted, lost)
      if (granted) return granted
    }
    throw storeFailed('others kept writing to the store')
  }

  const renew = async (wanted: Wanted): Promise<Granted> => {
    const look = async () => ledger.news(await place.look(), wanted.held)
    const found = await look()
    if (found) return found
    // Nobody has logged in: no lock is needed to say so.
    if (!ledger.newest().token && !seed()) throw nothingToLiveFrom()
    return underLock(store, key, clock, { news: look }, (lost) => renewLocked(wanted, lost))
  }

  return {
    renew: (held, refused) => heeding(clock, { singleUse: true }, () => heed.during(() => renew({ held, refused }))),
    replace: async (token) => void (await ledger.overwrite({ token, askedAt: clock.now() })),
    end: () => ledger.overwrite({ ended: 'session_ended' }),
    listen: (listener) => {
      listening = listener
      return watching(store, key, heed.hear)
    },
  }
}
