import { base64urlBytes } from '../core/base64url.js'
import type { Bytes } from '../core/bytes.js'
import { OAuthError } from '../core/errors.js'
import type { TokenStore } from '../tokens/store.js'
import type { Cipher } from './cipher.js'

/** What a `CryptoKey` tells of itself: one of Node's types is none of the DOM's, and a program may have either. */
interface HostKey {
  readonly algorithm: { readonly name: string }
  readonly usages: readonly string[]
  readonly extractable: boolean
}

/**
 * 32 random bytes, or their text in base64, base64url or hexadecimal (`openssl rand -base64 32`), or a `CryptoKey` of
 * 256-bit AES-GCM that may encrypt and decrypt, best one that cannot be extracted. No passphrase: guessing one is cheap.
 */
export type EncryptionKey = string | Uint8Array | HostKey

/** The keys of an encrypted store. */
export interface EncryptedOptions {
  /** The first one encrypts, each of them decrypts: a new key goes in front, an old one stays until nothing needs it. */
  readonly keys: readonly EncryptionKey[]
}

const usages = ['encrypt', 'decrypt']

const bytesOf = (text: string): Bytes | undefined => {
  if (/^[\da-f]{64}$/i.test(text)) return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number(`0x${byte}`))
  return /^[\w+/-]{43}=?$/.test(text) ? base64urlBytes(text) : undefined
}

/** A copy of the bytes, which the caller may wipe; or the `CryptoKey`. */
const checked = (key: EncryptionKey | undefined, index: number): Bytes | HostKey => {
  // A key that is read from a file ends with a new line.
  const given = typeof key === 'string' ? bytesOf(key.trim()) : key
  if (given instanceof Uint8Array) {
    if (given.length === 32) return new Uint8Array(given)
  } else if (given) {
    const algorithm = given.algorithm as AesKeyAlgorithm | undefined
    if (
      algorithm?.name === 'AES-GCM' &&
      algorithm.length === 256 &&
      usages.every((usage) => given.usages.includes(usage))
    ) {
      return given
    }
  }
  throw new OAuthError('invalid_argument', `keys[${index}] must be 32 bytes, their base64 or hex, or a CryptoKey`)
}

/**
 * A store whose values are encrypted (AES-256-GCM) before `store` sees them, each bound to the key it lies under. Those keys
 * themselves are stored as they are: use opaque ones. What cannot be decrypted is left where it is, and `get` fails with
 * `undecipherable`.
 * @throws {OAuthError} `invalid_argument` if there is no key or one is not of 256 bits, `insecure_url` in a page without Web
 * Crypto.
 */
export const encrypted = (store: TokenStore, { keys }: EncryptedOptions): TokenStore => {
  const given = Array.from(keys?.length ? keys : [undefined], checked)
  // Browsers have Web Crypto on https pages only.
  if (!crypto.subtle) throw new OAuthError('insecure_url', 'this page must be https')
  let ciphers: readonly Cipher[] | undefined
  const ready = async (): Promise<readonly Cipher[]> => {
    // Loaded when it is needed. Not a promise is kept: on workerd no request may wait for what another one has begun.
    ciphers ??= await Promise.all(given.map((await import('./cipher.js')).cipherOf))
    return ciphers
  }
  const { watch } = store
  return {
    get: async (key) => {
      const stored = await store.get(key)
      if (!stored) return
      const cipher = (await ready()).find(({ head }) => stored.value.startsWith(head))
      const value = await cipher?.unseal(key, stored.value).catch(() => undefined)
      if (value !== undefined) return { ...stored, value }
      const why = cipher ? 'was changed or moved' : 'was encrypted with none of the keys'
      throw new OAuthError('undecipherable', `a stored value ${why}; it was not deleted`, { version: stored.version })
    },
    set: async (key, value, expectedVersion, options) => {
      const [first] = (await ready()) as readonly [Cipher]
      return store.set(key, await first.seal(key, value), expectedVersion, options)
    },
    delete: (key, expectedVersion) => store.delete(key, expectedVersion),
    withLock: (key, work, options) => store.withLock(key, work, options),
    ...(watch && { watch: (key, listener) => watch.call(store, key, listener) }),
  }
}
