import { errors, type KoaContextWithOIDC } from 'oidc-provider'

export const resources = ['https://a.test/api', 'urn:example:b'] as const

type Details = readonly { readonly type: string }[]
type Rar = { rar?: never } | { rar: Details } | undefined

/** What has the provider know resources (RFC 8707), authorization details (RFC 9396), and pushed requests (RFC 9126). */
export const targetFeatures = (requirePushed: boolean) => ({
  pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: requirePushed },
  resourceIndicators: {
    enabled: true,
    getResourceServerInfo: (_context: KoaContextWithOIDC, resource: string) => {
      if (!resources.some((known) => known === resource)) throw new errors.InvalidTarget('unknown resource')
      return {
        ...{ scope: 'read write', audience: resource },
        ...({ accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } } as const),
      }
    },
  },
  richAuthorizationRequests: {
    enabled: true,
    types: { payment: { validate: () => undefined } },
    authorizationDetailsForGrantSource: ({ oidc }: KoaContextWithOIDC) =>
      JSON.parse(`${oidc.params?.['authorization_details'] ?? '[]'}`),
    authorizationDetailsForAccessToken: (_context: KoaContextWithOIDC, _token: object, source: Rar) => source?.rar,
    authorizationDetailsForIntrospection: (_context: KoaContextWithOIDC, token: Rar) => token?.rar,
  },
})
