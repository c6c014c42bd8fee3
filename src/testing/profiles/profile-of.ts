import { OAuthError } from '../../core/errors.js'
import type { AuthorizationServer } from '../../core/server.js'
import { asksForCertificates } from '../clients/client-certificate.js'
import type { MockAuthorizationServerOptions, MockProfile } from '../options.js'
import { auth0Profile } from './auth0.js'
import { cognitoProfile } from './cognito.js'
import { entraProfile } from './entra.js'
import { completed, genericServer } from './generic-server.js'
import { githubProfile } from './github.js'
import { googleProfile } from './google.js'
import { keycloakProfile } from './keycloak.js'
import { miwaProfile } from './miwa.js'
import { oktaProfile } from './okta.js'
import { named, type Profile, rfcTrue, type ServiceProfile } from './profile.js'
import { slackProfile } from './slack.js'
import { smokeballProfile } from './smokeball.js'
import { spotifyProfile } from './spotify.js'
import { wickedProfile } from './wicked.js'

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

const services: Record<MockProfile, ServiceProfile> = {
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

/** What goes without a profile: no service here is known to have it. */
const generic = [
  'dpop',
  'clientMetadataDocuments',
  'initialAccessToken',
  'clientSecretLifetime',
  'resources',
  'authorizationDetailsTypes',
  'requirePushedAuthorizationRequests',
] as const satisfies readonly (keyof MockAuthorizationServerOptions)[]

/** A service, or a server that keeps to the RFCs. */
const startOf = (options: MockAuthorizationServerOptions): ServiceProfile => {
  const { profile, issuer, server, clientMetadataDocuments, idTokenSigningAlg } = options
  const { authorizationDetailsTypes, requirePushedAuthorizationRequests } = options
  if (issuer && (profile || server)) {
    throw invalid('issuer goes without profile and server, which have their own URLs')
  }
  if (profile) {
    const misplaced = generic.find((name) => options[name] !== undefined)
    if (misplaced) throw invalid(`${misplaced} goes without profile`)
    // No service is known to look at what protects a client alone.
    return {
      unguardedRequests: 'taken',
      carelessRequests: 'taken',
      accessTokenProfile: 'service',
      ...services[profile],
      ...(server && { server }),
    }
  }
  const readsDocuments = !!clientMetadataDocuments
  const asked = { readsDocuments, mutualTls: asksForCertificates(options) }
  const own = server ? completed(server, readsDocuments) : genericServer(issuer ?? 'https://as.test', asked)
  return {
    server: {
      ...own,
      ...(idTokenSigningAlg && { idTokenSigningAlgValuesSupported: [idTokenSigningAlg] }),
      ...(requirePushedAuthorizationRequests && { requirePushedAuthorizationRequests }),
      ...(authorizationDetailsTypes && { authorizationDetailsTypesSupported: authorizationDetailsTypes }),
    },
    ...{ registration: true, resourceMetadata: true, targets: true },
  }
}

/** What a server says of itself that tells how it behaves: the client goes by the same facts. */
const factsOf = (server: AuthorizationServer): Partial<Profile> => {
  const { offlineAccessParameters: offline, defaultExpiresIn, defaultRefreshTokenExpiresIn } = server
  return {
    ...(defaultExpiresIn !== undefined && { accessTokenLifetime: defaultExpiresIn }),
    ...(defaultRefreshTokenExpiresIn !== undefined && { refreshTokenLifetime: defaultRefreshTokenExpiresIn }),
    ...(server.refreshTokenReuse === 'grace' && { refreshTokenGracePeriod: 60 }),
    ...(server.basicClientIdInBody && {
      grantsWithClientIdInBody: ['authorization_code', 'refresh_token', 'client_credentials'],
    }),
    ...(offline?.['scope'] === 'offline_access' && { refreshTokenNeeds: 'offline_access' }),
    ...(offline?.['access_type'] === 'offline' && { refreshTokenNeeds: 'access_type' }),
  }
}

const isEndpoint = (name: string): boolean => /Endpoint$|^jwksUri$|^issuer$/.test(name)

/** The mock is where these say: each is a URL, and the one that every server has is there. */
const assertServer = ({ tokenEndpoint, ...server }: AuthorizationServer): void => {
  const endpoints = Object.entries({ ...server, ...server.mtlsEndpointAliases }).filter(([name]) => isEndpoint(name))
  for (const [name, url] of [['tokenEndpoint', tokenEndpoint], ...endpoints]) {
    if (typeof url !== 'string' || !URL.canParse(url)) throw invalid(`${name} of the server must be a URL`)
  }
}

/** How a mock answers: as the RFCs have it, as the facts of its server have it, as the service does, as the test wants it. */
export const profileOf = (options: MockAuthorizationServerOptions): Profile => {
  const { quirks = {} } = options
  const { variants = {}, ...service } = startOf(options)
  const { server } = service
  assertServer(server)
  const wanted = named.filter((name) => options[name] !== undefined).map((name) => [name, options[name]])
  return {
    ...rfcTrue,
    ...factsOf(server),
    ...service,
    ...variants[server.tokenEndpoint],
    ...quirks,
    ...Object.fromEntries(wanted),
  }
}
