import type { AuthorizationServer } from '../core/server.js'
import { verificationUri } from './endpoints/device-authorization.js'
import { discoveryPaths } from './endpoints/discovery.js'
import { resourceMetadataUrl, resourceOf } from './endpoints/resource-metadata.js'
import type { MockEndpoint } from './journal.js'
import type { Profile } from './profiles/profile.js'

/** RFC 8705 §5. */
const aliasesOf = ({ mtlsEndpointAliases: aliases }: AuthorizationServer) =>
  [
    ['token', aliases?.tokenEndpoint],
    ['pushed_authorization_request', aliases?.pushedAuthorizationRequestEndpoint],
    ['device_authorization', aliases?.deviceAuthorizationEndpoint],
    ['revocation', aliases?.revocationEndpoint],
    ['introspection', aliases?.introspectionEndpoint],
    ['userinfo', aliases?.userinfoEndpoint],
  ] as const

const urlsOf = ({ server, ...profile }: Profile): readonly (readonly [MockEndpoint, string])[] => {
  const urls: readonly (readonly [MockEndpoint, string | undefined])[] = [
    ['verification', verificationUri(server)],
    ['authorize', server.authorizationEndpoint],
    ['token', server.tokenEndpoint],
    ['pushed_authorization_request', server.pushedAuthorizationRequestEndpoint],
    ['device_authorization', server.deviceAuthorizationEndpoint],
    ['revocation', server.revocationEndpoint],
    ['introspection', server.introspectionEndpoint],
    ['userinfo', server.userinfoEndpoint],
    ['end_session', server.endSessionEndpoint],
    ['registration', profile.registration ? server.registrationEndpoint : undefined],
    ['resource_metadata', profile.resourceMetadata ? resourceMetadataUrl(server) : undefined],
    ['jwks', server.jwksUri],
    ['resource', resourceOf(server)],
    ...aliasesOf(server),
  ]
  return urls.filter((route): route is [MockEndpoint, string] => route[1] !== undefined)
}

/** The endpoint at each path. */
export const routesOf = (profile: Profile): ReadonlyMap<string, MockEndpoint> =>
  new Map<string, MockEndpoint>([
    ...discoveryPaths(profile.server).map((path) => [path, 'discovery'] as const),
    ...urlsOf(profile).map(([endpoint, url]) => [new URL(url).pathname, endpoint] as const),
  ])

/** Where the server is: Google's endpoints are on several hosts. */
export const originsOf = (profile: Profile): readonly string[] => [
  ...new Set(urlsOf(profile).map(([, url]) => new URL(url).origin)),
]

const movedUrls = (fields: object, from: readonly string[], to: string) => {
  const move = (value: unknown) => {
    const origin = typeof value === 'string' && URL.canParse(value) ? new URL(value).origin : ''
    return from.includes(origin) ? to + `${value}`.slice(origin.length) : value
  }
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, move(value)]))
}

/** The same server at another origin, and where it awaits certificates at a second one. */
export const moved = (
  server: AuthorizationServer,
  from: readonly string[],
  to: string,
  mutual: string,
): AuthorizationServer => {
  const { mtlsEndpointAliases: aliases } = server
  const there = {
    ...movedUrls(server, from, to),
    ...(aliases && { mtlsEndpointAliases: movedUrls(aliases, from, mutual) }),
  }
  return there as unknown as AuthorizationServer
}
