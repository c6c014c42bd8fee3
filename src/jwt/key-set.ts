import { createLocalJWKSet, type JSONWebKeySet, type LocalJWKSet } from 'jose'
import { OAuthError } from '../core/errors.js'
import { isolatesRequests } from '../core/host.js'
import type { IdTokenKeys } from '../protocol/id-token-validator.js'

/** The keys of a server (RFC 7517 §5), as they were at one moment. */
export interface KeySet {
  readonly keyFor: LocalJWKSet
  readonly keys: readonly Readonly<Record<string, unknown>>[]
  readonly readAt: number
}

/** The key sets of servers, each read once for all who want it. */
export interface KeySets {
  /** @throws {OAuthError} `invalid_id_token` if they could not be had. */
  current(wanted: IdTokenKeys): Promise<KeySet>
  /** A newer one than `known`; `undefined` if that was read so lately that asking again would be a nuisance. */
  newer(wanted: IdTokenKeys, known: KeySet): Promise<KeySet | undefined>
}

/** Milliseconds that keys are believed in: a key that a server withdraws is out of use by then. */
const lifetimeMs = 600_000
/** Milliseconds after which an unknown key is worth a look for a newer set. */
const coolDownMs = 30_000
/** A program talks to few servers; one that talks to many reads the keys of some again. */
const mostSets = 100

const unavailable = (error: unknown): OAuthError => {
  const why = error instanceof OAuthError ? error.message : 'they are no JSON Web Key Set'
  return new OAuthError('invalid_id_token', `the keys to judge ID tokens by could not be had from jwksUri: ${why}`)
}

const read = async ({ server, now, readJson }: IdTokenKeys): Promise<KeySet> => {
  try {
    const json = await readJson(`${server.jwksUri}`)
    return { keyFor: createLocalJWKSet(json as JSONWebKeySet), keys: (json as KeySet).keys, readAt: now }
  } catch (error) {
    throw unavailable(error)
  }
}

export const keySets = (): KeySets => {
  const sets = new Map<string, KeySet>()
  const coming = new Map<string, Promise<KeySet>>()

  const fetched = (wanted: IdTokenKeys): Promise<KeySet> => {
    const url = `${wanted.server.jwksUri}`
    const work = (coming.get(url) ?? read(wanted)).finally(() => coming.delete(url))
    // What one request of a worker waits for, another one must not.
    if (!isolatesRequests()) coming.set(url, work)
    return work.then((set) => {
      sets.delete(url)
      sets.set(url, set)
      const [oldest] = sets.keys()
      if (sets.size > mostSets && oldest !== undefined) sets.delete(oldest)
      return set
    })
  }

  /** A clock that was set back makes no set younger. */
  const isWithin = ({ readAt }: KeySet, now: number, ms: number): boolean => now >= readAt && now < readAt + ms

  return {
    current: async (wanted) => {
      const known = sets.get(`${wanted.server.jwksUri}`)
      return known && isWithin(known, wanted.now, lifetimeMs) ? known : fetched(wanted)
    },
    newer: async (wanted, known) => {
      const latest = sets.get(`${wanted.server.jwksUri}`)
      if (latest && latest.readAt > known.readAt) return latest
      return isWithin(known, wanted.now, coolDownMs) ? undefined : fetched(wanted)
    },
  }
}
