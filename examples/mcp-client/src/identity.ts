import { type ClientRegistration, type DiscoveredServer, registerClient, type TokenStore } from 'bearward'
import { documentUrl, metadata } from './metadata.ts'

const placeAt = ({ issuer }: DiscoveredServer): string => `registration at ${issuer}`

const read = ({ value }: { readonly value: string }): ClientRegistration => JSON.parse(value)

/** For as long as its secret is, if it was given one (RFC 7591 §3.2.1). */
const isGood = ({ clientSecretExpiresAt = Infinity }: ClientRegistration): boolean => Date.now() < clientSecretExpiresAt

/** Who we are at a server: by a document that it reads, else by a registration of our own, which is kept for it alone. */
export const identityAt = async (
  server: DiscoveredServer,
  store: TokenStore,
): Promise<ClientRegistration | { readonly clientId: string }> => {
  if (documentUrl && server.clientIdMetadataDocumentSupported) return { clientId: documentUrl }
  const key = placeAt(server)
  // Two that come at once must not make two clients.
  return store.withLock(key, async () => {
    const kept = await store.get(key)
    if (kept && isGood(read(kept))) return read(kept)
    const registration = await registerClient(server, metadata)
    await store.set(key, JSON.stringify(registration), kept?.version)
    return registration
  })
}

/** Has the next run register anew, unless another one has done so already. */
export const forgetIdentity = async (server: DiscoveredServer, store: TokenStore, clientId: string): Promise<void> => {
  const key = placeAt(server)
  const kept = await store.get(key)
  if (kept && read(kept).clientId === clientId) await store.delete(key, kept.version)
}
