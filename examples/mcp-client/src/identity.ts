import { type ClientRegistration, type DiscoveredServer, registerClient, type TokenStore } from 'bearward'
import { documentUrl, metadata } from './metadata.ts'

/** Who we are at a server: by a document that it reads, else by a registration of our own, which is kept for it alone. */
export const identityAt = async (
  server: DiscoveredServer,
  store: TokenStore,
): Promise<ClientRegistration | { readonly clientId: string }> => {
  if (documentUrl && server.clientIdMetadataDocumentSupported) return { clientId: documentUrl }
  const key = `registration at ${server.issuer}`
  // Two that come at once must not make two clients.
  return store.withLock(key, async () => {
    const kept = await store.get(key)
    if (kept) return JSON.parse(kept.value) as ClientRegistration
    const registration = await registerClient(server, metadata)
    await store.set(key, JSON.stringify(registration), undefined)
    return registration
  })
}
