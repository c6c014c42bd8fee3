import type { Bytes } from '../core/bytes.js'
import { OAuthError } from '../core/errors.js'
import type { ProofKeyPair } from '../core/proof.js'

/** The JWS algorithms that a key here may be for (RFC 7518 §3.1, RFC 8037 §3.1). */
export type ProofAlgorithm = 'ES256' | 'EdDSA' | 'PS256' | 'RS256'

/** What Web Crypto wants to be told to make, import and use a key. */
export interface CryptoParameters {
  readonly name: string
  readonly namedCurve?: string
  readonly hash?: string
  readonly modulusLength?: number
  readonly publicExponent?: Bytes
  readonly saltLength?: number
}

const rsa = { hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), saltLength: 32 }

const algorithms: Readonly<Record<ProofAlgorithm, CryptoParameters>> = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
  PS256: { name: 'RSA-PSS', ...rsa },
  RS256: { name: 'RSASSA-PKCS1-v1_5', ...rsa },
}

/** @throws {OAuthError} `invalid_argument` for what is none of them. */
export const parametersOf = (alg: ProofAlgorithm): CryptoParameters => {
  if (!Object.hasOwn(algorithms, alg)) {
    throw new OAuthError('invalid_argument', `alg must be one of ${Object.keys(algorithms).join(', ')}`)
  }
  return algorithms[alg]
}

/**
 * The algorithm that a key pair is for.
 * @throws {OAuthError} `invalid_argument` if it is for none of them, cannot sign, or hides its public key.
 */
export const algorithmOf = (pair: Partial<ProofKeyPair> | null | undefined): ProofAlgorithm => {
  const { privateKey, publicKey } = pair ?? {}
  const given: Partial<EcKeyAlgorithm & RsaHashedKeyAlgorithm> = privateKey?.algorithm ?? {}
  const names = Object.keys(algorithms) as ProofAlgorithm[]
  const alg = names.find((name) => {
    const wanted = algorithms[name]
    return (
      given.name === wanted.name &&
      given.namedCurve === wanted.namedCurve &&
      (!given.hash || given.hash.name === wanted.hash)
    )
  })
  if (!alg || privateKey?.type !== 'private' || !publicKey?.extractable) {
    throw new OAuthError(
      'invalid_argument',
      'key must be a CryptoKeyPair of ECDSA P-256, Ed25519 or RSA with SHA-256, whose public key can be exported',
    )
  }
  return alg
}
