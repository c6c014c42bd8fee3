import { type AuthorizationServer, createClient, discover, type Token } from '../../src/index.js'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { tokenOf } from '../oidc/log-in.js'
import { clients, startProvider } from '../oidc/provider.js'

/** A server that rotates, and takes a refresh token that comes twice for theft. */
export interface StrictServer {
  readonly server: AuthorizationServer
  readonly client: { readonly clientId: string; readonly clientSecret: string }
  readonly resource: string
  /** Milliseconds before its expiry from which a token may be refused. */
  readonly expiryMarginMs?: number
  /** The token of a new login. */
  login(): Promise<Token>
  /** What it has seen of refresh tokens. */
  seen(): { readonly refreshes: number; readonly sentTwice: number; readonly refused: number }
  close(): Promise<void>
}

/** What a family needs of its server. */
export interface StrictServerOptions {
  /** It forgives a refresh token that it sees twice. */
  readonly grace: boolean
  /** Milliseconds by which its answers to refreshes are late. */
  readonly lateMs: number
}

const counted = (sent: readonly (string | undefined)[], refused: number) => ({
  refreshes: sent.length,
  sentTwice: sent.length - new Set(sent).size,
  refused,
})

/** The mock, with tokens that live two seconds. */
export const strictMock = async ({ grace, lateMs }: StrictServerOptions): Promise<StrictServer> => {
  const client = { clientId: 'web', clientSecret: 'secret' }
  const mock = createMockAuthorizationServer({
    clients: [client],
    accessTokenLifetime: 2,
    refreshTokenGracePeriod: grace ? 60 : 0,
  })
  if (lateMs) mock.fault('token', { type: 'late_answer', ms: lateMs }, { times: Number.POSITIVE_INFINITY })
  const { server, origin, close } = await mock.listen()
  const refreshes = () => mock.requests.filter(({ form }) => form?.['grant_type'] === 'refresh_token')
  return {
    server: { ...server, ...(grace && { refreshTokenReuse: 'grace' as const }) },
    client,
    resource: `${origin}${new URL(mock.resource).pathname}`,
    login: async () => mock.issue(client),
    seen: () =>
      counted(
        refreshes().map(({ form }) => form?.['refresh_token']),
        refreshes().filter(({ status }) => status === 400).length,
      ),
    close: () => close(),
  }
}

/** oidc-provider, which counts whole seconds: a token of three may be refused after two. */
export const oidcProvider = async (): Promise<StrictServer> => {
  const provider = await startProvider({ accessTokenLifetime: 3 })
  const { clientId, clientSecret } = clients.basic
  const server = await discover(provider.issuer)
  return {
    server,
    expiryMarginMs: 1000,
    client: { clientId, clientSecret },
    resource: provider.resource,
    login: () => tokenOf(createClient({ server, clientId, clientSecret })),
    seen: () => counted(provider.refreshes.sent, provider.refreshes.refused),
    close: () => provider.close(),
  }
}
