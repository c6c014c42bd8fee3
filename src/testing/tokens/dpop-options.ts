/** What a server asks of DPoP proofs (RFC 9449). */
export interface MockDPoPOptions {
  /** Every token must be bound: a request without a proof is refused. @default false */
  readonly required?: boolean
  /** The servers that want a nonce of their own in every proof (§8, §9). @default none does */
  readonly nonce?: 'authorization-server' | 'resource' | 'both'
  /** Seconds after which a nonce is followed by another one; it is good for as long again. @default 60 */
  readonly nonceLifetime?: number
}
