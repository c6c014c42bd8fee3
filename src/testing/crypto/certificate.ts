import { takeReflectionBack } from './lent-reflection.js'

// After the loan, since it is asked for as soon as this is loaded.

import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralNames,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { conceal } from '../../core/conceal.js'
import { OAuthError } from '../../core/errors.js'
import { base64url } from './base64url.js'
import type {
  CertificateName,
  MockCertificate,
  MockCertificateNames,
  MockCertificateOptions,
} from './certificate-options.js'

takeReflectionBack()

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** Milliseconds. TLS knows no clock but the system's; a day back, for one that is behind. */
const day = 24 * 3600 * 1000
const life = 30 * day

/**
 * RFC 4514 §2.1 writes the relative names from the last to the first.
 * @throws {OAuthError} `invalid_argument` for a text that is no such name.
 */
const nameOf = (subject: string): JsonName => {
  const invalid = () =>
    new OAuthError('invalid_argument', 'subject must be a distinguished name, as CN=orders,O=Example')
  try {
    const name = new Name(subject).toJSON().reverse()
    if (name.length > 0) return name
  } catch {
    throw invalid()
  }
  throw invalid()
}

const typeOf = { dns: 'dns', uri: 'url', ip: 'ip', email: 'email' } as const

const generalNames = (names: MockCertificateNames): JsonGeneralNames =>
  Object.entries(typeOf).flatMap(([kind, type]) =>
    (names[kind as keyof MockCertificateNames] ?? []).map((value) => ({ type, value })),
  )

const privateKeyOf = ({ key }: MockCertificate): Promise<CryptoKey> =>
  crypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(key), algorithm, false, ['sign'])

const thumbprintOf = async (der: BufferSource): Promise<string> =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', der)))

/** Makes a certificate (RFC 5280), and the key that goes with it. */
export const createCertificate = async ({
  subject = 'CN=bearward mock',
  names = {},
  signedBy,
  isAuthority = false,
}: MockCertificateOptions): Promise<MockCertificate> => {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const issuer = signedBy && new X509Certificate(signedBy.cert)
  const { digitalSignature, keyCertSign, cRLSign } = KeyUsageFlags
  const { serverAuth, clientAuth } = ExtendedKeyUsage
  const now = Date.now()
  const certificate = await X509CertificateGenerator.create({
    subject: nameOf(subject),
    issuer: issuer ? issuer.subjectName.toJSON() : nameOf(subject),
    notBefore: new Date(now - day),
    notAfter: new Date(now + life),
    publicKey: keys.publicKey,
    signingKey: signedBy ? await privateKeyOf(signedBy) : keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(isAuthority, undefined, true),
      new KeyUsagesExtension(isAuthority ? keyCertSign | cRLSign : digitalSignature, true),
      ...(isAuthority ? [] : [new ExtendedKeyUsageExtension([serverAuth, clientAuth])]),
      ...(Object.keys(names).length > 0 ? [new SubjectAlternativeNameExtension(generalNames(names))] : []),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer ? issuer.publicKey : keys.publicKey),
    ],
  })
  const cert = `${certificate.toString('pem')}\n`
  const key = `${PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')}\n`
  const thumbprint = await thumbprintOf(certificate.rawData)
  return conceal({ cert, key, thumbprint }, { cert, thumbprint })
}

/** A host name in one spelling: an address of version 6 has many. */
const spelt = (kind: CertificateName['kind'], value: string): string => {
  if (kind === 'dns') return value.toLowerCase()
  return kind === 'ip' && value.includes(':') ? new URL(`http://[${value}]`).host : value
}

/** Whether a certificate is of that subject, compared as a name is, or has that name beside it. */
export const hasName = (der: Uint8Array<ArrayBuffer>, { kind, value }: CertificateName): boolean => {
  const certificate = new X509Certificate(der)
  if (kind === 'subject') {
    return JSON.stringify(certificate.subjectName.toJSON()) === JSON.stringify(nameOf(value))
  }
  const { items = [] } = certificate.getExtension(SubjectAlternativeNameExtension)?.names ?? {}
  return items.some((name) => name.type === typeOf[kind] && spelt(kind, name.value) === spelt(kind, value))
}
