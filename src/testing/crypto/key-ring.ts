import type { AuthorizationServer } from '../../core/server.js'
import type { MockJwk } from '../options.js'
import { base64url, randomBytes } from './base64url.js'
import { webCryptoOf } from './jws.js'

/** A key that the mock signs ID tokens with. */
interface IssuerKey {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicJwk: MockJwk
}

/** The keys of the mock, the one that signs first. They are made when they are first needed. */
export interface KeyRing {
  readonly alg: string
  keys(): Promise<readonly IssuerKey[]>
  /** Signs with a new key from now on; the others stay in the key set, or are withdrawn. */
  rotate(keepsOld: boolean): void
}

export const newKey = async (alg: string): Promise<IssuerKey> => {
  const kid = `key-${base64url(randomBytes(6))}`
  const shape = { ...webCryptoOf(alg), modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }
  const pair = (await crypto.subtle.generateKey(shape, true, ['sign', 'verify'])) as CryptoKeyPair
  const { ext: _, key_ops: __, ...publicJwk } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  return { kid, privateKey: pair.privateKey, publicJwk: { ...publicJwk, kid, use: 'sig', alg } }
}

/** What ID tokens are signed with: the first of what the server says that the mock can do. */
export const signingAlgOf = ({ idTokenSigningAlgValuesSupported: supported = [] }: AuthorizationServer): string =>
  supported.find((alg) => /^(RS256|PS256|ES256|EdDSA)$/.test(alg)) ?? 'RS256'

export const keyRing = (alg: string): KeyRing => {
  let keys: readonly Promise<IssuerKey>[] = []
  return {
    alg,
    keys: () => {
      if (keys.length === 0) keys = [newKey(alg)]
      return Promise.all(keys)
    },
    rotate: (keepsOld) => {
      keys = [newKey(alg), ...(keepsOld ? keys : [])]
    },
  }
}
