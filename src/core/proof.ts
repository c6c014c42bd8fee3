import type { Token } from './token.js'

// Proof of possession (RFC 9449): what carries a token and what asks for one need of it. `bearward/dpop` makes it.

/** The request that a proof is for (RFC 9449 §4.2). */
export interface ProofRequest {
  /** `GET`, `POST`, …. */
  readonly method: string
  /** The proof leaves out its query and its fragment. */
  readonly url: string
  /** The token that goes with it, or the key that what is sent is bound to. */
  readonly token?: Partial<Pick<Token, 'accessToken' | 'keyThumbprint'>>
}

/** A proof for one request: it works once. */
export interface Proof {
  /** The value of the `DPoP` header. */
  readonly header: string
  /** The JWS algorithm that it is signed with. */
  readonly alg: string
  /**
   * Remembers the nonce that came with the answer. `error` is the OAuth error in its body.
   * @returns whether the server refuses for want of that nonce: the request may then go out once more, with another proof.
   */
  heed(answer: { readonly status: number; readonly headers: Headers }, error?: string): boolean
}

/** Proves that a client holds its key. Made by `createDPoP` of `bearward/dpop`. */
export interface DPoP {
  /** @throws {OAuthError} `invalid_argument` if the token is bound to another key, and what the place of the key throws. */
  prove(request: ProofRequest): Promise<Proof>
  /** The JWK thumbprint of the key (RFC 7638, SHA-256). */
  thumbprint(): Promise<string>
  /** A server that binds no tokens is put up with. */
  readonly allowBearerTokens: boolean
}

/** What a `CryptoKey` tells of itself: one of Node's types is none of the DOM's, and a program may have either. */
interface HostKey {
  readonly type: string
  readonly extractable: boolean
  readonly algorithm: { readonly name: string }
}

/** A `CryptoKeyPair`. */
export interface ProofKeyPair {
  readonly privateKey: HostKey
  readonly publicKey: HostKey
}

/** Where a key lives, so that all who share its tokens can use them: `webKey()`, `storedKey(store, key)`, or one of your own. */
export interface ProofKeyPlace {
  /**
   * The key pair that is there, or else one that `make` makes, which is then there. All who ask get the same one, also at the
   * same moment. `extractable` makes one whose private key can be exported.
   */
  keyPair(make: (extractable: boolean) => Promise<ProofKeyPair>): Promise<ProofKeyPair>
}
