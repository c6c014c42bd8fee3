import { onTestFinished } from 'vitest'
import {
  createManualClock,
  createMockAuthorizationServer,
  type ListeningMock,
  type ManualClock,
  type MockAuthorizationServer,
  type MockAuthorizationServerOptions,
} from '../../src/testing/index.js'
import { basic } from './wire.js'

/** A mock, and how it is reached from where the test is. */
export interface Reached extends Pick<ListeningMock, 'server' | 'resource' | 'close'> {
  readonly mock: MockAuthorizationServer
  readonly clock: ManualClock
  readonly fetch: typeof globalThis.fetch
}

export type Way = 'in process' | 'over HTTP'

export const ways: readonly Way[] = ['in process', 'over HTTP']

/** A mock for one test. */
export const reach = async (way: Way, options: Partial<MockAuthorizationServerOptions> = {}): Promise<Reached> => {
  const clock = createManualClock()
  const clients = [{ clientId: 'web', clientSecret: 's3cret', redirectUris: ['https://app.test/callback'] }]
  const mock = createMockAuthorizationServer({ clients, clock, ...options })
  const { server, resource, fetch } = mock
  if (way === 'in process') return { mock, clock, server, resource, fetch, close: async () => {} }
  const there = await mock.listen()
  onTestFinished(there.close)
  return { mock, clock, ...there, fetch: globalThis.fetch }
}

/** Sends a form to the token endpoint as the client `web`. */
const post = (
  { server, fetch }: Reached,
  form: Readonly<Record<string, string>>,
  init: RequestInit = {},
): Promise<Response> =>
  fetch(server.tokenEndpoint, {
    method: 'POST',
    headers: basic('web', 's3cret'),
    body: new URLSearchParams(form),
    ...init,
  })

export const askCredentials = (reached: Reached, init?: RequestInit): Promise<Response> =>
  post(reached, { grant_type: 'client_credentials', scope: 'read' }, init)

export const askRefresh = (reached: Reached, refreshToken: unknown, init?: RequestInit): Promise<Response> =>
  post(reached, { grant_type: 'refresh_token', refresh_token: `${refreshToken}` }, init)

export const askResource = ({ fetch, resource }: Reached, accessToken: unknown): Promise<Response> =>
  fetch(resource, { headers: { authorization: `Bearer ${accessToken}` } })

/** A session whose refresh token tells, once, whether the server had already taken it. */
export const sessionOf = (
  reached: Reached,
): { readonly refreshToken: string | undefined; readonly isUsed: () => Promise<boolean> } => {
  const { refreshToken } = reached.mock.issue({ clientId: 'web' })
  return { refreshToken, isUsed: async () => (await askRefresh(reached, refreshToken)).status === 400 }
}
