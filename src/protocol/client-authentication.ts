import { OAuthError } from '../core/errors.js'
import type { AuthorizationServer } from '../core/server.js'

/**
 * Adds a client's proof of identity to a request that is about to be sent (RFC 6749 §2.3). Write one for a method that
 * is not built in; it is called anew for each try.
 */
export type ClientAuthentication = (request: {
  readonly headers: Headers
  readonly form: URLSearchParams
  readonly server: AuthorizationServer
  readonly clientId: string
  /** The URL that the request goes to. */
  readonly endpoint: string
  /** Epoch milliseconds, by the client's clock. */
  readonly now: number
}) => void | Promise<void>

/** A method by its name, or one of your own. With one of mutual TLS, the certificate is that of your `fetch`. */
export type ChosenAuthentication =
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'tls_client_auth'
  | 'self_signed_tls_client_auth'
  | 'none'
  | ClientAuthentication

const secretMethods = ['client_secret_basic', 'client_secret_post']
const methods = [...secretMethods, 'none', 'tls_client_auth', 'self_signed_tls_client_auth']

/**
 * What is chosen, or fits best.
 * @throws {OAuthError} `invalid_argument` or `unsupported` if there is none that fits.
 */
export const chosenAuthentication = ({
  server,
  clientSecret,
  clientAuthentication: chosen,
}: {
  readonly server: AuthorizationServer
  readonly clientSecret?: string
  readonly clientAuthentication?: ChosenAuthentication
}): ChosenAuthentication => {
  if (typeof chosen === 'function') return chosen
  const supported = server.tokenEndpointAuthMethodsSupported ?? ['client_secret_basic']
  const needed = `${chosen ?? supported}`
  if (/^(\w+_jwt(,|$))+$/.test(needed)) {
    throw new OAuthError('unsupported', `${needed} needs a clientAuthentication from bearward/jwt`)
  }
  // What was given is not shown: a secret may have been put in its place.
  if (!methods.includes(chosen ?? 'none')) {
    throw new OAuthError('invalid_argument', 'clientAuthentication is no known method, and no function')
  }
  const isMutualTls = chosen?.endsWith('tls_client_auth')
  if (!clientSecret) {
    if (chosen && chosen !== 'none' && !isMutualTls) {
      throw new OAuthError('invalid_argument', `${chosen} needs a clientSecret`)
    }
    return chosen ?? 'none'
  }
  const fitting = supported.find((method) => secretMethods.includes(method))
  if (chosen === 'none' || isMutualTls || (!fitting && (!chosen || `${supported}` === 'none'))) {
    throw new OAuthError('unsupported', `a client secret goes with none of: ${chosen ?? supported.join(', ')}`)
  }
  return chosen ?? (fitting as ChosenAuthentication)
}
