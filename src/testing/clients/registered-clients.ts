import { OAuthError } from '../../core/errors.js'
import type { AuthorizationServer } from '../../core/server.js'
import { isPublic, type MockClient } from '../options.js'
import type { Profile } from '../profiles/profile.js'
import { certificateNamesOf } from './client-certificate.js'
import { isRedirectTarget } from './client-metadata.js'

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

const assertClient = (client: MockClient, server: AuthorizationServer): void => {
  const { clientId, clientSecret, jwks, tokenEndpointAuthMethod: method } = client
  if (!clientId) throw invalid('a client of the mock needs a clientId')
  if (clientSecret === '') throw invalid(`clientSecret of ${clientId} is empty: leave it out for a public client`)
  const names = certificateNamesOf(client)
  // RFC 8705 §2.1.2: exactly one.
  if (method === 'tls_client_auth' ? names.length !== 1 : names.length > 0) {
    throw invalid(`${clientId} needs one tlsClientAuth name for tls_client_auth, and none for another method`)
  }
  const isProvable = {
    none: isPublic(client),
    tls_client_auth: clientSecret === undefined,
    self_signed_tls_client_auth: jwks?.keys.some((key) => key.x5c ?? key['x5t#S256']),
    private_key_jwt: jwks,
  }
  if (method && !(method in isProvable ? isProvable[method as keyof typeof isProvable] : clientSecret)) {
    throw invalid(
      `${clientId} cannot use ${method}: a clientSecret or jwks goes with a confidential client, and only with one`,
    )
  }
  if (client.dpopBoundAccessTokens && !server.dpopSigningAlgValuesSupported) {
    throw invalid(`dpopBoundAccessTokens of ${clientId}: the server knows no DPoP`)
  }
  for (const name of ['redirectUris', 'postLogoutRedirectUris'] as const) {
    const unusable = client[name]?.find((uri) => !isRedirectTarget(uri))
    if (unusable === undefined) continue
    throw invalid(`${name} of ${clientId}: ${unusable} is no absolute URL without a fragment`)
  }
}

/** The clients by their id. */
export const registered = (
  clients: readonly MockClient[],
  { publicClients, server }: Pick<Profile, 'publicClients' | 'server'>,
): Map<string, MockClient> => {
  for (const client of clients) {
    assertClient(client, server)
    if (!publicClients && isPublic(client)) {
      throw invalid(`${client.clientId} needs a clientSecret: this service has no public clients`)
    }
  }
  const byId = new Map(clients.map((client) => [client.clientId, client]))
  if (byId.size !== clients.length) throw invalid('two clients have the same clientId')
  return byId
}
