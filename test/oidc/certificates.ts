import './reflect-metadata.ts'
import { randomUUID, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

x509.cryptoProvider.set(webcrypto as Crypto)

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const day = 24 * 3600 * 1000

/** A certificate with its key, both as PEM. */
export interface Certified {
  readonly cert: string
  readonly key: string
  readonly keys: CryptoKeyPair
  readonly certificate: x509.X509Certificate
}

const validity = () => ({ notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + day) })

const certified = async (keys: CryptoKeyPair, certificate: x509.X509Certificate): Promise<Certified> => ({
  cert: certificate.toString('pem'),
  key: x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
  ...{ keys, certificate },
})

const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<CryptoKeyPair>
const serialNumber = () => `01${randomUUID().replaceAll('-', '')}`

/** A certificate authority of the test's own, or a client that signs for itself. */
export const selfSigned = async (name: string, isAuthority = false): Promise<Certified> => {
  const keys = await newKeys()
  const extensions = isAuthority ? [new x509.BasicConstraintsExtension(true, 1, true)] : []
  const made = { serialNumber: serialNumber(), name, keys, extensions, signingAlgorithm: algorithm, ...validity() }
  return certified(keys, await x509.X509CertificateGenerator.createSelfSigned(made))
}

export const signedBy = async (authority: Certified, subject: string): Promise<Certified> => {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: serialNumber(), subject, issuer: authority.certificate.subject, ...validity() },
    ...{ publicKey: keys.publicKey, signingKey: authority.keys.privateKey, signingAlgorithm: algorithm },
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
  })
  return certified(keys, certificate)
}
