import { OidcClient } from 'oidc-client-ts'

export const job = (authority, clientId, redirectUri) =>
  new OidcClient({ authority, client_id: clientId, redirect_uri: redirectUri, scope: 'read' }).createSigninRequest({})
