import type { Bytes } from '../../core/bytes.js'
import type { MockJwk } from '../options.js'
import { base64url } from './base64url.js'

/** The algorithms of RFC 7518 §3.1, RFC 8037 §3.1 and RFC 9864 §2.2 by which the mock signs and verifies. */
export const jwsAlgs: readonly string[] = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
  ...['HS256', 'HS384', 'HS512'],
]

export type Json = Readonly<Record<string, unknown>>

/** A JWT taken apart (RFC 7519 §7.2). Nothing of it is believed yet. */
export interface Jws {
  readonly header: Json
  readonly claims: Json
  readonly signed: Bytes
  readonly signature: Bytes
}

const utf8 = (text: string): Bytes => new Uint8Array(new TextEncoder().encode(text))

const bytesOf = (text: string): Bytes => {
  if (!/^[\w-]*$/.test(text)) throw new Error('it is no base64url text')
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
}

const objectOf = (text: string): Json => {
  const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(text)))
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error('it is no JSON object')
  return json as Json
}

/** `undefined` if it is no JWT in compact form (RFC 7515 §7.1). */
export const readJws = (text: string): Jws | undefined => {
  const [header = '', claims = '', signature = '', ...more] = text.split('.')
  try {
    if (more.length > 0) return undefined
    return {
      header: objectOf(header),
      claims: objectOf(claims),
      signed: utf8(`${header}.${claims}`),
      signature: bytesOf(signature),
    }
  } catch {
    return undefined
  }
}

interface WebCryptoAlgorithm {
  readonly name: string
  readonly hash: string
  readonly saltLength: number
  readonly namedCurve: string
}

const names: Readonly<Record<string, string>> = {
  RS: 'RSASSA-PKCS1-v1_5',
  PS: 'RSA-PSS',
  ES: 'ECDSA',
  HS: 'HMAC',
  Ed: 'Ed25519',
}

/** How Web Crypto calls an algorithm, with all that any of them needs to import a key, and to sign with it. */
export const webCryptoOf = (alg: string): WebCryptoAlgorithm => {
  const bits = Number(alg.slice(2))
  return {
    name: `${names[alg.slice(0, 2)]}`,
    hash: `SHA-${bits}`,
    saltLength: bits / 8,
    namedCurve: `P-${bits === 512 ? 521 : bits}`,
  }
}

/** RFC 9864 §2.2 has another name for it. */
const renamed = (alg: string): string => (alg === 'EdDSA' ? 'Ed25519' : alg)

/** A key for a JWT: a secret, or a public JWK, which may say what it is for (RFC 7517 §4.2, §4.4, RFC 8725 §3.1). */
export const verifyingKey = async (alg: string, key: MockJwk | string): Promise<CryptoKey> => {
  const algorithm = webCryptoOf(alg)
  if (typeof key === 'string') return crypto.subtle.importKey('raw', utf8(key), algorithm, false, ['verify'])
  // What else a key set says of a key is not Web Crypto's business.
  const { alg: keyAlg = alg, use = 'sig', key_ops: _, ...material } = key
  if (renamed(keyAlg) !== renamed(alg) || use !== 'sig') throw new Error('the key is for something else')
  return crypto.subtle.importKey('jwk', material, algorithm, false, ['verify'])
}

export const isSignedBy = async ({ header, signed, signature }: Jws, key: CryptoKey): Promise<boolean> =>
  crypto.subtle.verify(webCryptoOf(`${header['alg']}`), key, signature, signed)

const part = (json: Json): string => base64url(utf8(JSON.stringify(json)))

/** What the signature of a JWT is made over (RFC 7515 §5.1). */
export const signedText = (header: Json, claims: Json): string => `${part(header)}.${part(claims)}`

/** A JWT; without a key an unsecured one (RFC 7519 §6.1). */
export const signJwt = async (header: Json, claims: Json, key: CryptoKey | undefined): Promise<string> => {
  const signed = signedText(header, claims)
  // By the key's own algorithm: a header may lie.
  const signature =
    key && (await crypto.subtle.sign({ hash: 'SHA-256', saltLength: 32, ...key.algorithm }, key, utf8(signed)))
  return `${signed}.${signature ? base64url(new Uint8Array(signature)) : ''}`
}
