import type { Bytes } from '../../core/bytes.js'
import { hostProcess } from '../../core/host.js'

interface NodeKey {
  export(options: { readonly format: 'jwk' }): JsonWebKey
}

/** What is used of `node:crypto`, which Bun and Deno have too: Web Crypto answers in promises alone. */
interface NodeCrypto {
  generateKeyPairSync(
    kind: string,
    options: Readonly<Record<string, unknown>>,
  ): { readonly privateKey: NodeKey; readonly publicKey: NodeKey }
  sign(hash: string | null, data: Uint8Array, how: { readonly key: NodeKey; readonly [option: string]: unknown }): Bytes
}

/** How `node:crypto` calls an algorithm. */
interface NodeAlgorithm {
  readonly kind: string
  readonly shape: Readonly<Record<string, unknown>>
  readonly hash: string | null
  readonly how: Readonly<Record<string, unknown>>
}

const rsa = { kind: 'rsa', shape: { modulusLength: 2048 }, hash: 'sha256' }

const algorithms: Readonly<Record<string, NodeAlgorithm>> = {
  RS256: { ...rsa, how: {} },
  // RSA_PKCS1_PSS_PADDING.
  PS256: { ...rsa, how: { padding: 6, saltLength: 32 } },
  ES256: { kind: 'ec', shape: { namedCurve: 'P-256' }, hash: 'sha256', how: { dsaEncoding: 'ieee-p1363' } },
  EdDSA: { kind: 'ed25519', shape: {}, hash: null, how: {} },
}

/** A pair of keys that is there at once, and signs at once. */
export interface KeyAtOnce {
  readonly privateJwk: JsonWebKey
  readonly publicJwk: JsonWebKey
  sign(data: Uint8Array): Bytes
}

/** `undefined` where the runtime can make none, as in a browser. */
export const keyAtOnce = (alg: string): KeyAtOnce | undefined => {
  const node = hostProcess()?.getBuiltinModule?.<NodeCrypto>('node:crypto')
  const algorithm = algorithms[alg]
  if (!node || !algorithm) return undefined
  const { kind, shape, hash, how } = algorithm
  const { privateKey, publicKey } = node.generateKeyPairSync(kind, shape)
  return {
    privateJwk: privateKey.export({ format: 'jwk' }),
    publicJwk: publicKey.export({ format: 'jwk' }),
    sign: (data) => node.sign(hash, data, { key: privateKey, ...how }),
  }
}
