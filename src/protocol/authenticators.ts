import { OAuthError } from '../core/errors.js'
import type { ClientAuthentication } from './client-authentication.js'
import type { ClientContext } from './context.js'

/**
 * Says who the client is, and no more: a public one proves nothing (RFC 6749 §3.2.1), and with mutual TLS the certificate of
 * the connection is the proof (RFC 8705 §2).
 */
const clientIdAlone: ClientAuthentication = ({ form, clientId }) => form.set('client_id', clientId)

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

const methods: Readonly<Record<string, (secret: string) => ClientAuthentication>> = {
  client_secret_basic: clientSecretBasic,
  client_secret_post: clientSecretPost,
}

/** What a chosen method does to a request. */
export const authenticatorOf = ({
  authentication,
  clientSecret = '',
}: Pick<ClientContext, 'authentication' | 'clientSecret'>): ClientAuthentication =>
  typeof authentication === 'function' ? authentication : (methods[authentication]?.(clientSecret) ?? clientIdAlone)

/** Refuses a request that would carry two proofs, or a secret twice (RFC 6749 §2.3). */
export const assertOneAuthentication = (headers: Headers, form: URLSearchParams): void => {
  const proofs = [headers.has('authorization'), form.has('client_secret'), form.has('client_assertion')]
  if (proofs.filter(Boolean).length > 1) {
    throw new OAuthError('invalid_argument', 'a request must carry one client authentication: this one has several')
  }
}
