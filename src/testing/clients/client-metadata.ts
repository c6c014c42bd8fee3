import type { AuthorizationServer } from '../../core/server.js'
import type { Json } from '../answers.js'
import type { MockGrantType } from '../grants/grant-type.js'
import type { MockClient, MockJwk } from '../options.js'

/** Why metadata are refused, by the codes of RFC 7591 §3.2.2. */
export class MetadataError extends Error {
  readonly error: 'invalid_redirect_uri' | 'invalid_client_metadata'

  constructor(error: 'invalid_redirect_uri' | 'invalid_client_metadata', description: string) {
    super(description)
    this.error = error
  }
}

const unfit = (description: string): MetadataError => new MetadataError('invalid_client_metadata', description)

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string' && text !== '')

const textsOf = (metadata: Json, name: string, otherwise: readonly string[]): readonly string[] => {
  const value = metadata[name] ?? otherwise
  if (!isTexts(value)) throw unfit(`${name} must be a list of texts`)
  return value
}

const textOf = (metadata: Json, name: string): string | undefined => {
  const value = metadata[name]
  if (value !== undefined && (typeof value !== 'string' || value === '')) throw unfit(`${name} must be a text`)
  return value
}

/** RFC 6749 §3.1.2: absolute and without a fragment. RFC 3986 §2: what is not ASCII comes encoded, and fits into a header. */
export const isRedirectTarget = (uri: string): boolean =>
  /^[!-~]+$/.test(uri) && !uri.includes('#') && URL.canParse(uri)

const loopback = ['127.0.0.1', '[::1]', 'localhost']

/** https, loopback, or a scheme that its owner's domain makes its own (RFC 7591 §5, RFC 8252 §7). */
const isRedirectUri = (uri: string): boolean => {
  const url = isRedirectTarget(uri) && URL.parse(uri)
  if (!url) return false
  if (url.protocol === 'http:') return loopback.includes(url.hostname)
  return url.protocol === 'https:' || url.protocol.includes('.')
}

const redirectUrisOf = (metadata: Json, grantTypes: readonly string[]): readonly string[] => {
  const uris = textsOf(metadata, 'redirect_uris', [])
  if (grantTypes.includes('authorization_code') && uris.length === 0) {
    throw new MetadataError('invalid_redirect_uri', 'redirect_uris are missing')
  }
  const odd = uris.find((uri) => !isRedirectUri(uri))
  if (odd !== undefined) {
    throw new MetadataError('invalid_redirect_uri', `${odd} is neither https nor loopback nor a private scheme`)
  }
  return uris
}

/** RP-Initiated Logout §3.1. */
const postLogoutRedirectUrisOf = (metadata: Json): readonly string[] => {
  const uris = textsOf(metadata, 'post_logout_redirect_uris', [])
  const odd = uris.find((uri) => !isRedirectUri(uri))
  if (odd === undefined) return uris
  throw unfit(`post_logout_redirect_uris: ${odd} is neither https nor loopback nor a private scheme`)
}

/** Those who prove that they have a key. */
const keyedMethods = ['private_key_jwt', 'self_signed_tls_client_auth']

const isKey = (key: unknown): key is MockJwk => typeof Object(key).kty === 'string'

/** The public keys that a client registers, whatever for. */
const publicKeysOf = (metadata: Json): MockClient['jwks'] => {
  if (metadata['jwks'] === undefined) return undefined
  const { keys } = Object(metadata['jwks'])
  if (!Array.isArray(keys) || !keys.every(isKey)) throw unfit('jwks must be a key set')
  if (keys.some((key) => 'd' in key || 'k' in key)) throw unfit('jwks must hold public keys alone')
  return { keys }
}

/** The keys of a client that proves that it has one; a mock without a network reads none at a `jwks_uri`. */
const keysOf = (metadata: Json): MockClient['jwks'] => {
  const jwks = publicKeysOf(metadata)
  if (!jwks?.keys.length) throw unfit('this token_endpoint_auth_method needs keys in jwks')
  return jwks
}

/** RFC 8705 §2.1.2. */
const certificateNames = {
  tls_client_auth_subject_dn: 'tlsClientAuthSubjectDn',
  tls_client_auth_san_dns: 'tlsClientAuthSanDns',
  tls_client_auth_san_uri: 'tlsClientAuthSanUri',
  tls_client_auth_san_ip: 'tlsClientAuthSanIp',
  tls_client_auth_san_email: 'tlsClientAuthSanEmail',
} as const

const certificateNamesOf = (metadata: Json): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(certificateNames).flatMap(([name, field]) => {
      const value = textOf(metadata, name)
      return value === undefined ? [] : [[field, value]]
    }),
  )

/** What the tokens of a client are bound to (RFC 8705 §3.4, RFC 9449 §5.2). */
type Binding = 'tls_client_certificate_bound_access_tokens' | 'dpop_bound_access_tokens'

const isBound = (metadata: Json, name: Binding): boolean => {
  const value = metadata[name] ?? false
  if (typeof value !== 'boolean') throw unfit(`${name} must be true or false`)
  return value
}

const texts = ['client_name', 'software_id', 'scope']

const pages = ['client_uri', 'logo_uri', 'tos_uri', 'policy_uri', 'jwks_uri']

const assertPage = (metadata: Json, name: string): void => {
  const url = textOf(metadata, name)
  if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw unfit(`${name} must be a web address`)
}

/** What the server gives, and nobody asks for (RFC 7591 §3.2.1, RFC 7592 §3). */
const given = [
  ...['client_id', 'client_secret', 'client_id_issued_at', 'client_secret_expires_at'],
  ...['registration_access_token', 'registration_client_uri'],
]

/** RFC 7591 §3.1. */
export const assertAsked = (metadata: Json): void => {
  const name = given.find((field) => field in metadata)
  if (name !== undefined) throw unfit(`${name} is what the server gives`)
}

/** What is registered for a client that comes with these metadata (RFC 7591 §2). */
export const registeredMetadata = (metadata: Json, server: AuthorizationServer): Json => {
  const grantTypes = textsOf(metadata, 'grant_types', ['authorization_code'])
  const unknown = grantTypes.find((grantType) => !server.grantTypesSupported?.includes(grantType))
  if (unknown !== undefined) throw unfit(`grant_types: ${unknown} is not supported`)
  const wantsCode = grantTypes.includes('authorization_code')
  const responseTypes = textsOf(metadata, 'response_types', wantsCode ? ['code'] : [])
  if (responseTypes.some((type) => type !== 'code') || responseTypes.includes('code') !== wantsCode) {
    throw unfit('response_types and grant_types do not fit each other')
  }
  const method = textOf(metadata, 'token_endpoint_auth_method') ?? 'client_secret_basic'
  if (!server.tokenEndpointAuthMethodsSupported?.includes(method)) {
    throw unfit(`token_endpoint_auth_method: ${method} is not supported`)
  }
  if (method === 'none' && grantTypes.includes('client_credentials')) throw unfit('a public client has no credentials')
  for (const name of texts) textOf(metadata, name)
  for (const name of pages) assertPage(metadata, name)
  textsOf(metadata, 'contacts', [])
  if (metadata['jwks'] !== undefined && metadata['jwks_uri'] !== undefined) {
    throw unfit('jwks and jwks_uri do not go together')
  }
  publicKeysOf(metadata)
  if (keyedMethods.includes(method)) keysOf(metadata)
  const names = Object.keys(certificateNamesOf(metadata)).length
  if (names !== (method === 'tls_client_auth' ? 1 : 0)) {
    throw unfit('tls_client_auth needs one name of its certificate, and no other method has one')
  }
  isBound(metadata, 'tls_client_certificate_bound_access_tokens')
  if (isBound(metadata, 'dpop_bound_access_tokens') && !server.dpopSigningAlgValuesSupported) {
    throw unfit('dpop_bound_access_tokens: there is no DPoP here')
  }
  postLogoutRedirectUrisOf(metadata)
  return {
    ...metadata,
    redirect_uris: redirectUrisOf(metadata, grantTypes),
    grant_types: grantTypes,
    response_types: responseTypes,
    token_endpoint_auth_method: method,
  }
}

/** The client that the mock keeps for registered metadata. */
export const clientOfMetadata = (registered: Json, clientId: string, clientSecret?: string): MockClient => {
  const scope = textOf(registered, 'scope')
  const clientName = textOf(registered, 'client_name')
  const method = textOf(registered, 'token_endpoint_auth_method') as NonNullable<MockClient['tokenEndpointAuthMethod']>
  const jwks = keyedMethods.includes(method) ? keysOf(registered) : undefined
  const postLogoutRedirectUris = postLogoutRedirectUrisOf(registered)
  return {
    clientId,
    ...(clientName !== undefined && { clientName }),
    ...(clientSecret !== undefined && { clientSecret }),
    redirectUris: textsOf(registered, 'redirect_uris', []),
    grantTypes: textsOf(registered, 'grant_types', []) as readonly MockGrantType[],
    tokenEndpointAuthMethod: method,
    ...(scope !== undefined && { scope }),
    ...(jwks && { jwks }),
    ...certificateNamesOf(registered),
    ...(isBound(registered, 'tls_client_certificate_bound_access_tokens') && {
      tlsClientCertificateBoundAccessTokens: true,
    }),
    ...(isBound(registered, 'dpop_bound_access_tokens') && { dpopBoundAccessTokens: true }),
    ...(postLogoutRedirectUris.length > 0 && { postLogoutRedirectUris }),
  }
}
