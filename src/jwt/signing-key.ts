import { importJWK, importPKCS8 } from 'jose'
import { base64urlBytes } from '../core/base64url.js'
import { OAuthError } from '../core/errors.js'

/** What a `CryptoKey` tells of itself: one of Node's types is none of the DOM's, and a program may have either. */
interface WebCryptoKey {
  readonly type: string
  readonly algorithm: { readonly name: string }
  readonly usages: readonly string[]
}

/** A private key as a JWK (RFC 7517). */
interface PrivateJwk {
  readonly kty?: string
  readonly crv?: string
  readonly d?: string
  readonly kid?: string
  readonly alg?: string
}

/**
 * A private key: a `CryptoKey` that may sign, a JWK, or the PEM text of PKCS#8 (`-----BEGIN PRIVATE KEY-----`), also with its
 * line breaks spelled `\n`, as environment variables have them.
 */
export type SigningKey = WebCryptoKey | PrivateJwk | string

/**
 * A key before it is imported, and the algorithms that it is fit for (RFC 7518 §3.1, RFC 8037, RFC 9864).
 * @internal Programs on Node may know no type of the name `CryptoKey`: it is left out of our declarations.
 */
export interface UnpackedKey {
  /** The likeliest to be taken first. */
  readonly algs: readonly string[]
  readonly kid: string | undefined
  import(alg: string): Promise<CryptoKey>
}

const rsa = ['RS256', 'PS256', 'RS384', 'PS384', 'RS512', 'PS512']

const algsOfCurve: Readonly<Record<string, readonly string[]>> = {
  'P-256': ['ES256'],
  'P-384': ['ES384'],
  'P-521': ['ES512'],
  Ed25519: ['EdDSA', 'Ed25519'],
}

/** The object identifiers of PKCS#8 (RFC 5958 §2), as they are in its first bytes. */
const algsOfIdentifier: readonly (readonly [string, readonly string[] | undefined])[] = [
  ['06092a864886f70d010101', rsa],
  ['06082a8648ce3d030107', algsOfCurve['P-256']],
  ['06052b81040022', algsOfCurve['P-384']],
  ['06052b81040023', algsOfCurve['P-521']],
  ['06032b6570', algsOfCurve['Ed25519']],
]

const unusable = (why: string): OAuthError => new OAuthError('invalid_argument', `key cannot sign an assertion: ${why}`)

const bytesOf = (base64: string): Uint8Array => {
  try {
    return base64urlBytes(base64)
  } catch {
    throw unusable('its PEM text is damaged')
  }
}

const unpackPem = (text: string): UnpackedKey => {
  const pem = text.replaceAll('\\n', '\n').trim()
  const [, label, base64 = ''] = pem.match(/^-----BEGIN ([A-Z0-9 ]+)-----([^-]+)-----END \1-----$/) ?? []
  if (label !== 'PRIVATE KEY') {
    throw unusable(`${label ?? 'the text'} is no PKCS#8 private key: openssl pkcs8 -topk8 -nocrypt makes one`)
  }
  const beginning = [...bytesOf(base64).subarray(0, 40)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const algs = algsOfIdentifier.find(([identifier]) => beginning.includes(identifier))?.[1]
  if (!algs) throw unusable('it is of no kind that JWTs are signed with')
  return { algs, kid: undefined, import: (alg) => importPKCS8(pem, alg) }
}

const unpackCryptoKey = (key: WebCryptoKey): UnpackedKey => {
  const {
    name,
    hash,
    namedCurve = name,
  } = key.algorithm as {
    readonly name: string
    readonly hash?: { readonly name: string }
    readonly namedCurve?: string
  }
  if (key.type !== 'private' || !key.usages.includes('sign')) throw unusable('it is no private key that may sign')
  const bits = hash?.name.replace('SHA-', '')
  const families: Readonly<Record<string, readonly string[]>> = {
    'RSASSA-PKCS1-v1_5': [`RS${bits}`],
    'RSA-PSS': [`PS${bits}`],
    ...algsOfCurve,
  }
  const algs = families[namedCurve]
  if (!algs) throw unusable(`JWTs are not signed with ${name}`)
  return { algs, kid: undefined, import: async () => key as CryptoKey }
}

const unpackJwk = (jwk: PrivateJwk): UnpackedKey => {
  const { kty, crv = '', d, kid, alg } = jwk
  const algs = kty === 'RSA' ? rsa : algsOfCurve[crv]
  if (!algs) throw unusable('it is a JWK of no kind that JWTs are signed with')
  if (!d) throw unusable('it is a public JWK')
  if (alg && !algs.includes(alg)) throw unusable('its alg is not one of its kind')
  return {
    algs: alg ? [alg] : algs,
    kid,
    import: async (wanted) => (await importJWK({ ...jwk }, wanted)) as CryptoKey,
  }
}

/**
 * @throws {OAuthError} `invalid_argument` for what is no private key, or of no kind that signs.
 * @internal
 */
export const unpackKey = (key: SigningKey): UnpackedKey => {
  if (typeof key === 'string') return unpackPem(key)
  if (typeof key !== 'object' || key === null) throw unusable('it is a CryptoKey, a JWK or a PEM text')
  return 'algorithm' in key ? unpackCryptoKey(key) : unpackJwk(key)
}

/**
 * @throws {OAuthError} `invalid_argument` if the runtime finds it damaged, or it is too short (RFC 7518 §3.3).
 * @internal
 */
export const importKey = async (key: UnpackedKey, alg: string): Promise<CryptoKey> => {
  let imported: CryptoKey
  try {
    imported = await key.import(alg)
  } catch {
    // What a runtime says of a key may hold parts of it.
    throw unusable('it is damaged, may not sign, or this runtime does not know its kind')
  }
  const { modulusLength = 2048 } = imported.algorithm as { readonly modulusLength?: number }
  if (modulusLength < 2048) throw unusable('an RSA key has 2048 bits at least (RFC 7518 §3.3)')
  return imported
}
