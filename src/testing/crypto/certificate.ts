import type { Bytes } from '../../core/bytes.js'
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
import type {
  CertificateName,
  MockCertificate,
  MockCertificateNames,
  MockCertificateOptions,
} from './certificate-options.js'
import { sha256Text } from './sha256.js'

takeReflectionBack()

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** Milliseconds. TLS knows no clock but the system's; a day back, for one that is behind. */
const day = 24 * 3600 * 1000
const life = 30 * day

/** RFC 4514 §2.1 writes the relative names from the last to the first. @returns `undefined` for a text that is no such name. */
const parsedName = (subject: string): JsonName | undefined => {
  try {
    const name = new Name(subject).toJSON().reverse()
    return name.length > 0 ? name : undefined
  } catch {
    return undefined
  }
}

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

const nameOf = (subject: string): JsonName => {
  const name = parsedName(subject)
  if (!name) throw invalid('subject must be a distinguished name, as CN=orders,O=Example')
  return name
}

const typeOf = { dns: 'dns', uri: 'url', ip: 'ip', email: 'email' } as const

const alternativeNames = (names: MockCertificateNames): SubjectAlternativeNameExtension => {
  const all: JsonGeneralNames = Object.entries(typeOf).flatMap(([kind, type]) =>
    (names[kind as keyof MockCertificateNames] ?? []).map((value) => ({ type, value })),
  )
  try {
    return new SubjectAlternativeNameExtension(all)
  } catch {
    throw invalid('names must be host names, URIs, IP addresses and email addresses, each in its own list')
  }
}

interface Signer {
  readonly issuer: X509Certificate
  readonly signingKey: CryptoKey
}

const signerOf = async ({ cert, key }: MockCertificate): Promise<Signer> => {
  try {
    const pkcs8 = PemConverter.decodeFirst(key)
    const signingKey = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign'])
    return { issuer: new X509Certificate(cert), signingKey }
  } catch {
    throw invalid('signedBy must be a certificate that createMockCertificate made')
  }
}

/**
 * Makes a certificate (RFC 5280), and the key that goes with it.
 * @throws {OAuthError} `invalid_argument` for a name that cannot be, or a signer that cannot sign.
 */
export const createCertificate = async ({
  subject = 'CN=bearward mock',
  names = {},
  signedBy,
  isAuthority = false,
}: MockCertificateOptions): Promise<MockCertificate> => {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const { issuer, signingKey = keys.privateKey } = signedBy ? await signerOf(signedBy) : {}
  const { digitalSignature, keyCertSign, cRLSign } = KeyUsageFlags
  const { serverAuth, clientAuth } = ExtendedKeyUsage
  const now = Date.now()
  const certificate = await X509CertificateGenerator.create({
    subject: nameOf(subject),
    issuer: issuer ? issuer.subjectName.toJSON() : nameOf(subject),
    notBefore: new Date(now - day),
    notAfter: new Date(now + life),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(isAuthority, undefined, true),
      new KeyUsagesExtension(isAuthority ? keyCertSign | cRLSign : digitalSignature, true),
      ...(isAuthority ? [] : [new ExtendedKeyUsageExtension([serverAuth, clientAuth])]),
      ...(Object.keys(names).length > 0 ? [alternativeNames(names)] : []),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer ? issuer.publicKey : keys.publicKey),
    ],
  })
  const cert = `${certificate.toString('pem')}\n`
  const key = `${PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')}\n`
  const thumbprint = sha256Text(new Uint8Array(certificate.rawData))
  return conceal({ cert, key, thumbprint }, { cert, thumbprint })
}

/** A host name in one spelling: an address of version 6 has many. */
const spelt = (kind: CertificateName['kind'], value: string): string => {
  if (kind === 'dns') return value.toLowerCase()
  return (kind === 'ip' && URL.parse(`http://[${value}]`)?.host) || value
}

/** Whether a certificate is of that subject, compared as a name is, or has that name beside it. */
export const hasName = (der: Bytes, { kind, value }: CertificateName): boolean => {
  const certificate = new X509Certificate(der)
  if (kind === 'subject') {
    return JSON.stringify(certificate.subjectName.toJSON()) === JSON.stringify(parsedName(value))
  }
  const { items = [] } = certificate.getExtension(SubjectAlternativeNameExtension)?.names ?? {}
  return items.some((name) => name.type === typeOf[kind] && spelt(kind, name.value) === spelt(kind, value))
}
