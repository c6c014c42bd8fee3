import type { Clock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import { asToken } from '../core/token.js'
import { withinMs } from '../core/waiting.js'
import type { SessionToken } from './source.js'
import type { TokenStore } from './store.js'

/** Why a session is over, for all who share it. */
export type Ending = 'session_ended' | 'session_uncertain'

/** Written down before a refresh token is sent; the answer puts the next token in its place. */
export interface Intent {
  readonly id: string
  /** It is sent though the answer to it was lost before. */
  readonly again?: boolean
}

/** What those who share a token write under its key, as JSON. */
export interface TokenRecord {
  /** Grows with each token, and with the end: an older record is never taken for a newer one. */
  readonly generation: number
  readonly token?: SessionToken
  /** Epoch milliseconds at which the token was asked for. */
  readonly askedAt?: number
  readonly intent?: Intent | undefined
  /** The server was seen not to rotate the refresh token: it may be sent again. */
  readonly forgiving?: boolean
  readonly ended?: Ending
  /** Whose it is: what kind of token, of which server, for which client. */
  readonly owner?: string | undefined
}

/** A record as it was found. */
export interface Seen {
  readonly record: TokenRecord
  /** `undefined` where there is none. */
  readonly version: string | undefined
}

/** The place of one record, as this process sees it: all moments by its own clock. */
export interface Place {
  /** @throws {OAuthError} `store_failed`, `foreign_record`, or what an `encrypted` store says. */
  look(): Promise<Seen>
  /** Writes in the place of what was seen. @returns whether that was still there. */
  write(next: TokenRecord, seen: Seen): Promise<boolean>
}

/** No store in good health takes longer. */
const deadlineMs = 5000

// What a driver throws may hold an address with a password: it is not attached.
export const storeFailed = (
  what = 'the store could not be reached, or refused',
  fields: { readonly retryAfterMs?: number } = {},
): OAuthError => new OAuthError('store_failed', `${what}: look into its own log`, fields)

const foreign = (what: string): OAuthError =>
  new OAuthError('foreign_record', `${what} is under this key of the store: it was left as it is`)

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const endings: readonly unknown[] = [undefined, 'session_ended', 'session_uncertain'] satisfies (Ending | undefined)[]
const tokenTexts = ['accessToken', 'tokenType', 'refreshToken', 'scope', 'idToken', 'keyThumbprint']

const areTexts = (fields: Fields, names: readonly string[]): boolean =>
  names.every((name) => fields[name] === undefined || typeof fields[name] === 'string')

const areMoments = (fields: Fields, names: readonly string[]): boolean =>
  names.every((name) => fields[name] === undefined || Number.isFinite(fields[name]))

const isToken = (token: unknown): boolean =>
  isFields(token) && areTexts(token, tokenTexts) && areMoments(token, ['expiresAt', 'refreshTokenExpiresAt'])

/** Whoever can write to the store may have written anything: what is not as it was written here is not believed. */
const isRecord = (record: unknown): boolean =>
  isFields(record) &&
  Number.isSafeInteger(record['generation']) &&
  areMoments(record, ['askedAt']) &&
  endings.includes(record['ended']) &&
  (record['token'] === undefined || isToken(record['token'])) &&
  (record['intent'] === undefined || (isFields(record['intent']) && typeof record['intent']['id'] === 'string'))

const parse = (value: string): TokenRecord => {
  try {
    const record: TokenRecord = JSON.parse(value)
    if (isRecord(record)) return record
  } catch {
    // Told of below, as all that is no record.
  }
  throw foreign('something else than a token')
}

/** Moves all moments of a record to another clock. */
const shift = (record: TokenRecord, byMs: number): TokenRecord => {
  const { token, askedAt } = record
  if (!token) return record
  const { expiresAt, refreshTokenExpiresAt } = token
  return {
    ...record,
    ...(askedAt !== undefined && { askedAt: askedAt + byMs }),
    token: asToken({
      ...token,
      ...(expiresAt !== undefined && { expiresAt: expiresAt + byMs }),
      ...(refreshTokenExpiresAt !== undefined && { refreshTokenExpiresAt: refreshTokenExpiresAt + byMs }),
    }),
  }
}

export const placeOf = (store: TokenStore, key: string, clock: Clock, owner?: string): Place => {
  /** How far the store's clock is ahead of ours, taken so that nothing ever lives longer for it. */
  let ahead = 0
  const ask = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await withinMs(deadlineMs, clock, work(), () => {
        throw storeFailed('the store did not answer in time')
      })
    } catch (error) {
      throw error instanceof OAuthError ? error : storeFailed()
    }
  }
  const look = async (): Promise<Seen> => {
    const asked = clock.now()
    const stored = await ask(() => store.get(key))
    if (!stored) return { record: { generation: 0 }, version: undefined }
    const { now, version, value } = stored
    const record = parse(value)
    if (owner && record.owner !== owner) throw foreign('the token of another client, server or kind')
    if (now !== undefined) ahead = now - clock.now()
    return { record: shift(record, now === undefined ? 0 : asked - now), version }
  }
  return {
    look,
    write: async (next, { record: { generation: last }, version }) => {
      const put = (record: TokenRecord, over: string | undefined) => {
        // What brings no new generation is nothing that a sibling could adopt.
        const quiet = record.generation === last
        return ask(() => store.set(key, JSON.stringify(shift({ ...record, owner }, ahead)), over, { quiet }))
      }
      if (version !== undefined) return put(next, version)
      // Where nothing is, a store tells no time either: an empty record first, so that the token's moments are right.
      if (!(await put({ generation: 0 }, undefined))) return false
      const first = await look()
      return first.record.generation === 0 && first.version !== undefined && put(next, first.version)
    },
  }
}
