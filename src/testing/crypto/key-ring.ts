import type { AuthorizationServer } from '../../core/server.js'
import type { MockJwk } from '../options.js'
import { base64url, randomBytes } from './base64url.js'
import { type Json, signedText, webCryptoOf } from './jws.js'
import { type KeyAtOnce, keyAtOnce } from './key-at-once.js'

/** A key that the mock signs its JWTs with. */
interface IssuerKey {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicJwk: MockJwk
}

/** The keys of the mock, the one that signs first. They are made when they are first needed. */
export interface KeyRing {
  readonly alg: string
  keys(): Promise<readonly IssuerKey[]>
  /** A JWT without a promise, by the key that signs; `undefined` where the runtime signs none so. */
  signAtOnce(header: Json, claims: Json): string | undefined
  /** Signs with a new key from now on; the others stay in the key set, or are withdrawn. */
  rotate(keepsOld: boolean): void
}

const newKid = (): string => `key-${base64url(randomBytes(6))}`

/** A key of its own, in no ring. */
export const newKey = async (alg: string, kid: string = newKid()): Promise<IssuerKey> => {
  const shape = { ...webCryptoOf(alg), modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }
  const pair = (await crypto.subtle.generateKey(shape, true, ['sign', 'verify'])) as CryptoKeyPair
  const { ext: _, key_ops: __, ...publicJwk } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  return { kid, privateKey: pair.privateKey, publicJwk: { ...publicJwk, kid, use: 'sig', alg } }
}

const imported = async (alg: string, kid: string, { privateJwk, publicJwk }: KeyAtOnce): Promise<IssuerKey> => {
  const privateKey = await crypto.subtle.importKey('jwk', privateJwk, webCryptoOf(alg), false, ['sign'])
  return { kid, privateKey, publicJwk: { ...publicJwk, kid, use: 'sig', alg } }
}

/** One key, in whichever way it is asked to sign. */
interface RingKey {
  readonly kid: string
  readonly key: Promise<IssuerKey>
  readonly atOnce: KeyAtOnce | undefined
}

const newRingKey = (alg: string): RingKey => {
  const kid = newKid()
  const atOnce = keyAtOnce(alg)
  return { kid, atOnce, key: atOnce ? imported(alg, kid, atOnce) : newKey(alg, kid) }
}

/** What ID tokens are signed with: the first of what the server says that the mock can do. */
export const signingAlgOf = ({ idTokenSigningAlgValuesSupported: supported = [] }: AuthorizationServer): string =>
  supported.find((alg) => /^(RS256|PS256|ES256|EdDSA)$/.test(alg)) ?? 'RS256'

export const keyRing = (alg: string): KeyRing => {
  let ring: readonly [RingKey, ...RingKey[]] | undefined
  const keys = () => {
    ring ??= [newRingKey(alg)]
    return ring
  }
  return {
    alg,
    keys: () => Promise.all(keys().map(({ key }) => key)),
    signAtOnce: (header, claims) => {
      const [{ kid, atOnce }] = keys()
      const signed = signedText({ alg, kid, ...header }, claims)
      return atOnce && `${signed}.${base64url(atOnce.sign(new TextEncoder().encode(signed)))}`
    },
    rotate: (keepsOld) => {
      ring = [newRingKey(alg), ...((keepsOld && ring) || [])]
    },
  }
}
