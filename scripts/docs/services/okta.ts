import { okta } from 'bearward/providers'
import type { Service } from '../service.ts'

export const oktaService: Service = {
  name: 'Okta',
  preset: "okta({ domain: 'example.okta.com' })",
  server: okta({ domain: 'example.okta.com' }),
  profile: 'okta',
  refreshToken: {
    needs: 'the scope `offline_access`, and an application that allows refresh tokens',
    rotation:
      'by default for single-page apps, with 30 seconds of grace (0 to 60 can be set); web and native apps get the same one again',
    lifetime:
      '90 days from the org’s own server; from a custom one unlimited by default, but seven days without use; a rotated one lives no longer than the first',
  },
  oddities: [
    "`authorizationServer` names a custom authorization server, `default` by default. `'org'` is the org's own, whose tokens are for Okta's APIs.",
    'A used refresh token that comes after its grace ends every token since the login.',
    'The access tokens of the org’s own server live an hour.',
  ],
  sources: [
    {
      url: 'https://developer.okta.com/docs/guides/refresh-tokens/main/',
      tells: '`offline_access`, rotation, grace, reuse, examples of both requests',
    },
    {
      url: 'https://support.okta.com/help/s/article/What-is-the-lifetime-of-the-JWT-tokens?language=en_US',
      tells: 'lifetimes of the two kinds of server',
    },
    {
      url: 'https://support.okta.com/help/s/article/refresh-token-expiration-behavior?language=en_US',
      tells: 'that a new refresh token keeps the expiry of the one before',
    },
    {
      url: 'https://developer.okta.com/docs/api/openapi/okta-oauth/guides/client-auth',
      tells: 'the methods of client authentication, Basic by default',
    },
    {
      url: 'https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/customas/revokecustomas',
      tells: 'revocation, and that an unknown token is a success',
    },
    {
      url: 'https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/orgas/revoke',
      tells: 'the same of the org’s own server',
    },
    {
      url: 'https://github.com/okta/okta-auth-js/blob/master/test/support/xhr/well-known-shared-resource.js',
      tells: 'metadata: endpoints, issuer, PKCE, client authentication',
    },
    {
      url: 'https://github.com/okta/okta-developer-docs/blob/master/packages/%40okta/vuepress-site/docs/api/resources/oidc/index.md',
      tells: 'the list of endpoints',
    },
  ],
  unknown: ['the device authorization endpoint'],
}
