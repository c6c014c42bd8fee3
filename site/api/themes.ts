/**
 * The pages of the API: one for each entry, but for `bearward` itself, which is parted by what its names are for. A name that
 * is on no page is an error, so that none is forgotten.
 */

export interface Theme {
  /** The name of the page, and of its file. */
  readonly title: string
  readonly place: string
  readonly about: string
  /** In the order in which they are read. */
  readonly names: readonly string[]
}

/** The pages of `bearward`. */
export const themes: readonly Theme[] = [
  {
    title: 'The client',
    place: 'client',
    about: 'A client of one authorization server: what it is made of, and what it does.',
    names: [
      'createClient',
      'ClientOptions',
      'Client',
      'ClientAuthentication',
      'Clock',
      'Scope',
      'Target',
      'AuthorizationDetail',
      'RequestOptions',
      'EndpointOptions',
      'GrantOptions',
    ],
  },
  {
    title: 'Logins',
    place: 'logins',
    about: 'Users who log in, in a browser or beside one, and what is learnt of them.',
    names: [
      'ClientAuthorizationRequestOptions',
      'AuthorizationRequestOptions',
      'AuthorizationRequest',
      'Callback',
      'DeviceAuthorizationOptions',
      'DeviceAuthorization',
      'IdTokenValidator',
      'IdTokenKeys',
      'ReceivedIdToken',
      'IdTokenClaims',
      'UserinfoOptions',
      'Userinfo',
      'Address',
      'LogoutOptions',
    ],
  },
  {
    title: 'Other grants',
    place: 'grants',
    about: 'What the grants and the endpoints for tokens are given, and what they answer.',
    names: [
      'RefreshOptions',
      'ClientCredentialsOptions',
      'TokenExchangeOptions',
      'ExchangedToken',
      'TokenType',
      'JwtBearerOptions',
      'ExtensionGrantOptions',
      'Given',
      'Giver',
      'RevokeOptions',
      'IntrospectOptions',
      'Introspection',
    ],
  },
  {
    title: 'Tokens and sources',
    place: 'tokens',
    about: 'A token, and the sources that keep one fresh.',
    names: [
      'Token',
      'TokenSource',
      'TokenOptions',
      'ManagedSource',
      'SourceOptions',
      'FreshnessOptions',
      'WaitUntil',
      'ClientCredentialsSourceOptions',
      'TokenExchangeSourceOptions',
      'JwtBearerSourceOptions',
      'ExtensionGrantSourceOptions',
      'SharedPlace',
      'TokenEvent',
      'AroundRenewal',
      'Verdict',
    ],
  },
  {
    title: 'Sessions',
    place: 'sessions',
    about: 'The tokens of a user who has logged in, in one process or shared by many.',
    names: [
      'Session',
      'SessionToken',
      'SessionSourceOptions',
      'LoneSessionSourceOptions',
      'SharedSessionSourceOptions',
      'SharedSourceOptions',
      'WhenStoreFails',
      'Sessions',
      'SessionsOptions',
    ],
  },
  {
    title: 'Stores',
    place: 'stores',
    about:
      'Where processes, machines and tabs share tokens. Redis, Postgres, files and browsers have entries of their own.',
    names: [
      'TokenStore',
      'Stored',
      'WriteOptions',
      'LockOptions',
      'memoryStore',
      'encrypted',
      'EncryptedOptions',
      'EncryptionKey',
    ],
  },
  {
    title: 'The fetch',
    place: 'fetch',
    about: 'Calls of an API with a token, and what its refusals say.',
    names: [
      'bearerFetch',
      'BearerFetchOptions',
      'bearerChallenge',
      'BearerChallenge',
      'stepUp',
      'StepUpOptions',
      'StepUpHint',
      'missingScope',
      'DPoP',
      'Proof',
      'ProofRequest',
    ],
  },
  {
    title: 'Servers',
    place: 'servers',
    about:
      'Authorization servers and protected resources: what they say of themselves, and how a client becomes known to them.',
    names: [
      'AuthorizationServer',
      'discover',
      'DiscoverOptions',
      'DocumentLocation',
      'DiscoveredServer',
      'discoverResource',
      'DiscoverResourceOptions',
      'ProtectedResource',
      'registerClient',
      'RegisterClientOptions',
      'ClientMetadata',
      'ClientRegistration',
      'clientIdMetadataDocument',
    ],
  },
  {
    title: 'Errors',
    place: 'errors',
    about: 'The one class of errors. Causes and remedies are [in a table](/errors.md).',
    names: ['OAuthError', 'OAuthErrorCode', 'OAuthErrorFields', 'ServerError', 'Delivery'],
  },
]

export interface EntryPage {
  /** What the entry is for. */
  readonly about: string
  /** What is told first. The rest follows, functions before types. */
  readonly first?: readonly string[]
}

/** The pages of the other entries, in the order in which they are offered. */
export const entryPages: Readonly<Record<string, EntryPage>> = {
  'bearward/authorize': { about: 'The authorization request and response alone, for pages that must be light.' },
  'bearward/providers': { about: 'Services as data. [What each does differently](/providers.md).' },
  'bearward/redis': { about: 'Tokens shared over Redis. [Guide](/guides/redis.md).' },
  'bearward/postgres': {
    about: 'Tokens shared over PostgreSQL. [Guide](/guides/postgres.md).',
    first: ['postgresStore', 'PostgresStoreOptions', 'PostgresStore'],
  },
  'bearward/file': { about: 'Tokens shared over files. [Guide](/guides/command-line.md).' },
  'bearward/web': { about: 'Tokens shared by the tabs of a browser. [Guide](/guides/single-page-app.md).' },
  'bearward/jwt': { about: 'Signed client authentication, and ID tokens. It needs jose.' },
  'bearward/dpop': { about: 'Tokens that are bound to a key. [Guide](/guides/dpop.md).' },
  'bearward/native': { about: 'Logins of programs on the user’s machine. [Guide](/guides/native.md).' },
  'bearward/cli': { about: 'Logins of command-line tools by a device code. [Guide](/guides/device.md).' },
  'bearward/testing': {
    about: 'The mock authorization server. [Guide](/guides/testing.md).',
    first: [
      'createMockAuthorizationServer',
      'MockAuthorizationServerOptions',
      'MockClient',
      'MockAuthorizationServer',
      'MockRequest',
    ],
  },
  'bearward/vitest': {
    about: 'Matchers for what the mock has received. [Guide](/guides/testing.md).',
    first: ['MockMatchers'],
  },
  'bearward/opentelemetry': { about: 'Metrics and spans of what a client does. [Guide](/guides/opentelemetry.md).' },
}
