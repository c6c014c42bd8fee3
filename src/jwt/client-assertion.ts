import { SignJWT } from 'jose'
import { OAuthError } from '../core/errors.js'
import type { AuthorizationServer } from '../core/server.js'
import type { ClientAuthentication } from '../protocol/client-authentication.js'
import { importKey, type SigningKey, unpackKey } from './signing-key.js'

/** What the JWT says by which a client proves itself (RFC 7523 §3). */
export interface ClientAssertionOptions {
  /**
   * The `aud` of the assertion: one string. Some servers want the URL of their token endpoint here.
   * @default the server's `issuer`, or its `tokenEndpoint` where no issuer is known
   */
  readonly audience?: string
  /** The `alg` of the assertion. @default the first that fits the key, and the server if it says what it takes */
  readonly alg?: string
  /** Further parameters of the JWT's header, such as the `x5t#S256` by which Entra knows a certificate. */
  readonly header?: Readonly<Record<string, string>>
}

/** A client that signs with a private key (`private_key_jwt`). */
export interface PrivateKeyJwtOptions extends ClientAssertionOptions {
  /** Its public half is registered with the server. */
  readonly key: SigningKey
  /** The key's name in the key set that the server knows. @default that of a JWK, else none */
  readonly kid?: string
}

/** A client that signs with its secret (`client_secret_jwt`). */
export interface ClientSecretJwtOptions extends ClientAssertionOptions {
  /** At least as many bytes as the hash has: 32 for HS256 (RFC 7518 §3.2). */
  readonly clientSecret: string
}

/** Seconds that an assertion lives: long enough for a slow network and clocks that are not quite the same. */
const lifetime = 60

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

interface Signer {
  /** The algorithms that the key is fit for. */
  readonly algs: readonly string[]
  readonly kid?: string | undefined
  keyFor(alg: string): Promise<CryptoKey | Uint8Array>
}

const chosenAlg = (server: AuthorizationServer, algs: readonly string[]): string => {
  const supported = server.tokenEndpointAuthSigningAlgValuesSupported
  const fitting = algs.find((alg) => supported?.includes(alg) ?? true)
  if (fitting) return fitting
  throw new OAuthError('unsupported', `the key is for ${algs.join(', ')}, the server takes ${supported?.join(', ')}`)
}

/** RFC 7523 §2.2, §3; OpenID Connect Core §9. */
const assertionBy = (
  { algs, kid, keyFor }: Signer,
  { audience, alg: wanted, header }: ClientAssertionOptions,
): ClientAuthentication => {
  if (wanted !== undefined && !algs.includes(wanted)) throw invalid(`alg must be one of: ${algs.join(', ')}`)
  if (audience !== undefined && !(typeof audience === 'string' && audience)) throw invalid('audience must be one text')
  return async ({ form, server, clientId, now }) => {
    const alg = wanted ?? chosenAlg(server, algs)
    const issuedAt = Math.floor(now / 1000)
    const assertion = new SignJWT({
      iss: clientId,
      sub: clientId,
      aud: audience ?? server.issuer ?? server.tokenEndpoint,
      jti: crypto.randomUUID(),
      iat: issuedAt,
      exp: issuedAt + lifetime,
    }).setProtectedHeader({ ...header, ...(kid !== undefined && { kid }), alg })
    const signed = await assertion.sign(await keyFor(alg))
    form.set('client_id', clientId)
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    form.set('client_assertion', signed)
  }
}

/**
 * `private_key_jwt`: each try of a request carries a JWT of its own, signed with the client's private key, that lives a minute
 * (RFC 7523 §2.2, OpenID Connect Core §9). For `clientAuthentication`.
 * @throws {OAuthError} `invalid_argument` for a key or an `alg` that cannot be; with the first request also for a key that the
 * runtime finds damaged, and `unsupported` if the server takes none of the key's algorithms. Nothing was sent then.
 */
export const privateKeyJwt = (options: PrivateKeyJwtOptions): ClientAuthentication => {
  const { key, kid } = options ?? {}
  const unpacked = unpackKey(key)
  const imported = new Map<string, CryptoKey>()
  const keyFor = async (alg: string): Promise<CryptoKey> => {
    const known = imported.get(alg) ?? (await importKey(unpacked, alg))
    imported.set(alg, known)
    return known
  }
  return assertionBy({ algs: unpacked.algs, kid: kid ?? unpacked.kid, keyFor }, options)
}

/**
 * `client_secret_jwt`: as `privateKeyJwt`, with the client's secret for a key (OpenID Connect Core §9). The secret itself is not
 * sent.
 * @throws {OAuthError} `invalid_argument` for a secret that is too short, or an `alg` that cannot be; with the first request
 * `unsupported` if the server takes none that the secret is long enough for. Nothing was sent then.
 */
export const clientSecretJwt = (options: ClientSecretJwtOptions): ClientAuthentication => {
  const { clientSecret } = options ?? {}
  if (typeof clientSecret !== 'string') throw invalid('clientSecret must be a text')
  const key = new TextEncoder().encode(clientSecret)
  const algs = [256, 384, 512].filter((bits) => key.byteLength * 8 >= bits).map((bits) => `HS${bits}`)
  if (algs.length === 0) throw invalid('clientSecret is too short to sign with: 32 bytes at least (RFC 7518 §3.2)')
  return assertionBy({ algs, keyFor: async () => key }, options)
}
