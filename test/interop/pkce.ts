import { createHash, randomBytes } from 'node:crypto'

/** For the clients that have no PKCE of their own (RFC 7636 §4.1). */
export const newVerifier = (): string => randomBytes(32).toString('base64url')

export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')
