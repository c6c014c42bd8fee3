import { conceal } from '../core/conceal.js'
import { OAuthError } from '../core/errors.js'
import { present } from '../core/present.js'
import type { AuthorizationServer } from '../core/server.js'
import { type ClientMetadata, wireMetadata } from './client-metadata.js'
import type { DoorContext, DoorOf, RequestOptions } from './context.js'
import { failedAnswer, fetchableUrl, moment, secretsOf, send } from './requests.js'
import { readRegistration } from './wire-endpoints.js'

/** How a registration is sent (RFC 7591 §3). */
export interface RegisterClientOptions extends RequestOptions, Partial<DoorContext> {
  /** What a server wants from those who may register. @default none: registration is open to all */
  readonly initialAccessToken?: string
}

/**
 * A client as the server has registered it (RFC 7591 §3.2.1): `createClient({ server, ...registration })`. Plain data, to
 * be kept: it belongs to this server alone. Inspecting it shows no secret in Node, Bun and Deno.
 */
export interface ClientRegistration {
  /** The name under which the server knows it now. */
  readonly clientId: string
  /** Absent for a public client. */
  readonly clientSecret?: string
  /** How the client authenticates, where the server says so and it needs no key. */
  readonly clientAuthentication?: 'client_secret_basic' | 'client_secret_post' | 'none'
  /** Epoch milliseconds; absent if the secret does not expire. */
  readonly clientSecretExpiresAt?: number
  /** Epoch milliseconds. */
  readonly clientIdIssuedAt?: number
  /** For the management of the registration (RFC 7592). */
  readonly registrationAccessToken?: string
  /** Where the registration is managed, with that token. */
  readonly registrationClientUri?: string
  /** Whose client it is. */
  readonly issuer?: string
  /** All that the server said, by its names at the wire: it may have registered something else than was asked for. */
  readonly raw: Readonly<Record<string, unknown>>
}

const builtIn = ['client_secret_basic', 'client_secret_post', 'none'] as const

/**
 * Registers a client (RFC 7591 §3.1).
 * @throws {OAuthError} `error_response` with `invalid_redirect_uri` or `invalid_client_metadata` (§3.2.2), `unsupported` if
 * the server has no registration endpoint, `invalid_argument`, `insecure_url`, `invalid_response`, and network failures.
 */
export const registerClient = async (
  doorOf: DoorOf,
  server: Pick<AuthorizationServer, 'issuer' | 'registrationEndpoint'>,
  metadata: ClientMetadata,
  options?: RegisterClientOptions,
): Promise<ClientRegistration> => {
  const { initialAccessToken, signal, ...door } = options ?? {}
  const context = doorOf(door)
  const url = fetchableUrl(server?.registrationEndpoint, 'registrationEndpoint', context.allowInsecureRequests).href
  const headers = new Headers({ accept: 'application/json', 'content-type': 'application/json' })
  if (initialAccessToken !== undefined) {
    if (typeof initialAccessToken !== 'string' || !/^[!-~]+$/.test(initialAccessToken)) {
      throw new OAuthError('invalid_argument', 'initialAccessToken is no token')
    }
    headers.set('authorization', `Bearer ${initialAccessToken}`)
  }
  const form = JSON.stringify(wireMetadata(metadata))
  // Sent twice, it would make two clients.
  const answer = await send(context, async () => ({ url, headers, form }), { signal, singleUse: true })
  const { data, problem, raw } = readRegistration(answer.body)
  // RFC 7591 §3.2.1 has 201; many servers say 200.
  if (!data || answer.status > 201) {
    const secrets = secretsOf(headers, new URLSearchParams())
    throw failedAnswer(answer, secrets, context.clock.now(), data ? 'a registration is answered with 201' : problem)
  }
  const method = data.token_endpoint_auth_method ?? metadata.tokenEndpointAuthMethod
  const shown = present({
    clientId: data.client_id,
    clientAuthentication: builtIn.find((name) => name === method),
    clientSecretExpiresAt: moment(0, data.client_secret_expires_at || undefined),
    clientIdIssuedAt: moment(0, data.client_id_issued_at || undefined),
    registrationClientUri: data.registration_client_uri,
    issuer: server.issuer,
  })
  const registration = present({
    ...shown,
    // Some issue one to a public client, which has no use for it.
    clientSecret: method === 'none' ? undefined : data.client_secret,
    registrationAccessToken: data.registration_access_token,
    raw,
  })
  return conceal(registration as ClientRegistration, shown)
}
