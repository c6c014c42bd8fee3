import { OAuthError } from '../core/errors.js'
import type { ProofKeyPair } from '../core/proof.js'
import { sha256 } from '../protocol/digest.js'
import { algorithmOf, type ProofAlgorithm, parametersOf } from './algorithms.js'

type PublicJwk = Readonly<Record<string, string>>

/** A key that is ready to sign proofs. */
export interface ProofKey {
  readonly alg: ProofAlgorithm
  readonly privateKey: CryptoKey
  readonly jwk: PublicJwk
  /** RFC 7638, with SHA-256. */
  readonly thumbprint: string
}

/** The members of a public key that RFC 7638 §3.2 and RFC 8037 §2 require, in its order, and no other. */
const publicMembers = ['crv', 'e', 'kty', 'n', 'x', 'y'] as const

export const publicOf = (jwk: JsonWebKey): PublicJwk =>
  Object.fromEntries(publicMembers.flatMap((name) => (jwk[name] === undefined ? [] : [[name, jwk[name]]])))

/** @throws {OAuthError} `unsupported` where the runtime has no such keys. */
export const makeKeyPair = async (alg: ProofAlgorithm, extractable: boolean): Promise<ProofKeyPair> => {
  try {
    return (await crypto.subtle.generateKey(parametersOf(alg), extractable, ['sign', 'verify'])) as CryptoKeyPair
  } catch {
    throw new OAuthError('unsupported', `this runtime makes no keys for ${alg}: choose another alg`)
  }
}

/** @throws {OAuthError} `invalid_argument` if it is no key pair that could sign. */
export const proofKeyOf = async (pair: ProofKeyPair): Promise<ProofKey> => {
  const alg = algorithmOf(pair)
  const jwk = publicOf(await crypto.subtle.exportKey('jwk', pair.publicKey as CryptoKey))
  return { alg, jwk, privateKey: pair.privateKey as CryptoKey, thumbprint: await sha256(JSON.stringify(jwk)) }
}
