import type { CertificateName } from '../crypto/certificate-options.js'
import { sha256Text } from '../crypto/sha256.js'
import type { MockAuthorizationServerOptions, MockClient } from '../options.js'
import type { ShownCertificate } from '../ways/received-request.js'

/** How a client names the certificate that it will show (RFC 8705 §2.1.2). */
const nameFields = {
  tlsClientAuthSubjectDn: 'subject',
  tlsClientAuthSanDns: 'dns',
  tlsClientAuthSanUri: 'uri',
  tlsClientAuthSanIp: 'ip',
  tlsClientAuthSanEmail: 'email',
} as const

/** The names that a client is registered with. */
export const certificateNamesOf = (client: MockClient): readonly CertificateName[] =>
  Object.entries(nameFields).flatMap(([field, kind]) => {
    const value = client[field as keyof typeof nameFields]
    return value === undefined ? [] : [{ kind, value }]
  })

/** `x5t#S256` (RFC 8705 §3.1). */
export const thumbprintOf = ({ der }: ShownCertificate): string => sha256Text(der)

/** It authenticates by its certificate (RFC 8705 §2). */
export const isMutualTls = ({ tokenEndpointAuthMethod: method }: MockClient): boolean =>
  method === 'tls_client_auth' || method === 'self_signed_tls_client_auth'

/** Whether there is anybody who would show one. */
export const asksForCertificates = ({
  clients,
  certificateAuthorities = [],
}: MockAuthorizationServerOptions): boolean =>
  certificateAuthorities.length > 0 ||
  clients.some((client) => isMutualTls(client) || client.tlsClientCertificateBoundAccessTokens)

/** RFC 8705 §2.2: the certificate itself is registered, as `x5c` (RFC 7517 §4.7) or by its thumbprint (§4.9). */
const isRegistered = (certificate: ShownCertificate, { jwks }: MockClient): boolean => {
  const thumbprint = thumbprintOf(certificate)
  const encoded = btoa(String.fromCharCode(...certificate.der))
  return (jwks?.keys ?? []).some((key) => key['x5t#S256'] === thumbprint || key.x5c?.[0] === encoded)
}

/** Why the certificate of a connection does not prove a client (RFC 8705 §2.1, §2.2); `undefined` if it does. */
export const certificateFlaw = async (
  client: MockClient,
  certificate: ShownCertificate | undefined,
): Promise<string | undefined> => {
  if (!certificate) return 'the connection shows no client certificate'
  if (client.tokenEndpointAuthMethod === 'self_signed_tls_client_auth') {
    return isRegistered(certificate, client) ? undefined : 'the certificate is not the one that is registered'
  }
  if (!certificate.isVouchedFor) return 'no authority that is trusted here vouches for the certificate'
  const { hasName } = await import('../crypto/certificate.js')
  const isNamed = certificateNamesOf(client).every((name) => hasName(certificate.der, name))
  return isNamed ? undefined : 'the certificate is of another subject than the one that is registered'
}
