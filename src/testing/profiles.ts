import { OAuthError } from '../core/errors.js'
import type { AuthorizationServer } from '../core/server.js'
import { jwsAlgs } from './crypto/jws.js'
import { proofAlgorithms } from './crypto/proof-algorithms.js'
import { deviceGrantType, jwtBearerGrantType, tokenExchangeGrantType } from './grants/grant-type.js'
import type { MockAuthorizationServerOptions, MockProfile } from './options.js'
import { type Profile, type ProfileMaker, rfcTrue } from './profile.js'
import { auth0Profile } from './profiles/auth0.js'
import { cognitoProfile } from './profiles/cognito.js'
import { entraProfile } from './profiles/entra.js'
import { githubProfile } from './profiles/github.js'
import { googleProfile } from './profiles/google.js'
import { keycloakProfile } from './profiles/keycloak.js'
import { miwaProfile } from './profiles/miwa.js'
import { oktaProfile } from './profiles/okta.js'
import { slackProfile } from './profiles/slack.js'
import { smokeballProfile } from './profiles/smokeball.js'
import { spotifyProfile } from './profiles/spotify.js'
import { wickedProfile } from './profiles/wicked.js'

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

const genericServer = (issuer: string, readsDocuments: boolean): AuthorizationServer => {
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
    codeChallengeMethodsSupported: ['S256', 'plain'],
    tokenEndpointAuthMethodsSupported: [
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
      'none',
    ],
    tokenEndpointAuthSigningAlgValuesSupported: [...jwsAlgs],
    authorizationResponseIssParameterSupported: true,
    dpopSigningAlgValuesSupported: proofAlgorithms,
    ...(readsDocuments && { clientIdMetadataDocumentSupported: true }),
  }
}

/** What a server does that says nothing of it. */
const completed = (server: AuthorizationServer, readsDocuments: boolean): AuthorizationServer => ({
  grantTypesSupported: ['authorization_code', 'refresh_token', 'client_credentials'],
  tokenEndpointAuthMethodsSupported: ['client_secret_basic'],
  ...(readsDocuments && { clientIdMetadataDocumentSupported: true }),
  ...server,
})

const services: Record<MockProfile, ProfileMaker> = {
  auth0: auth0Profile,
  cognito: cognitoProfile,
  entra: entraProfile,
  github: githubProfile,
  google: googleProfile,
  keycloak: keycloakProfile,
  miwa: miwaProfile,
  okta: oktaProfile,
  slack: slackProfile,
  smokeball: smokeballProfile,
  spotify: spotifyProfile,
  wicked: wickedProfile,
}

export const profileOf = (options: MockAuthorizationServerOptions): Profile => {
  const { profile, issuer, server, dpop, clientMetadataDocuments, initialAccessToken } = options
  const { resources, idTokenSigningAlg, authorizationDetailsTypes, requirePushedAuthorizationRequests } = options
  if (issuer && (profile || server)) {
    throw invalid('issuer goes without profile and server, which have their own URLs')
  }
  if (!profile) {
    const readsDocuments = !!clientMetadataDocuments
    const own = server ? completed(server, readsDocuments) : genericServer(issuer ?? 'https://as.test', readsDocuments)
    return {
      ...rfcTrue,
      server: {
        ...own,
        ...(idTokenSigningAlg && { idTokenSigningAlgValuesSupported: [idTokenSigningAlg] }),
        ...(requirePushedAuthorizationRequests && { requirePushedAuthorizationRequests }),
        ...(authorizationDetailsTypes && { authorizationDetailsTypesSupported: authorizationDetailsTypes }),
      },
      ...{ registration: true, resourceMetadata: true, targets: true },
      ...(resources && { knownResources: resources }),
    }
  }
  if (clientMetadataDocuments || initialAccessToken !== undefined) {
    throw invalid('clientMetadataDocuments and initialAccessToken go without profile')
  }
  if (resources || authorizationDetailsTypes || requirePushedAuthorizationRequests) {
    throw invalid('resources, authorizationDetailsTypes and requirePushedAuthorizationRequests go without profile')
  }
  if (dpop) throw invalid('dpop goes without profile: no service here is known to have it')
  return { ...services[profile](options), ...(server && { server }) }
}
