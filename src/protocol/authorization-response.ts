import { OAuthError } from '../core/errors.js'
import type { AuthorizationRequest } from './authorization-request.js'
import { sha256 } from './digest.js'

/** What the user's browser brought back: a URL or its query, or the request itself (`response_mode=form_post` too). */
export type Callback = string | URL | URLSearchParams | Request

/** What is left of an authorization response that has been judged (RFC 6749 §4.1.2). */
export interface AuthorizationResponse {
  /** The authorization code: works once. */
  readonly code: string
}

/**
 * Judges an authorization response against the request it must belong to (RFC 6749 §4.1.2, RFC 9207): `state`, then
 * `iss`, and only then an error or the code. Where the request knows no issuer, an `iss` that comes is not judged.
 * @throws {OAuthError} `state_mismatch`, `issuer_mismatch`, `invalid_callback`, or `authorization_refused` with the server's
 * `error` (`login_required` and its like where `prompt=none` was not enough).
 */
export const authorizationResponse = async (
  callback: Callback,
  request: AuthorizationRequest,
): Promise<AuthorizationResponse> => {
  let parameters: URLSearchParams
  try {
    parameters = new URLSearchParams(
      (callback as Request).method === 'POST'
        ? await (callback as Request).clone().text()
        : `${(callback as Request).url ?? callback}`.replace(/^[^?]*\?|#.*/g, ''),
    )
  } catch {
    // Its body was read before, or broke off.
    throw new OAuthError('invalid_callback', 'callback has no text')
  }
  const one = (name: string): string | undefined => {
    const [value, again] = parameters.getAll(name)
    if (again !== undefined) throw new OAuthError('invalid_callback', `callback has two ${name}`)
    return value
  }
  const state = one('state')
  const iss = one('iss')
  const error = one('error')
  const code = one('code')
  // Digests are compared, so that the time it takes tells nothing of the state.
  if (!state || (await sha256(request?.state)) !== (await sha256(state))) {
    throw new OAuthError('state_mismatch', 'callback has another state')
  }
  if (request.issuer && (iss ? iss !== request.issuer : request.issuerRequired)) {
    throw new OAuthError('issuer_mismatch', 'callback has another iss')
  }
  if (error) {
    throw new OAuthError('authorization_refused', error, {
      error,
      errorUri: one('error_uri'),
      errorDescription: one('error_description'),
    })
  }
  if (!code) throw new OAuthError('invalid_callback', 'callback has no code')
  return { code }
}
