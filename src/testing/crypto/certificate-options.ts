/** The names of a certificate beside its subject (RFC 5280 §4.2.1.6). */
export interface MockCertificateNames {
  readonly dns?: readonly string[]
  readonly uri?: readonly string[]
  readonly ip?: readonly string[]
  readonly email?: readonly string[]
}

/** A name that a certificate may have (RFC 8705 §2.1.2). */
export interface CertificateName {
  readonly kind: 'subject' | keyof MockCertificateNames
  readonly value: string
}

/** Whom a certificate names, and who vouches for it. */
export interface MockCertificateOptions {
  /** A distinguished name (RFC 4514). @default 'CN=bearward mock' */
  readonly subject?: string
  /** @default none */
  readonly names?: MockCertificateNames
  /** The authority that vouches for it. @default it is self-signed */
  readonly signedBy?: MockCertificate
  /** It vouches for others. @default false */
  readonly isAuthority?: boolean
}

/** A certificate for tests. Printing it shows no key; its JSON does. */
export interface MockCertificate {
  /** PEM (RFC 7468). */
  readonly cert: string
  /** The private key: PKCS #8, in PEM. */
  readonly key: string
  /** Its SHA-256 in base64url: the `x5t#S256` of a token that is bound to it (RFC 8705 §3.1). */
  readonly thumbprint: string
}
