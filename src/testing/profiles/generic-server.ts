import { OAuthError } from '../../core/errors.js'
import type { AuthorizationServer } from '../../core/server.js'
import { jwsAlgs } from '../crypto/jws.js'
import { proofAlgorithms } from '../crypto/proof-algorithms.js'
import { deviceGrantType, jwtBearerGrantType, tokenExchangeGrantType } from '../grants/grant-type.js'

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

/** A server with all that the mock has. */
export const genericServer = (
  issuer: string,
  { readsDocuments, mutualTls }: { readonly readsDocuments: boolean; readonly mutualTls: boolean },
): AuthorizationServer => {
  const url = URL.parse(issuer)
  // RFC 8414 §2: no query, no fragment. The origin is replaced by that of a listening server, so it must be as parsed.
  if (!url || url.search || url.hash || !issuer.startsWith(url.origin)) {
    throw invalid('issuer must be a URL in normal form, without query and fragment')
  }
  const base = issuer.replace(/\/$/, '')
  return {
    issuer,
    authorizationEndpoint: `${base}/authorize`,
    tokenEndpoint: `${base}/token`,
    deviceAuthorizationEndpoint: `${base}/device_authorization`,
    pushedAuthorizationRequestEndpoint: `${base}/par`,
    revocationEndpoint: `${base}/revoke`,
    registrationEndpoint: `${base}/register`,
    introspectionEndpoint: `${base}/introspect`,
    userinfoEndpoint: `${base}/userinfo`,
    endSessionEndpoint: `${base}/end_session`,
    jwksUri: `${base}/jwks`,
    idTokenSigningAlgValuesSupported: ['ES256'],
    responseTypesSupported: ['code'],
    grantTypesSupported: [
      'authorization_code',
      'refresh_token',
      'client_credentials',
      deviceGrantType,
      tokenExchangeGrantType,
      jwtBearerGrantType,
    ],
    // RFC 9700 §2.1.1: whoever reads a plain challenge has the verifier.
    codeChallengeMethodsSupported: ['S256'],
    tokenEndpointAuthMethodsSupported: [
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
      'none',
      ...(mutualTls ? ['tls_client_auth', 'self_signed_tls_client_auth'] : []),
    ],
    tokenEndpointAuthSigningAlgValuesSupported: [...jwsAlgs],
    authorizationResponseIssParameterSupported: true,
    dpopSigningAlgValuesSupported: proofAlgorithms,
    ...(readsDocuments && { clientIdMetadataDocumentSupported: true }),
    ...(mutualTls && { tlsClientCertificateBoundAccessTokens: true }),
  }
}

/** What a server does that says nothing of it. */
export const completed = (server: AuthorizationServer, readsDocuments: boolean): AuthorizationServer => ({
  grantTypesSupported: ['authorization_code', 'refresh_token', 'client_credentials'],
  tokenEndpointAuthMethodsSupported: ['client_secret_basic'],
  ...(readsDocuments && { clientIdMetadataDocumentSupported: true }),
  ...server,
})
