import type { KeyObject } from 'node:crypto'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'

/** A private key in each of its forms, and the public JWK that a server is given. */
export interface KeyForms {
  readonly pem: string
  readonly jwk: JsonWebKey
  readonly publicJwk: JsonWebKey
}

const formsOf = (key: KeyObject): KeyForms => ({
  pem: `${key.export({ type: 'pkcs8', format: 'pem' })}`,
  jwk: key.export({ format: 'jwk' }),
  publicJwk: createPublicKey(key).export({ format: 'jwk' }),
})

const made = new Map<string, KeyForms>()

/** A key of a kind, made once in a file: 2048 bits of RSA take their time. */
export const keyOf = (kind: 'rsa' | 'P-256' | 'P-384' | 'P-521' | 'ed25519'): KeyForms => {
  const key =
    made.get(kind) ??
    formsOf(
      (kind === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : kind === 'ed25519'
          ? generateKeyPairSync('ed25519')
          : generateKeyPairSync('ec', { namedCurve: kind })
      ).privateKey,
    )
  made.set(kind, key)
  return key
}
