interface ProofAlgorithm {
  readonly kty: string
  /** What the thumbprint of a key is made of (RFC 7638 §3.2, RFC 8037 §2). */
  readonly members: readonly string[]
  /** What it is to Web Crypto. */
  readonly web: {
    readonly name: string
    readonly namedCurve?: string
    readonly hash?: string
    readonly saltLength?: number
  }
}

const ed25519: ProofAlgorithm = { kty: 'OKP', members: ['crv', 'kty', 'x'], web: { name: 'Ed25519' } }

export const algorithms: ReadonlyMap<string, ProofAlgorithm> = new Map<string, ProofAlgorithm>([
  [
    'ES256',
    { kty: 'EC', members: ['crv', 'kty', 'x', 'y'], web: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } },
  ],
  ['EdDSA', ed25519],
  // What RFC 9864 §2.2 calls it.
  ['Ed25519', ed25519],
  ['PS256', { kty: 'RSA', members: ['e', 'kty', 'n'], web: { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 } }],
  ['RS256', { kty: 'RSA', members: ['e', 'kty', 'n'], web: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } }],
])

/** The JWS algorithms that a proof may be signed with. */
export const proofAlgorithms: readonly string[] = [...algorithms.keys()]
