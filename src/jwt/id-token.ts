import {
  decodeJwt,
  decodeProtectedHeader,
  type JWTPayload,
  type JWTVerifyOptions,
  type JWTVerifyResult,
  jwtVerify,
} from 'jose'
import { OAuthError } from '../core/errors.js'
import type { IdTokenClaims } from '../core/id-token-claims.js'
import { type AuthorizationServer, secureUrl } from '../core/server.js'
import type { IdTokenValidator, ReceivedIdToken } from '../protocol/id-token-validator.js'
import { assertClaims, type ClaimRules, invalidIdToken } from './id-token-rules.js'
import { type KeySet, type KeySets, keySets } from './key-set.js'

/** What is asked of an ID token beside what OpenID Connect Core §3.1.3.7 asks of each. */
export interface IdTokenValidatorOptions {
  /**
   * The algorithms that ID tokens may be signed with; one such as `HS256` takes the client's secret for a key.
   * @default RS256, and those of the server's `idTokenSigningAlgValuesSupported` that take a public key
   */
  readonly algs?: readonly string[]
  /** Seconds by which the clocks of server and client may differ. @default 60 */
  readonly clockTolerance?: number
  /**
   * For an issuer that stands for many, as that of Entra's `common` and `organizations` does with `{tenantid}` in it: the `tid` of
   * those whose users may log in.
   * @default such an issuer is refused
   */
  readonly tenants?: 'any' | readonly string[]
  /** Whom an ID token may be for beside this client. @default anybody, where its `azp` is this client */
  readonly otherAudiences?: readonly string[]
}

/** Validates ID tokens, and tells what is in those of a token. */
export interface TypedIdTokenValidator<Claims> extends IdTokenValidator {
  assertServer(server: AuthorizationServer, allowInsecureRequests: boolean): void
  prepare: NonNullable<IdTokenValidator['prepare']>
  /** The claims of a token that this client got; `undefined` where it has no validated ID token. */
  claims(token: { readonly idTokenClaims?: IdTokenClaims }): (IdTokenClaims & Claims) | undefined
}

const placeholder = '{tenantid}'

const isSymmetric = (alg: string): boolean => alg.startsWith('HS')

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

const assertOptions = ({ algs, tenants, clockTolerance = 0, otherAudiences }: IdTokenValidatorOptions): void => {
  if (!(Number.isFinite(clockTolerance) && clockTolerance >= 0))
    throw invalid('clockTolerance must be 0 or more seconds')
  if (algs && !(Array.isArray(algs) && algs.length > 0 && !algs.includes('none'))) {
    throw invalid('algs must be a list of algorithms that sign')
  }
  // A text includes its parts, too.
  if (tenants && tenants !== 'any' && !Array.isArray(tenants)) throw invalid("tenants must be a list, or 'any'")
  if (otherAudiences && !Array.isArray(otherAudiences)) throw invalid('otherAudiences must be a list')
}

/** What jose says, in words that hold nothing of the token. */
const reasons: Readonly<Record<string, string>> = {
  ERR_JOSE_ALG_NOT_ALLOWED: 'it is signed with an algorithm that is not expected',
  ERR_JWKS_NO_MATCHING_KEY: 'none of the keys of the server is the one that it names',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'its signature is of none of the keys of the server',
  ERR_JWT_EXPIRED: 'it has expired',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'a claim is missing or wrong',
}

const refused = (error: unknown): OAuthError => {
  if (error instanceof OAuthError) return error
  const { code = '', claim } = error as { readonly code?: string; readonly claim?: string }
  return invalidIdToken(reasons[code] ?? 'it is no signed JWT, or its key cannot be used', claim)
}

const codeOf = (error: unknown): string | undefined => (error as { code?: string }).code

const decoded = (idToken: string): JWTPayload => {
  try {
    return decodeJwt(idToken)
  } catch {
    throw invalidIdToken('it is no signed JWT')
  }
}

const algOf = (idToken: string): string => {
  try {
    return `${decodeProtectedHeader(idToken).alg}`
  } catch {
    throw invalidIdToken('it is no signed JWT')
  }
}

/** Where several keys fit, one of them must have signed (RFC 7517 §4.5 does not have every key named). */
const verifiedByOneOf = async (idToken: string, keys: AsyncIterable<CryptoKey>, options: JWTVerifyOptions) => {
  let failure: unknown
  for await (const key of keys) {
    try {
      return await jwtVerify<IdTokenClaims>(idToken, key, options)
    } catch (error) {
      failure = error
      if (codeOf(error) !== 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') break
    }
  }
  throw failure
}

const verifiedBy = async ({ keyFor }: KeySet, idToken: string, options: JWTVerifyOptions) => {
  try {
    return await jwtVerify<IdTokenClaims>(idToken, keyFor, options)
  } catch (error) {
    if (codeOf(error) !== 'ERR_JWKS_MULTIPLE_MATCHING_KEYS') throw error
    return verifiedByOneOf(idToken, error as unknown as AsyncIterable<CryptoKey>, options)
  }
}

/** Entra's keys say whose they are: one of a tenant signs for no other, and not for one that leaves its name out either. */
const assertKeyIssuer = ({ keys }: KeySet, kid: string | undefined, { iss, tid }: JWTPayload): void => {
  const fits = ({ issuer }: KeySet['keys'][number]): boolean =>
    typeof issuer !== 'string' || issuer.replace(placeholder, `${tid}`) === iss
  const named = keys.filter((key) => key['kid'] === kid)
  if (kid === undefined ? !keys.every(fits) : !named.some(fits)) {
    throw invalidIdToken('its key is that of another issuer', 'iss')
  }
}

/** Verifies with a public key of the server, and looks once for newer ones where none fits: servers rotate them. */
const verified = async (received: ReceivedIdToken, sets: KeySets, options: JWTVerifyOptions) => {
  const { idToken } = received
  const check = async (set: KeySet): Promise<JWTVerifyResult<IdTokenClaims>> => {
    const result = await verifiedBy(set, idToken, options)
    assertKeyIssuer(set, result.protectedHeader.kid, result.payload)
    return result
  }
  const known = await sets.current(received)
  try {
    return await check(known)
  } catch (error) {
    const isRotated = /NO_MATCHING_KEY|SIGNATURE_VERIFICATION/.test(`${codeOf(error)}`)
    const newer = isRotated ? await sets.newer(received, known) : undefined
    if (!newer) throw error
    return check(newer)
  }
}

const algsFor = (server: AuthorizationServer): readonly string[] => [
  'RS256',
  ...(server.idTokenSigningAlgValuesSupported ?? []).filter((alg) => alg !== 'none' && !isSymmetric(alg)),
]

const issuerFor = ({ server, idToken }: ReceivedIdToken, tenants: IdTokenValidatorOptions['tenants']): string => {
  const issuer = `${server.issuer}`
  if (!issuer.includes(placeholder)) return issuer
  const { tid } = decoded(idToken)
  const isTenant = typeof tid === 'string' && /^[\w-]+$/.test(tid) && (tenants === 'any' || tenants?.includes(tid))
  if (!isTenant) throw invalidIdToken('its tenant is not one of those that may log in', 'tid')
  return issuer.replace(placeholder, tid)
}

/**
 * Validates the ID token that comes with each access token (OpenID Connect Core §3.1.3.7): its signature by the server's keys,
 * which are read from `jwksUri`, believed in for ten minutes, and read again for a key that is not among them; then `iss`, `aud`,
 * `azp`, `exp`, `iat`, `nonce`, `at_hash` and `auth_time`. For the client option `idToken`. Make one, and give it to all clients:
 * it keeps the keys. `Claims` is what your server says beside the standard claims; it is not checked.
 * @throws {OAuthError} `invalid_argument`; and from `createClient`, `unsupported` if the server has no `issuer` or no `jwksUri`.
 */
export const idTokenValidator = <Claims extends object = object>(
  options: IdTokenValidatorOptions = {},
): TypedIdTokenValidator<Claims> => {
  const { algs, tenants, clockTolerance = 60 } = options
  assertOptions(options)
  const sets = keySets()
  const usesSecret = algs?.every(isSymmetric) ?? false
  const rules: ClaimRules = { clockTolerance, otherAudiences: options.otherAudiences }

  const verify = async (received: ReceivedIdToken): Promise<JWTVerifyResult<IdTokenClaims>> => {
    const { server, clientId, clientSecret, idToken, now } = received
    const given: JWTVerifyOptions = {
      algorithms: [...(algs ?? algsFor(server))],
      issuer: issuerFor(received, tenants),
      audience: clientId,
      clockTolerance,
      currentDate: new Date(now),
      requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat'],
    }
    const alg = algOf(idToken)
    if (!given.algorithms?.includes(alg)) throw invalidIdToken(`${reasons['ERR_JOSE_ALG_NOT_ALLOWED']}`)
    if (!isSymmetric(alg)) return verified(received, sets, given)
    if (!clientSecret) throw invalidIdToken('it is signed with a secret, and the client has none')
    return jwtVerify<IdTokenClaims>(idToken, new TextEncoder().encode(clientSecret), given)
  }

  return {
    assertServer: (server, allowInsecureRequests) => {
      if (!server.issuer) throw new OAuthError('unsupported', 'server has no issuer: ID tokens cannot be validated')
      if (server.issuer.includes(placeholder) && !tenants) {
        throw new OAuthError('unsupported', 'the issuer stands for many tenants: idTokenValidator must be told tenants')
      }
      if (!usesSecret) secureUrl(server.jwksUri, 'jwksUri', allowInsecureRequests)
    },
    prepare: async (keys) => {
      if (!usesSecret) await sets.current(keys)
    },
    validate: async (received) => {
      try {
        const { payload, protectedHeader } = await verify(received)
        await assertClaims(payload, protectedHeader.alg, received, rules)
        return payload
      } catch (error) {
        throw refused(error)
      }
    },
    claims: ({ idTokenClaims }) => idTokenClaims as (IdTokenClaims & Claims) | undefined,
  }
}
