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
  readonly clientUri?: string
  readonly logoUri?: string
  readonly tosUri?: string
  readonly policyUri?: string
  readonly contacts?: readonly string[]
  /** The scopes that it may ask for. */
  readonly scope?: Scope
  /** Where its public keys are; or the keys themselves in `jwks`, not both. */
  readonly jwksUri?: string
  readonly jwks?: { readonly keys: readonly object[] }
  readonly softwareId?: string
  readonly softwareVersion?: string
  readonly softwareStatement?: string
  /** Any other field, by its name at the wire: `client_name#ja`, `dpop_bound_access_tokens`. */
  readonly parameters?: Readonly<Record<string, unknown>>
}

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

/** @throws {OAuthError} `invalid_argument` for what no server may take. */
export const wireMetadata = ({
  parameters = {},
  scope,
  ...metadata
}: ClientMetadata): Readonly<Record<string, unknown>> => {
  for (const uri of metadata.redirectUris ?? []) {
    if (!URL.canParse(uri) || uri.includes('#')) {
      throw invalid('each of redirectUris must be an absolute URL without a fragment')
    }
  }
  if (metadata.jwks && metadata.jwksUri) throw invalid('jwks and jwksUri do not go together')
  const fields = renamed({ ...metadata, scope: scopeParameter(scope) }, snakeCase)
  for (const name in parameters) {
    if (name in fields) throw invalid(`parameters must not hold ${name}: it has an option of its own`)
  }
  return { ...fields, ...parameters }
}
