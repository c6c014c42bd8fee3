import ClientOAuth2 from 'client-oauth2'

export const job = (server, clientId, clientSecret) =>
  new ClientOAuth2({ ...server, clientId, clientSecret }).credentials.getToken({ scopes: ['read'] })
