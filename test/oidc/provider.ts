import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import Provider, { type ClientMetadata, type Configuration, type KoaContextWithOIDC } from 'oidc-provider'
import { registerAssertions } from './assertion-grant.ts'
import { registerExchange } from './exchange-grant.ts'
import { type Listening, listen } from './listen.ts'
import { startResource } from './resource.ts'
import { memoryStore } from './store.ts'
import { targetFeatures } from './targets.ts'

export interface ProviderOptions {
  /** Seconds. @default 3600 */
  readonly accessTokenLifetime?: number
  /** Seconds. @default a day */
  readonly refreshTokenLifetime?: number
  /** Seconds. @default 60 */
  readonly authorizationCodeLifetime?: number
  /** Each refresh token works once, and a second use ends the whole family. @default true */
  readonly rotateRefreshTokens?: boolean
  /** Seconds that the code of a device lives; absent: no device may ask for one. */
  readonly deviceCodeLifetime?: number
  /** Proofs of possession must hold a nonce of the server (RFC 9449 §8). @default false */
  readonly dpopNonces?: boolean
  /** Clients may register: everybody, or who has that initial access token. @default nobody */
  readonly registration?: 'open' | { readonly initialAccessToken: string }
  /** The client metadata documents that the provider finds, by URL. @default it does not look for any */
  readonly clientMetadataDocuments?: Readonly<Record<string, object>>
  /** It has the grant of RFC 8693, for the clients that are registered for it. @default false */
  readonly tokenExchange?: boolean
  /** It has the grant of RFC 7523 §2.1, for assertions that this key verifies. @default it has not */
  readonly assertionKey?: CryptoKey
  /** What the user does when asked. @default 'consents' */
  readonly user?: 'consents' | 'denies'
  /** Knows resources and authorization details, and takes other requests than pushed ones or not. @default neither */
  readonly targets?: { readonly requirePushed: boolean }
  /** Private keys that ID tokens are signed with, each with its `alg`. @default one for ES256 */
  readonly idTokenKeys?: readonly (JsonWebKey & { readonly alg: 'RS256' | 'PS256' | 'ES256' | 'EdDSA' })[]
  /** Clients beside the common ones. */
  readonly moreClients?: readonly ClientMetadata[]
}

export interface RunningProvider {
  readonly issuer: string
  /** A protected resource at another origin. */
  readonly resource: string
  /** The refresh tokens that were sent, in order, and how many of them were refused. */
  readonly refreshes: { readonly sent: readonly string[]; readonly refused: number }
  close(): Promise<void>
}

export const redirectUri = 'http://127.0.0.1:8400/callback'

export const postLogoutRedirectUri = 'http://127.0.0.1:8400/bye'

/** The clients that the provider knows, as `createClient` wants them. */
export const clients = {
  basic: { clientId: 'basic-client', clientSecret: 'the-secret-of-basic', clientAuthentication: 'client_secret_basic' },
  post: { clientId: 'post-client', clientSecret: 'the-secret-of-post', clientAuthentication: 'client_secret_post' },
  public: { clientId: 'public-client' },
  /** Comes back on any port of loopback (RFC 8252 §7.3). */
  native: { clientId: 'native-client' },
  /** What a form decoder or the split at the colon reads wrongly, unless it is encoded. */
  awkward: { clientId: 'id: 100%+~-', clientSecret: 'a:b%25+c d~e-f&g=h/i?' },
} as const

const everyGrant = ['authorization_code', 'refresh_token', 'client_credentials']

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

const registered = (grants: readonly string[]): ClientMetadata[] => [
  ...[clients.basic, clients.post, clients.awkward].map(
    (client): ClientMetadata => ({
      client_id: client.clientId,
      client_secret: client.clientSecret,
      token_endpoint_auth_method:
        'clientAuthentication' in client ? client.clientAuthentication : 'client_secret_basic',
      grant_types: [...everyGrant, ...grants],
      redirect_uris: [redirectUri],
      post_logout_redirect_uris: [postLogoutRedirectUri],
      scope: 'openid read write',
    }),
  ),
  {
    client_id: clients.public.clientId,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token', ...grants],
    redirect_uris: [redirectUri],
    scope: 'openid read write',
  },
  {
    client_id: clients.native.clientId,
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
    scope: 'openid read write',
  },
]

/** The pages on which a user types in the code of a device, and confirms it, without their looks. */
const devicePages: NonNullable<NonNullable<Configuration['features']>['deviceFlow']> = {
  enabled: true,
  userCodeInputSource: (context, form, _out, error) => {
    context['body'] = `${error?.name ?? ''}${form}`
  },
  userCodeConfirmSource: (context, form) => {
    context['body'] = form
  },
  successSource: (context) => {
    context['body'] = 'the device is logged in'
  },
}

/** The resource server may ask about all tokens, a client about its own. */
const mayIntrospect = (
  _: KoaContextWithOIDC,
  { clientId }: { clientId: string },
  token: { clientId?: string | undefined },
) => clientId === 'resource-server' || clientId === token.clientId

const configuration = (options: ProviderOptions, resourceSecret: string): Configuration => {
  const { accessTokenLifetime = 3600, refreshTokenLifetime = 24 * 3600, authorizationCodeLifetime = 60 } = options
  const { deviceCodeLifetime } = options
  const { registration, clientMetadataDocuments: documents } = options
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keys = options.idTokenKeys ?? [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' as const }]
  const resourceServer: ClientMetadata = {
    client_id: 'resource-server',
    client_secret: resourceSecret,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  }
  return {
    // Each of these is given where its default would print a warning.
    adapter: memoryStore(),
    jwks: { keys: [...keys] as NonNullable<Configuration['jwks']>['keys'] },
    cookies: { keys: [randomUUID()] },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, email: `${sub}@example.com` }) }),
    claims: { openid: ['sub', 'email'], acr: null, auth_time: null },
    acrValues: ['gold'],
    renderError: (context, { error, error_description }) => {
      context['type'] = 'text'
      context['body'] = `${error}: ${error_description}`
    },
    ttl: {
      AccessToken: accessTokenLifetime,
      ClientCredentials: accessTokenLifetime,
      RefreshToken: refreshTokenLifetime,
      AuthorizationCode: authorizationCodeLifetime,
      ...(deviceCodeLifetime !== undefined && { DeviceCode: deviceCodeLifetime }),
      IdToken: accessTokenLifetime,
      Interaction: 600,
      Session: 24 * 3600,
      Grant: 24 * 3600,
    },
    clients: [
      ...registered(deviceCodeLifetime === undefined ? [] : [deviceGrant]),
      ...(options.moreClients ?? []),
      resourceServer,
    ],
    clientDefaults: {
      id_token_signed_response_alg: 'ES256',
      ...(options.targets && { authorization_details_types: ['payment'] }),
    },
    enabledJWA: { idTokenSigningAlgValues: keys.map(({ alg }) => alg) },
    scopes: ['openid', 'read', 'write', 'admin'],
    pkce: { required: () => true },
    issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    ...(documents && { fetch: async (url) => Response.json(documents[`${url}`] ?? {}) }),
    rotateRefreshToken: options.rotateRefreshTokens ?? true,
    features: {
      devInteractions: { enabled: false },
      ...(options.dpopNonces && {
        dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true, allowReplay: false },
      }),
      clientCredentials: { enabled: true },
      ...(deviceCodeLifetime !== undefined && { deviceFlow: devicePages }),
      ...(registration && {
        registration: {
          enabled: true,
          initialAccessToken: registration === 'open' ? false : registration.initialAccessToken,
        },
      }),
      ...(documents && { clientIdMetadataDocument: { enabled: true, ack: 'draft-02' } }),
      revocation: { enabled: true, allowedPolicy: (_context, client, token) => token.clientId === client.clientId },
      introspection: { enabled: true, allowedPolicy: mayIntrospect },
      ...(options.targets && targetFeatures(options.targets.requirePushed)),
      // Its type is a union of all that may be on together, in which an option has no place.
    } as NonNullable<Configuration['features']>,
  }
}

/** Plays the user, who logs in and consents, or says no, without seeing a page. */
const interact = async (
  provider: Provider,
  user: 'consents' | 'denies',
  ...[request, response]: Parameters<Provider['interactionDetails']>
): Promise<void> => {
  const { session, params } = await provider.interactionDetails(request, response)
  if (user === 'denies') return provider.interactionFinished(request, response, { error: 'access_denied' })
  const accountId = session?.accountId ?? 'ada'
  const acr = `${params['acr_values'] ?? ''}`.split(' ')[0]
  const grant = new provider.Grant({ accountId, clientId: `${params['client_id']}` })
  grant.addOIDCScope(`${params['scope'] ?? ''}`)
  for (const resource of [params['resource'] ?? []].flat()) grant.addResourceScope(`${resource}`, 'read write')
  await provider.interactionFinished(request, response, {
    // The user shows what is asked for.
    login: { accountId, ...(acr && { acr }) },
    consent: { grantId: await grant.save() },
  })
}

/** Starts oidc-provider, a certified authorization server, on loopback, and a resource server that trusts it. */
export const startProvider = async (options: ProviderOptions = {}): Promise<RunningProvider> => {
  const { origin: issuer, serve, close }: Listening = await listen()
  const resourceSecret = randomUUID()
  const provider = new Provider(issuer, configuration(options, resourceSecret))
  if (options.tokenExchange) registerExchange(provider)
  if (options.assertionKey) registerAssertions(provider, options.assertionKey)
  const refreshes = { sent: [] as string[], refused: 0 }
  const note = ({ oidc: { params } }: KoaContextWithOIDC, isRefused: boolean) => {
    if (params?.['grant_type'] !== 'refresh_token') return
    refreshes.sent.push(`${params['refresh_token']}`)
    refreshes.refused += +isRefused
  }
  provider.on('grant.success', (context) => note(context, false))
  provider.on('grant.error', (context) => note(context, true))
  const answer = provider.callback()
  serve((request, response) =>
    request.url?.startsWith('/interaction/')
      ? interact(provider, options.user ?? 'consents', request, response)
      : answer(request, response),
  )
  const resource = await startResource(issuer, `resource-server:${resourceSecret}`)
  return {
    issuer,
    resource: resource.url,
    refreshes,
    close: async () => {
      await Promise.all([close(), resource.close()])
    },
  }
}
