import { OAuthError } from '../core/errors.js'
import { secureUrl } from '../core/server.js'
import type { Token } from '../core/token.js'
import type { ClientContext } from './context.js'

/** What a server is told when it logs a user out (OpenID Connect RP-Initiated Logout §2). */
export interface LogoutOptions {
  /**
   * The user's ID token, or the token that it came with: whose session is to end. It goes into the URL, as the specification
   * has it, and so into the browser's history and the server's log; it is no credential, but it names the user.
   */
  readonly token?: string | Pick<Token, 'idToken'>
  /** Where the user comes back to, exactly as registered with the server. @default they stay there */
  readonly postLogoutRedirectUri?: string
  /** Comes back with the user. Only together with `postLogoutRedirectUri`. */
  readonly state?: string
  /** Who is to be logged out, where there is no ID token: a name, an address, whatever the server takes for one. */
  readonly logoutHint?: string
  /** BCP 47 language tags, the best first, parted by spaces. */
  readonly uiLocales?: string
  /** Vendor extras. One that the SDK sets itself is refused. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** The URL that logs the user out at the server (OpenID Connect RP-Initiated Logout §2). */
export const logoutUrl = async (
  { server, clientId, allowInsecureRequests }: ClientContext,
  { token, postLogoutRedirectUri, state, logoutHint, uiLocales, parameters }: LogoutOptions = {},
): Promise<string> => {
  const url = secureUrl(server.endSessionEndpoint, 'endSessionEndpoint', allowInsecureRequests)
  if (
    postLogoutRedirectUri !== undefined &&
    (!URL.canParse(postLogoutRedirectUri) || postLogoutRedirectUri.includes('#'))
  ) {
    throw new OAuthError('invalid_argument', 'postLogoutRedirectUri must be an absolute URL without a fragment')
  }
  if (state !== undefined && postLogoutRedirectUri === undefined) {
    throw new OAuthError('invalid_argument', 'state comes back with the user: it needs a postLogoutRedirectUri')
  }
  const own = {
    id_token_hint: typeof token === 'string' ? token : token?.idToken,
    client_id: clientId,
    post_logout_redirect_uri: postLogoutRedirectUri,
    state,
    logout_hint: logoutHint,
    ui_locales: uiLocales,
  }
  for (const name of Object.keys(parameters ?? {})) {
    if (name in own) throw new OAuthError('invalid_argument', `parameters must not hold ${name}: the SDK sets it`)
  }
  for (const [name, value] of Object.entries({ ...parameters, ...own })) {
    if (value) url.searchParams.set(name, value)
  }
  // A plus sign is a space to a form decoder only; %20 is one to every decoder.
  url.search = url.search.replaceAll('+', '%20')
  return url.href
}
