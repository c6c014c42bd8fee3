import { OAuthError } from '../core/errors.js'
import { type ClientMetadata, wireMetadata } from './client-metadata.js'

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

const dotSegment = /^(?:\.|%2e){1,2}$/i

/** Client Identifier URL (Client ID Metadata Document §3), as it is written: it is compared as a text. */
const isClientIdentifier = (text: string): boolean => {
  const [, path] = text.match(/^https:\/\/[^/?#@\\\s\p{Cc}]+(\/[^?#\\\s\p{Cc}]*)(?:\?[^#\\\s\p{Cc}]*)?$/u) ?? []
  return URL.canParse(text) && !!path && !path.split('/').some((segment) => dotSegment.test(segment))
}

/** What `wireMetadata` has made sure of. */
interface Lists {
  readonly grant_types?: readonly string[]
  readonly redirect_uris?: readonly string[]
}

const webPages = ['client_uri', 'logo_uri', 'tos_uri', 'policy_uri', 'jwks_uri']

/**
 * The document to serve as JSON at the URL that is a client's `clientId` (OAuth Client ID Metadata Document). A server
 * that supports it (`clientIdMetadataDocumentSupported`) reads it there, and nothing needs to be registered.
 * @throws {OAuthError} `invalid_argument` if the URL or the document is one that no server may take: a URL without https or a path, or
 * with a user, a fragment or dot segments (§3); a shared secret or a private key, for the document is public (§4.1).
 */
export const clientIdMetadataDocument = async (
  clientId: string,
  metadata: ClientMetadata,
): Promise<Readonly<Record<string, unknown>>> => {
  if (typeof clientId !== 'string' || !isClientIdentifier(clientId)) {
    throw invalid('clientId must be an https URL with a path, without user, fragment and dot segments')
  }
  const tokenEndpointAuthMethod = metadata?.tokenEndpointAuthMethod ?? 'none'
  const document: Readonly<Record<string, unknown>> = {
    client_id: clientId,
    ...wireMetadata({ ...metadata, tokenEndpointAuthMethod }),
  }
  const { grant_types: grantTypes = ['authorization_code'], redirect_uris: redirectUris = [] } = document as Lists
  if (document['client_id'] !== clientId) throw invalid('client_id must be the URL of the document')
  if (/^client_secret_/.test(tokenEndpointAuthMethod))
    throw invalid('a public document has no secret to authenticate with')
  for (const name of ['client_secret', 'client_secret_expires_at']) {
    if (name in document) throw invalid(`${name} must not be in a public document`)
  }
  if (tokenEndpointAuthMethod === 'private_key_jwt' && !document['jwks'] && !document['jwks_uri']) {
    throw invalid('private_key_jwt needs jwks or jwksUri')
  }
  if (grantTypes.includes('authorization_code') && !redirectUris.length) throw invalid('redirectUris are missing')
  for (const name of webPages) {
    if (name in document && URL.parse(`${document[name]}`)?.protocol !== 'https:')
      throw invalid(`${name} must be https`)
  }
  return document
}
