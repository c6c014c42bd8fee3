import { createHash, randomBytes } from 'node:crypto'

/** What a cookie holds: 256 random bits, which say nothing and which nobody guesses. */
export const createOpaqueId = (): string => randomBytes(32).toString('base64url')

/** What the database holds in its place: who reads the table there has no cookie to use. */
export const fingerprintOf = (id: string): string => createHash('sha256').update(id).digest('base64url')
