import {
  type Client,
  type ClientOptions,
  createClient,
  memoryStore,
  type OAuthError,
  type TokenStore,
} from '../../src/index.js'
import { createMockAuthorizationServer, type MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'

/** Milliseconds that an access token lives. */
export const lifetime = 100_000

export const codeOf = async (work: Promise<unknown>): Promise<OAuthError['code']> => (await failureOf(work)).code

/** A store in which nobody hears of changes. */
export const quietStore = (): TokenStore => {
  const { watch: _, ...store } = memoryStore()
  return store
}

interface Options {
  readonly mock?: Partial<MockAuthorizationServerOptions>
  readonly store?: TokenStore
  readonly client?: Partial<ClientOptions>
  /** What becomes of each client's options. */
  readonly around?: (options: ClientOptions) => ClientOptions
}

/** Clients like those of several processes, which share a store; and a strict server that takes reuse for theft. */
export const siblings = ({
  mock: more = {},
  store = memoryStore(),
  client = {},
  around = (given) => given,
}: Options = {}) => {
  const clock = fakeClock()
  const mock = createMockAuthorizationServer({
    clients: [{ clientId: 'web', clientSecret: 'secret' }],
    accessTokenLifetime: lifetime / 1000,
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
      createClient(
        around({
          server: mock.server,
          clientId: 'web',
          clientSecret: 'secret',
          fetch: (input, init) => mock.fetch(new Request(input, init)),
          clock,
          ...client,
          ...options,
        }),
      ),
    login: () => mock.issue({ clientId: 'web' }),
    /** The refresh tokens that were sent, in order. */
    sent: () =>
      mock.requests
        .filter(({ form }) => form?.['grant_type'] === 'refresh_token')
        .map(({ form }) => form?.['refresh_token']),
  }
}

/** Two processes that share a session from which one token was taken. */
export const pair = async (given: Options = {}) => {
  const world = siblings(given)
  const token = world.login()
  const open = (options: Partial<ClientOptions> = {}) =>
    world.sibling(options).sessionSource({ store: world.store, key: 'user', token })
  const [first, second] = [open(), open()]
  await world.clock.run(Promise.all([first.token(), second.token()]))
  return { ...world, token, open, first, second, later: () => world.clock.set(world.clock.now() + lifetime) }
}
