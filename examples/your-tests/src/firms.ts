import {
  type AuthorizationRequest,
  type AuthorizationServer,
  bearerFetch,
  createClient,
  type TokenStore,
} from 'bearward'
import type { Surroundings } from './surroundings.ts'

export interface FirmsOptions extends Surroundings {
  readonly server: AuthorizationServer
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
  /** The origin of the API that firms are called at. */
  readonly apiUrl: string
  /** Where their sessions are kept. */
  readonly store: TokenStore
}

/** The law firms that have connected their accounts. */
export interface Firms {
  /** Where to send somebody of a firm, and what to keep until they are back. */
  connect(): Promise<AuthorizationRequest>
  /** Takes what they have come back with. */
  connected(firm: string, callback: string, request: AuthorizationRequest): Promise<void>
  /** Calls a path of the API in the name of a firm. */
  call(firm: string, path: string): Promise<Response>
}

export const openFirms = (options: FirmsOptions): Firms => {
  const { server, clientId, clientSecret, redirectUri, apiUrl, store, fetch, clock } = options
  const client = createClient({ server, clientId, clientSecret, ...(fetch && { fetch }), ...(clock && { clock }) })
  const sessions = client.sessions({ store })
  return {
    connect: () => client.authorizationRequest({ redirectUri, offlineAccess: true }),
    connected: async (firm, callback, request) => {
      await sessions.get(firm).replace(await client.exchangeCode(callback, request))
    },
    call: (firm, path) => {
      const api = bearerFetch(sessions.get(firm), { origins: [apiUrl], ...(fetch && { fetch }) })
      return api(`${apiUrl}${path}`)
    },
  }
}
