import { auth0 } from 'bearward/providers'
import type { Service } from '../service.ts'

const docs = 'https://auth0.com/docs/secure/tokens'

export const auth0Service: Service = {
  name: 'Auth0',
  preset: "auth0({ domain: 'example.eu.auth0.com' })",
  server: auth0({ domain: 'example.eu.auth0.com' }),
  profile: 'auth0',
  refreshToken: {
    needs: 'the scope `offline_access`, and an API that allows it',
    rotation: 'a setting of the application, on for single-page apps; a used one ends the family',
    lifetime: '30 days by default where they rotate, not extended by a refresh',
  },
  oddities: [
    'The issuer ends in a slash.',
    "An access token for an API of yours is asked for by `audience`, which is no scope and no `resource`: `parameters: { audience: 'https://api.example.com' }` in the authorization request, and in `clientCredentials`.",
    "Where the application sets an overlap period, a used refresh token is forgiven for that long. It is off by default; if yours has one, say so: `{ ...auth0({ domain }), refreshTokenReuse: 'grace' }`.",
    'Revocation takes refresh tokens. Whether it ends the grant too is a setting of the tenant.',
    'An access token lives a day by default.',
  ],
  sources: [
    { url: `${docs}/refresh-tokens/configure-refresh-token-rotation`, tells: 'rotation, leeway, lifetime, reuse' },
    { url: `${docs}/refresh-tokens/configure-refresh-token-expiration`, tells: 'that single-page apps rotate' },
    {
      url: `${docs}/refresh-tokens/use-refresh-tokens`,
      tells: 'Basic and body credentials; an answer without a new one',
    },
    { url: `${docs}/refresh-tokens/revoke-refresh-tokens`, tells: 'revocation, also without a secret' },
    { url: `${docs}/access-tokens/update-access-token-lifetime`, tells: 'the life of an access token' },
    { url: 'https://auth0.com/docs/tokens/guides/get-access-tokens', tells: '`audience` for client credentials' },
    {
      url: 'https://qiita.com/smesh/items/db9b90bc6735cf9381af',
      tells: "a copy of a tenant's metadata: issuer and endpoints",
    },
    {
      url: 'https://gist.github.com/4123481bf097dbb2015c132b968f2064',
      tells: 'another one: PKCE methods',
    },
    {
      url: 'https://auth0.github.io/node-auth0/types/index.Management.ClientTokenEndpointAuthMethodEnum.html',
      tells: 'the methods of client authentication',
    },
  ],
  unknown: ['the status of a refused refresh', 'which client authentication an application has: it is a setting'],
}
