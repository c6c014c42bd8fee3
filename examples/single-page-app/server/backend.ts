import type { AuthorizationServer } from 'bearward'
import { createMockAuthorizationServer, type MockAuthorizationServer } from 'bearward/testing'
import { createRemoteJWKSet } from 'jose'
import { boundTokenVerifier } from './bound-token.ts'
import { listen } from './listen.ts'
import { notesApi } from './notes-api.ts'

export interface BackendOptions {
  /** Of the page. */
  readonly appOrigin: string
  readonly issuerPort?: number
  readonly apiPort?: number
  /** Seconds. */
  readonly accessTokenLifetime?: number
  /** Epoch milliseconds. @default the system's */
  readonly now?: () => number
}

export interface Backend {
  readonly mock: MockAuthorizationServer
  /** As it listens. */
  readonly server: AuthorizationServer
  readonly api: string
  close(): Promise<void>
}

/** What the page talks to, on loopback: an authorization server that binds every token to a key, and an API that checks that. */
export const startBackend = async (options: BackendOptions): Promise<Backend> => {
  const { appOrigin, issuerPort = 0, apiPort = 0, accessTokenLifetime = 300, now = Date.now } = options
  const mock = createMockAuthorizationServer({
    clients: [{ clientId: 'notes', clientName: 'Notes', scope: 'notes', redirectUris: [`${appOrigin}/callback`] }],
    clock: { now, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
    dpop: { required: true, nonce: 'authorization-server' },
    accessTokenFormat: 'jwt',
    accessTokenLifetime,
    login: 'page',
  })
  const { server, close: closeMock } = await mock.listen({ port: issuerPort })
  const { issuer = '', jwksUri = '' } = server
  const keys = createRemoteJWKSet(new URL(jwksUri))

  const api = await listen(apiPort, (request) => answer(request))
  const callerOf = boundTokenVerifier({ issuer, audience: api.origin, keys, now })
  const answer = notesApi({ appOrigin, callerOf, now })

  return {
    mock,
    server,
    api: api.origin,
    close: async () => {
      await api.close()
      await closeMock()
    },
  }
}
