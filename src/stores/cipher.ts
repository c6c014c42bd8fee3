import { base64url, base64urlBytes } from '../core/base64url.js'
import type { Bytes } from '../core/bytes.js'

const textBytes = (text: string) => new TextEncoder().encode(text)

const name = 'AES-GCM'
const usages = ['encrypt', 'decrypt'] as const

/** A key at work. What it seals is bound to the key of the store that it lies under, here its `place`. */
export interface Cipher {
  /** What each text starts with that it seals: the format, and which key it is. */
  readonly head: string
  seal(place: string, value: string): Promise<string>
  /** Rejects, or gives nothing, if it was not sealed so. */
  unseal(place: string, sealed: string): Promise<string | undefined>
}

/** A key of 256-bit AES-GCM, or its bytes. */
export const cipherOf = async (key: Bytes | object): Promise<Cipher> => {
  const cryptoKey =
    key instanceof Uint8Array ? await crypto.subtle.importKey('raw', key, name, false, usages) : (key as CryptoKey)
  const run = async (usage: (typeof usages)[number], iv: Bytes, bound: string, data: Bytes) =>
    new Uint8Array(await crypto.subtle[usage]({ name, iv, additionalData: textBytes(bound) }, cryptoKey, data))
  // What tells keys apart must work for one that cannot be extracted too, so it is not a digest of its bytes but what it
  // makes of nothing. A nonce may come twice with the same text: it tells nobody anything new, and no random one is zero.
  const mark = await run('encrypt', new Uint8Array(12), '', new Uint8Array())
  const head = `bearward1.${base64url(mark.slice(0, 6))}.`
  return {
    head,
    seal: async (place, value) => {
      // Two equal nonces under one key would break it. Of 2^32 random ones two are equal with a chance of 2^-33, and 2^32
      // writes (the limit of NIST SP 800-38D §8.3) are 100,000 sessions that each write twice an hour, for two and a half years.
      const nonce = crypto.getRandomValues(new Uint8Array(12))
      // Twelve bytes are sixteen letters without a rest, so that this is also the text of both together.
      return head + base64url(nonce) + base64url(await run('encrypt', nonce, head + place, textBytes(value)))
    },
    unseal: async (place, sealed) => {
      const bytes = base64urlBytes(sealed.slice(head.length))
      // Several texts have these bytes; only one of them was written.
      if (head + base64url(bytes) !== sealed) return
      const value = await run('decrypt', bytes.slice(0, 12), head + place, bytes.slice(12))
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(value)
    },
  }
}
