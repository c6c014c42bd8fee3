import type { Clock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import type { FreshnessOptions } from './freshness.js'
import type { Granted } from './granted.js'
import { newsIn } from './news.js'
import { type Ending, type Place, type Seen, storeFailed, type TokenRecord } from './record.js'
import type { SessionToken } from './source.js'

/** What a process knows of a record that it shares: the newest of what it was told, and of what it could not tell yet. */
export interface Ledger {
  newest(): TokenRecord
  /** Notes what is not older. */
  note(record: TokenRecord): void
  /**
   * What makes a renewal needless.
   * @throws {OAuthError} if that is the end of the session.
   */
  news(seen: Seen, held: SessionToken | undefined): Granted | undefined
  /** @returns whether the record says so now. */
  put(record: TokenRecord, seen: Seen): Promise<boolean>
  /** Writes a login or a logout, whatever is there. @returns the newest token before it. */
  overwrite(change: Omit<TokenRecord, 'generation'>): Promise<SessionToken | undefined>
}

/** However often others write in between. */
export const mostTries: number = 10

/** How many renewals a login or a logout outweighs: one that could not be told stands against those that came between. */
const weight = 2 ** 20

export const over = (ending: Ending): OAuthError =>
  ending === 'session_ended'
    ? new OAuthError(ending, 'the session has ended: authorize again')
    : new OAuthError(ending, 'a refresh was lost on its way: authorize again')

/** What an answer is written down as; `last` is the newest generation that is known. */
export const nextRecord = ({ token, askedAt }: Granted, base: TokenRecord, last: number): TokenRecord => ({
  generation: last + 1,
  token,
  ...(askedAt !== undefined && { askedAt }),
  ...((base.forgiving || token.refreshToken === base.token?.refreshToken) && { forgiving: true }),
})

export const ledgerOf = (place: Place, clock: Clock, freshness: FreshnessOptions): Ledger => {
  let newest: TokenRecord = { generation: 0 }

  const note = (record: TokenRecord): void => {
    if (record.generation >= newest.generation) newest = record
  }

  const put = async (record: TokenRecord, seen: Seen): Promise<boolean> => {
    const written = await place.write(record, seen)
    if (written) note(record)
    return written
  }

  /** What cannot be read can be overwritten. How often it was renewed is not known: the time is more than any count. */
  const unreadable = (error: { readonly version?: string }): Seen => {
    if (error.version === undefined) throw error
    return { record: { generation: clock.now() }, version: error.version }
  }

  return {
    newest: () => newest,
    note,
    news: ({ record }, held) => {
      note(record)
      if (newest !== record) return undefined
      if (record.ended) throw over(record.ended)
      return newsIn(record, held, clock, freshness)
    },
    put,
    overwrite: async (change) => {
      const before = newest.token
      // Noted first, so that it is not lost where the store cannot be had now.
      newest = { ...change, generation: newest.generation + weight }
      for (let tries = 0; tries < mostTries; tries++) {
        const seen = await place.look().catch(unreadable)
        const generation = Math.max(seen.record.generation + weight, newest.generation)
        if (await put({ ...change, generation }, seen)) return seen.record.token ?? before
      }
      throw storeFailed('others kept writing to the store')
    },
  }
}
