import { randomUUID } from 'node:crypto'

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** In the shape of a JWT, because one of the peers reads the expiry from it. Nobody checks the signature. */
export const mint = (expiresAt: number): string =>
  `${part({ alg: 'none' })}.${part({ jti: randomUUID(), exp: expiresAt / 1000 })}.unsigned`
