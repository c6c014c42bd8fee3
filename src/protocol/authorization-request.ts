import { OAuthError } from '../core/errors.js'
import { type Scope, scopeParameter } from '../core/scope.js'
import { type AuthorizationServer, secureUrl } from '../core/server.js'
import { randomText, sha256 } from './digest.js'

/** What the user is asked to authorize (RFC 6749 §4.1.1). State, nonce and PKCE are added. */
export interface AuthorizationRequestOptions {
  /** An absolute URL without a fragment, exactly as registered with the server. */
  readonly redirectUri: string
  /** @default the server's own default */
  readonly scope?: Scope
  /** Asks for a refresh token, where the server has its own way to: `offlineAccessParameters`. @default false */
  readonly offlineAccess?: boolean
  /**
   * Where the token is to be used: absolute URIs without a fragment (RFC 8707 §2).
   * @default the server's own default
   */
  readonly resource?: string | readonly string[]
  /** Vendor extras such as `prompt` or `login_hint`. One that the SDK sets itself is refused. */
  readonly parameters?: Readonly<Record<string, string>>
  /**
   * Weakens PKCE for a server that cannot do S256: `plain` shows the verifier to whoever sees the URL, `none` leaves an
   * intercepted code usable by its thief (RFC 9700 §2.1.1).
   * @default S256 is used
   */
  readonly insecurePkce?: 'plain' | 'none'
}

/** Where the user goes, and what must be kept until the callback: plain JSON, secret, one for each attempt. */
export interface AuthorizationRequest {
  /** Send the user's browser here. */
  readonly url: string
  /** What the callback must bring back (RFC 6749 §10.12). */
  readonly state: string
  /** Who asks: another client is not given the code. */
  readonly clientId: string
  /** Where the user comes back to. */
  readonly redirectUri: string
  /** Proves that the code comes back to whom it was asked for by (RFC 7636 §4.1). */
  readonly codeVerifier?: string | undefined
  /** Sent where the scope holds `openid`. */
  readonly nonce?: string | undefined
  /** Seconds: the `max_age` of a request that was pushed; another one has it in its URL. */
  readonly maxAge?: number | undefined
  /** The scope asked for. */
  readonly scope?: string | undefined
  /** Who must have answered, where that is known (RFC 9207). */
  readonly issuer?: string | undefined
  /** The response must carry `iss` (RFC 9207). */
  readonly issuerRequired?: boolean | undefined
  /** The key that the code is bound to (RFC 9449 §10). */
  readonly keyThumbprint?: string | undefined
  /** Epoch milliseconds after which the URL is no use, if the request was pushed (RFC 9126 §2.2). */
  readonly expiresAt?: number | undefined
}

/**
 * Builds an authorization request with PKCE (RFC 6749 §4.1.1, RFC 7636).
 * @throws {OAuthError} `invalid_argument`, `insecure_url`, or `unsupported` if the server
 * has no authorization endpoint.
 */
export const authorizationRequest = async ({
  server,
  clientId,
  redirectUri,
  scope: scopes,
  offlineAccess,
  parameters,
  insecurePkce,
  allowInsecureRequests,
  resource,
}: AuthorizationRequestOptions & {
  readonly server: Partial<AuthorizationServer>
  readonly clientId: string
  /** Allows plain `http` beyond loopback. @default false */
  readonly allowInsecureRequests?: boolean
}): Promise<AuthorizationRequest> => {
  const url = secureUrl(server.authorizationEndpoint, 'authorizationEndpoint', allowInsecureRequests)
  if (!clientId || !URL.parse(redirectUri)) {
    throw new OAuthError('invalid_argument', 'clientId, redirectUri must be set')
  }
  // Browsers have Web Crypto on https pages only: it is the page that must be one.
  if (!crypto.subtle) throw new OAuthError('insecure_url', 'page must be https')
  const scope = scopeParameter(scopes)
  const offline = offlineAccess ? server.offlineAccessParameters : undefined
  const codeVerifier = insecurePkce !== 'none' ? randomText() : undefined
  const own: Record<string, string | readonly string[] | undefined> = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: [scope, offline?.['scope']]
      .join(' ')
      .trim()
      .replace(/\s+/g, server.scopeSeparator ?? ' '),
    state: randomText(),
    nonce: /openid/.test(scope as string) ? randomText() : undefined,
    code_challenge: insecurePkce ? codeVerifier : await sha256(codeVerifier as string),
    code_challenge_method: codeVerifier && (insecurePkce ?? 'S256'),
    resource,
  }
  for (const name in parameters) {
    if (name in own) throw new OAuthError('invalid_argument', `${name} must not be set`)
  }
  const all = { ...offline, ...parameters, ...own }
  for (const name in all) {
    for (const value of [all[name]].flat()) if (value) url.searchParams.append(name, value)
  }
  // A plus sign is a space to a form decoder only; %20 is one to every decoder.
  url.search = url.search.replaceAll('+', '%20')
  return {
    url: url.href,
    state: own['state'] as string,
    nonce: own['nonce'] as string | undefined,
    codeVerifier,
    clientId,
    redirectUri,
    scope,
    issuer: server.issuer,
    issuerRequired: server.authorizationResponseIssParameterSupported,
  }
}
