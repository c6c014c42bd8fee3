import type { AuthorizationServer } from 'bearward'

/** The variables are for tests: a tool knows its service. */
const { MYTOOL_ISSUER: issuer = 'https://as.example.com', MYTOOL_API: api = 'https://api.example.com/orders' } =
  process.env

/** Written down, and not discovered: that would cost a request with each run of the tool. */
export const server: AuthorizationServer = {
  issuer,
  authorizationEndpoint: `${issuer}/authorize`,
  tokenEndpoint: `${issuer}/token`,
  deviceAuthorizationEndpoint: `${issuer}/device_authorization`,
  revocationEndpoint: `${issuer}/revoke`,
  userinfoEndpoint: `${issuer}/userinfo`,
}

/** What the tool is called there. It has no secret: what is shipped to users is none. */
export const clientId = 'mytool'

/** Many servers give a refresh token for `offline_access` only. */
export const scope = 'openid profile orders:read offline_access'

export const ordersUrl = api
