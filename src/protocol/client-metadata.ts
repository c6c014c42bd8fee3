import { OAuthError } from '../core/errors.js'
import { type Scope, scopeParameter } from '../core/scope.js'
import { renamed, snakeCase } from './names.js'

/** What a client says of itself (RFC 7591 §2). */
export interface ClientMetadata {
  /** Absolute URLs without a fragment. Needed for the authorization code grant. */
  readonly redirectUris?: readonly string[]
  /** @default the server's own: `authorization_code` (RFC 7591 §2) */
  readonly grantTypes?: readonly string[]
  /** @default the server's own: `code` */
  readonly responseTypes?: readonly string[]
  /** `none` for a public client. @default the server's own: `client_secret_basic`; `none` in a metadata document */
  readonly tokenEndpointAuthMethod?: string
  /** OpenID Connect Registration §2: a `web` client may have no redirect URI on loopback. @default the server's own: `web` */
  readonly applicationType?: 'native' | 'web'
  /** What users are shown. */
  readonly clientName?: string
  /** A page about the client. */
  readonly clientUri?: string
  /** Its logo. */
  readonly logoUri?: string
  /** Its terms of service. */
  readonly tosUri?: string
  /** What it does with the data of users. */
  readonly policyUri?: string
  /** Who answers for it: e-mail addresses, as a rule. */
  readonly contacts?: readonly string[]
  /** The scopes that it may ask for. */
  readonly scope?: Scope
  /** Where its public keys are; or the keys themselves in `jwks`, not both. */
  readonly jwksUri?: string
  /** Its public keys; private ones are refused. */
  readonly jwks?: { readonly keys: readonly object[] }
  /** Which software it is, the same for all its copies. */
  readonly softwareId?: string
  /** Which version of it. */
  readonly softwareVersion?: string
  /** A signed JWT in which somebody else vouches for these fields (RFC 7591 §2.3). */
  readonly softwareStatement?: string
  /** Any other field, by its name at the wire: `client_name#ja`, `dpop_bound_access_tokens`. */
  readonly parameters?: Readonly<Record<string, unknown>>
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

const isPublicKeySet = (jwks: unknown): boolean => {
  const keys: unknown = Object(jwks).keys
  const isPublic = (key: unknown) =>
    typeof key === 'object' && key !== null && !privateMembers.some((name) => name in key)
  return Array.isArray(keys) && keys.every(isPublic)
}

const lists = ['redirect_uris', 'grant_types', 'response_types', 'contacts']

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string')

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

const asJson = (fields: object): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(JSON.stringify(fields))
  } catch {
    throw invalid('the metadata must be JSON')
  }
}

/** @throws {OAuthError} `invalid_argument` for what no server may take, and for a private key. */
export const wireMetadata = (given: ClientMetadata): Readonly<Record<string, unknown>> => {
  if (typeof given !== 'object' || given === null) throw invalid('the metadata must be an object')
  const { parameters, scope, ...metadata } = given
  const fields = renamed({ ...metadata, scope: scopeParameter(scope) }, snakeCase)
  for (const name in parameters) {
    if (Object.hasOwn(fields, name)) throw invalid(`parameters must not hold ${name}: it has an option of its own`)
  }
  const all = asJson({ ...fields, ...parameters })
  for (const name of lists) {
    if (name in all && !isTexts(all[name])) throw invalid(`${name} must be an array of texts`)
  }
  for (const uri of (all['redirect_uris'] ?? []) as readonly string[]) {
    if (!URL.canParse(uri) || uri.includes('#')) {
      throw invalid('each of redirectUris must be an absolute URL without a fragment')
    }
  }
  if (all['jwks'] && all['jwks_uri']) throw invalid('jwks and jwksUri do not go together')
  if (all['jwks'] !== undefined && !isPublicKeySet(all['jwks'])) throw invalid('jwks must hold public keys alone')
  return all
}
