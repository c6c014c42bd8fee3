import { type Clock, systemClock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import type { ProofKeyPair, ProofKeyPlace } from '../core/proof.js'
import { withinMs } from '../core/waiting.js'
import { assertPlace, type TokenStore } from '../tokens/store.js'
import { algorithmOf, type ProofAlgorithm, parametersOf } from './algorithms.js'
import { publicOf } from './key-pair.js'

/** How a key is kept in a store. */
export interface StoredKeyOptions {
  /** @default the system's */
  readonly clock?: Clock
}

/** No store in good health takes longer. */
const deadlineMs = 5000

const failed = (what: string): OAuthError => new OAuthError('store_failed', `${what}: look into its own log`)

const ask = async <Answer>(clock: Clock, work: Promise<Answer>): Promise<Answer> => {
  try {
    return await withinMs(deadlineMs, clock, work, () => {
      throw failed('the store did not answer in time')
    })
  } catch (error) {
    // What a driver throws may hold an address with a password: it is not attached.
    throw error instanceof OAuthError ? error : failed('the store could not be reached, or refused')
  }
}

const written = async (pair: ProofKeyPair): Promise<string> => {
  const { key_ops, ext, alg: _, ...jwk } = await crypto.subtle.exportKey('jwk', pair.privateKey as CryptoKey)
  return JSON.stringify({ alg: algorithmOf(pair), jwk })
}

/** The key as it is used: what was imported cannot be extracted again. */
const read = async (value: string): Promise<ProofKeyPair> => {
  try {
    const { alg, jwk } = JSON.parse(value) as { alg: ProofAlgorithm; jwk: JsonWebKey }
    const parameters = parametersOf(alg)
    return {
      privateKey: await crypto.subtle.importKey('jwk', jwk, parameters, false, ['sign']),
      publicKey: await crypto.subtle.importKey('jwk', publicOf(jwk), parameters, true, ['verify']),
    }
  } catch {
    throw new OAuthError(
      'foreign_record',
      'something else than a key is under this key of the store: it was left as it is',
    )
  }
}

/**
 * A key that lives in a store, so that all processes that share tokens over it prove with the same one. The store holds the
 * private key: put `encrypted(store, { keys })` around it. Whoever comes first makes it, and nobody writes it again: a store that
 * drops what was not written for long (`keepMs`) would lose it. Using it fails with `store_failed` if
 * the store cannot be reached, and with `foreign_record` if something else is under `key`.
 * @throws {OAuthError} `invalid_argument` for what is no store or no key.
 */
export const storedKey = (
  store: TokenStore,
  key: string,
  { clock = systemClock }: StoredKeyOptions = {},
): ProofKeyPlace => {
  assertPlace(store, key)
  return {
    keyPair: async (make) => {
      const found = await ask(clock, store.get(key))
      if (found) return read(found.value)
      const value = await written(await make(true))
      if (await ask(clock, store.set(key, value, undefined))) return read(value)
      const first = await ask(clock, store.get(key))
      if (!first) throw failed('the key that another process has just stored is gone')
      return read(first.value)
    },
  }
}
