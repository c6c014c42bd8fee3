import type { MockAuthorizationServerOptions } from '../../testing/index.js'
import { readyMadeClients } from './clients.js'

/** The mock, without the public ready-made client where the service has no public clients. */
export const madeMock = async (options: MockAuthorizationServerOptions) => {
  const { createMockAuthorizationServer, formatFault } = await import('../../testing/index.js')
  const make = (clients: MockAuthorizationServerOptions['clients']) => ({
    mock: createMockAuthorizationServer({ ...options, clients }),
    clients,
    formatFault,
  })
  if (options.clients !== readyMadeClients) return make(options.clients)
  try {
    return make(readyMadeClients)
  } catch {
    return make(readyMadeClients.filter(({ clientSecret }) => clientSecret !== undefined))
  }
}
