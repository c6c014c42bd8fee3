import { thumbprintOf } from '../clients/client-certificate.js'
import type { MockClient } from '../options.js'
import { refusal } from '../refusal.js'
import type { Confirmation, MockContext } from '../state.js'
import type { ReceivedRequest, ShownCertificate } from '../ways/received-request.js'
import { boundKeyOf } from './token-proof.js'

/** What a request for tokens has proved to hold, to which they are bound (RFC 9449 §5, RFC 8705 §3). */
export const confirmationOf = async (
  request: ReceivedRequest,
  client: MockClient,
  context: MockContext,
): Promise<Confirmation | undefined> => {
  const jkt = await boundKeyOf(request, client, context)
  const { certificate } = request
  if (!client.tlsClientCertificateBoundAccessTokens) return jkt === undefined ? undefined : { jkt }
  if (!certificate) throw refusal(context.profile, 'certificate_missing')
  return { ...(jkt !== undefined && { jkt }), 'x5t#S256': thumbprintOf(certificate) }
}

/** Why a connection does not prove what a token is bound to (RFC 8705 §3); `undefined` if it does, or if it need not. */
export const certificateBindingFlaw = (
  cnf: Confirmation | undefined,
  certificate: ShownCertificate | undefined,
): string | undefined => {
  const bound = cnf?.['x5t#S256']
  if (bound === undefined) return undefined
  if (!certificate) return 'the access token is bound to a certificate, and the connection shows none'
  return thumbprintOf(certificate) === bound ? undefined : 'the access token is bound to another certificate'
}
