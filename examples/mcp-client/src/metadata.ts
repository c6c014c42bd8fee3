/** What this client says of itself. A server that keeps to RFC 8252 §7.3 takes any port with such a redirect URI. */
export const metadata = {
  clientName: 'The example of bearward',
  redirectUris: ['http://127.0.0.1/callback'],
  grantTypes: ['authorization_code', 'refresh_token'],
  tokenEndpointAuthMethod: 'none',
  applicationType: 'native',
} as const

/** Where you serve what `npm run document` prints, if you do: it is then the client's id at every server that reads it there. */
export const { CLIENT_DOCUMENT_URL: documentUrl } = process.env
