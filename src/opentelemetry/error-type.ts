import { OAuthError } from '../core/errors.js'

/** The errors that specifications register. A server's own may be any number, and may say anything. */
const registered =
  /^(invalid_(request|client|grant|scope|token|target|dpop_proof|redirect_uri|client_metadata|authorization_details)|unauthorized_client|unsupported_(grant|token|response)_type|access_denied|server_error|temporarily_unavailable|authorization_pending|slow_down|expired_token|use_dpop_nonce|insufficient_(scope|user_authentication)|(login|consent|interaction)_required)$/

/** As runtimes write them: `ECONNREFUSED`, `UND_ERR_SOCKET`, `CERT_HAS_EXPIRED`. */
const systemCode = /^[A-Z][A-Z_]{2,60}$/

const known = /^(Abort|Network|Range|Syntax|Timeout|Type)?Error$/

interface Failure {
  readonly name?: unknown
  readonly code?: unknown
  readonly error?: unknown
  readonly cause?: { readonly code?: unknown }
}

/** What an error is called: one of few words, and never what somebody else has written. */
export const errorTypeOf = (failure: unknown): string => {
  const { name, code, error, cause } = (failure ?? {}) as Failure
  if (failure instanceof OAuthError) return registered.test(`${error}`) ? `${error}` : `${code}`
  const system = [cause?.code, code].find((text) => systemCode.test(`${text}`))
  return system ? `${system}` : known.test(`${name}`) ? `${name}` : '_OTHER'
}
