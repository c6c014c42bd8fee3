import { type Client, type ClientOptions, createClient, memoryStore, type TokenStore } from '../../src/index.js'
import { createMockAuthorizationServer, type MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { fakeClock } from '../fixtures/fake-clock.js'

interface Options {
  readonly mock?: Partial<MockAuthorizationServerOptions>
  readonly store?: TokenStore
  readonly client?: Partial<ClientOptions>
}

/** Clients like those of several processes, which share a store; and a strict server that takes reuse for theft. */
export const siblings = ({ mock: more = {}, store = memoryStore(), client = {} }: Options = {}) => {
  const clock = fakeClock()
  const mock = createMockAuthorizationServer({
    clients: [{ clientId: 'web', clientSecret: 'secret' }],
    accessTokenLifetime: 100,
    clock,
    ...more,
  })
  const looks: string[] = []
  const counted: TokenStore = {
    ...store,
    get: (key) => {
      looks.push(key)
      return store.get(key)
    },
  }
  return {
    clock,
    mock,
    store: counted,
    /** The keys that were looked for. */
    looks,
    sibling: (options: Partial<ClientOptions> = {}): Client =>
      createClient({
        server: mock.server,
        clientId: 'web',
        clientSecret: 'secret',
        fetch: (input, init) => mock.fetch(new Request(input, init)),
        clock,
        ...client,
        ...options,
      }),
    login: () => mock.issue({ clientId: 'web' }),
    /** The refresh tokens that were sent, in order. */
    sent: () =>
      mock.requests
        .filter(({ form }) => form?.['grant_type'] === 'refresh_token')
        .map(({ form }) => form?.['refresh_token']),
  }
}
