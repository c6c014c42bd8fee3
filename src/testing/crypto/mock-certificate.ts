import type { MockCertificate, MockCertificateOptions } from './certificate-options.js'

/**
 * Makes a certificate of 30 days for tests, with a key on P-256: one that a client shows (RFC 8705), one for `listen`, or
 * an authority that signs others.
 */
export const createMockCertificate = async (options: MockCertificateOptions = {}): Promise<MockCertificate> =>
  (await import('./certificate.js')).createCertificate(options)
