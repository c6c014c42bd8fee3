import {
  createMockAuthorizationServer,
  createMockCertificate,
  type ListeningMock,
  type MockAuthorizationServer,
  type MockAuthorizationServerOptions,
  type MockCertificate,
  type MockClient,
  type MockListenOptions,
} from '../../src/testing/index.js'

export const redirectUri = 'http://127.0.0.1:8400/callback'

export const postLogoutRedirectUri = 'http://127.0.0.1:8400/bye'

/** The clients that every mock of these tests knows. */
export const clients = {
  confidential: { clientId: 'web', clientSecret: 's3cret' },
  public: { clientId: 'app' },
  another: { clientId: 'other', clientSecret: 'an0ther' },
  /** What a form decoder or the split at the colon reads wrongly, unless it is encoded (RFC 6749 §2.3.1). */
  awkward: { clientId: 'id: 100%+~-', clientSecret: 'a:b%25+c d~e-f&g=h/i?' },
} as const

export interface RunningMock extends ListeningMock {
  readonly mock: MockAuthorizationServer
}

/** A mock that listens on loopback, with the common clients and those of the options. */
export const startMock = async (
  { clients: moreClients = [], ...options }: Partial<MockAuthorizationServerOptions> = {},
  common: readonly MockClient[] = Object.values(clients),
  listening: MockListenOptions = {},
): Promise<RunningMock> => {
  const withUris = common.map((client) => ({
    ...client,
    redirectUris: [redirectUri],
    postLogoutRedirectUris: [postLogoutRedirectUri],
  }))
  const mock = createMockAuthorizationServer({ clients: [...withUris, ...moreClients], ...options })
  return { mock, ...(await mock.listen(listening)) }
}

/** A mock over https that knows the client `orders` by a certificate, and binds its tokens to that. */
export const startMutualTls = async (): Promise<{
  readonly running: RunningMock
  readonly orders: MockCertificate
}> => {
  const subject = 'CN=orders'
  const authority = await createMockCertificate({ subject: 'CN=authority', isAuthority: true })
  const client: MockClient = {
    ...{ clientId: 'orders', tokenEndpointAuthMethod: 'tls_client_auth', tlsClientAuthSubjectDn: subject },
    tlsClientCertificateBoundAccessTokens: true,
  }
  const options = { clients: [client], certificateAuthorities: [authority.cert] }
  const running = await startMock(options, [], { https: true })
  return { running, orders: await createMockCertificate({ subject, signedBy: authority }) }
}

/** What a server or a resource answered a token with. */
export const statusWith = async (resource: string, accessToken: string): Promise<number> =>
  (await fetch(resource, { headers: { authorization: `Bearer ${accessToken}` } })).status
