import type { Bytes } from '../../core/bytes.js'
import { base64url } from './base64url.js'

// Written out because Web Crypto only answers in promises, and `issue` mints a token at once.

const primes = (count: number): readonly number[] => {
  const found: number[] = []
  for (let candidate = 2; found.length < count; candidate++) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate)
  }
  return found
}

/** The first 32 bits behind the point. */
const fraction = (value: number): number => Math.floor((value - Math.floor(value)) * 2 ** 32) | 0

const rounds = primes(64).map((prime) => fraction(Math.cbrt(prime)))
const start = primes(8).map((prime) => fraction(Math.sqrt(prime)))

const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

const padded = (message: Uint8Array): DataView => {
  const view = new DataView(new ArrayBuffer((((message.length + 8) >> 6) + 1) * 64))
  new Uint8Array(view.buffer).set(message)
  view.setUint8(message.length, 0x80)
  view.setUint32(view.byteLength - 4, message.length * 8)
  return view
}

const schedule = (view: DataView, offset: number): Int32Array => {
  const words = new Int32Array(64)
  const word = (index: number): number => words[index] as number
  for (let index = 0; index < 16; index++) words[index] = view.getInt32(offset + index * 4)
  for (let index = 16; index < 64; index++) {
    const early = word(index - 15)
    const late = word(index - 2)
    words[index] =
      word(index - 16) +
      (rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)) +
      word(index - 7) +
      (rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10))
  }
  return words
}

type Registers = [number, number, number, number, number, number, number, number]

const compress = (hash: Registers, words: Int32Array): Registers => {
  let [a, b, c, d, e, f, g, h] = hash
  for (const [index, word] of words.entries()) {
    const choice = (e & f) ^ (~e & g)
    const first = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + (rounds[index] as number) + word) | 0
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority) | 0
    ;[a, b, c, d, e, f, g, h] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g]
  }
  return [a, b, c, d, e, f, g, h].map((register, index) => (register + (hash[index] as number)) | 0) as Registers
}

/** FIPS 180-4 §6.2. */
export const sha256 = (message: Uint8Array): Bytes => {
  const view = padded(message)
  let hash = start as Registers
  for (let offset = 0; offset < view.byteLength; offset += 64) hash = compress(hash, schedule(view, offset))
  const digest = new DataView(new ArrayBuffer(32))
  for (const [index, register] of hash.entries()) digest.setInt32(index * 4, register)
  return new Uint8Array(digest.buffer)
}

/** As text: a hash, a thumbprint, a challenge. */
export const sha256Text = (message: Uint8Array): string => base64url(sha256(message))

const joined = (left: Uint8Array, right: Uint8Array): Uint8Array => Uint8Array.from([...left, ...right])

/** RFC 2104, for a key of at most 64 bytes. */
export const hmacSha256 = (key: Uint8Array, message: Uint8Array): Bytes => {
  const pad = (byte: number) => Uint8Array.from({ length: 64 }, (_, index) => (key[index] ?? 0) ^ byte)
  return sha256(joined(pad(0x5c), sha256(joined(pad(0x36), message))))
}
