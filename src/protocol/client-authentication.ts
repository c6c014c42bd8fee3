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

/** A public client says who it is, and proves nothing (RFC 6749 §3.2.1). */
export const none: ClientAuthentication = ({ form, clientId }) => form.set('client_id', clientId)

/** The certificate of the connection is the proof: the request says whose it is (RFC 8705 §2). */
export const mutualTls: ClientAuthentication = ({ form, clientId }) => form.set('client_id', clientId)

/** `client_secret_post` (RFC 6749 §2.3.1). */
const clientSecretPost =
  (secret: string): ClientAuthentication =>
  ({ form, clientId }) => {
    form.set('client_id', clientId)
    form.set('client_secret', secret)
  }

/**
 * What a form decoder, or the split at the colon, would read wrongly. Encoding more would be right by the letter and
 * wrong in practice: many servers do not decode at all, and for them `-` must stay `-`.
 */
const misread = /[%+:&=\s\p{Cc}]|\P{ASCII}/gu

const formEncode = (text: string): string => text.replace(misread, encodeURIComponent)

/** `client_secret_basic` (RFC 6749 §2.3.1), encoded as the server decodes it. */
const clientSecretBasic =
  (secret: string): ClientAuthentication =>
  ({ headers, form, server, clientId }) => {
    const raw = server.basicEncoding === 'raw'
    if (raw && clientId.includes(':'))
      throw new OAuthError('invalid_argument', 'raw Basic cannot carry a colon in clientId')
    const encode = raw ? String : formEncode
    const credentials = new TextEncoder().encode(`${encode(clientId)}:${encode(secret)}`)
    headers.set('authorization', `Basic ${btoa(String.fromCharCode(...credentials))}`)
    if (server.basicClientIdInBody) form.set('client_id', clientId)
  }

/** Refuses a request that would carry two proofs, or a secret twice (RFC 6749 §2.3). */
export const assertOneAuthentication = (headers: Headers, form: URLSearchParams): void => {
  const proofs = [headers.has('authorization'), form.has('client_secret'), form.has('client_assertion')]
  if (proofs.filter(Boolean).length > 1) {
    throw new OAuthError('invalid_argument', 'a request must carry one client authentication: this one has several')
  }
}

/** A method by its name, or one of your own. With one of mutual TLS, the certificate is that of your `fetch`. */
export type ChosenAuthentication =
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'tls_client_auth'
  | 'self_signed_tls_client_auth'
  | 'none'
  | ClientAuthentication

const secretMethods = { client_secret_basic: clientSecretBasic, client_secret_post: clientSecretPost }

/** @throws {OAuthError} `invalid_argument` or `unsupported` if there is none that fits. */
export const chosenAuthentication = ({
  server,
  clientSecret,
  clientAuthentication: chosen,
}: {
  readonly server: AuthorizationServer
  readonly clientSecret?: string
  readonly clientAuthentication?: ChosenAuthentication
}): ClientAuthentication => {
  if (typeof chosen === 'function') return chosen
  const isMutualTls = chosen?.endsWith('tls_client_auth')
  const supported = server.tokenEndpointAuthMethodsSupported ?? ['client_secret_basic']
  const needed = `${chosen ?? supported}`
  if (/^(\w+_jwt,?)+$/.test(needed)) {
    throw new OAuthError('unsupported', `${needed} needs a clientAuthentication from bearward/jwt`)
  }
  if (!clientSecret) {
    if (isMutualTls) return mutualTls
    if (chosen && chosen !== 'none') throw new OAuthError('invalid_argument', `${chosen} needs a clientSecret`)
    return none
  }
  const fitting = supported.find((method): method is keyof typeof secretMethods => Object.hasOwn(secretMethods, method))
  if (chosen === 'none' || isMutualTls || (!fitting && (!chosen || `${supported}` === 'none'))) {
    throw new OAuthError('unsupported', `a client secret goes with none of: ${chosen ?? supported.join(', ')}`)
  }
  return secretMethods[(chosen ?? fitting) as keyof typeof secretMethods](clientSecret)
}
