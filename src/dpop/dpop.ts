import { base64url } from '../core/base64url.js'
import { challengesOf } from '../core/challenge.js'
import { type Clock, systemClock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import type { DPoP, Proof, ProofKeyPair, ProofKeyPlace, ProofRequest } from '../core/proof.js'
import { sha256 } from '../protocol/digest.js'
import { algorithmOf, type ProofAlgorithm, parametersOf } from './algorithms.js'
import { makeKeyPair, type ProofKey, proofKeyOf } from './key-pair.js'

/** The key that tokens are bound to (RFC 9449). */
export interface DPoPOptions {
  /**
   * A `CryptoKeyPair`, or where one lives: `webKey()` of `bearward/web` for all tabs of a browser, `storedKey(store, key)` for
   * all processes of a server.
   * @default one that lives as long as this object does, and cannot be extracted
   */
  readonly key?: ProofKeyPair | ProofKeyPlace
  /** Of a key that is made here: one that exists keeps its own. @default 'ES256' */
  readonly alg?: ProofAlgorithm
  /**
   * Takes a `Bearer` token from a server that ignores the proof. Whoever steals such a token can use it, so that without this
   * the answer is refused (RFC 9449 §5).
   * @default false
   */
  readonly allowBearerTokens?: boolean
  /** What the proofs are dated by. @default the system's */
  readonly clock?: Clock
}

const inMemory = (): ProofKeyPlace => {
  let pair: ProofKeyPair | undefined
  return {
    keyPair: async (make) => {
      const made = pair ?? (await make(false))
      // Of two who came at once, the first one's is taken.
      pair ??= made
      return pair
    },
  }
}

const placeOf = (key: ProofKeyPair | ProofKeyPlace): ProofKeyPlace => {
  if (typeof (key as ProofKeyPlace | null)?.keyPair === 'function') return key as ProofKeyPlace
  const pair = key as ProofKeyPair
  algorithmOf(pair)
  return { keyPair: async () => pair }
}

const mostNonces = 1000

/** fetch writes these in upper case, and leaves all others as they are. */
const normalized = /^(delete|get|head|options|post|put)$/i

/** How a server says that it wants its nonce. In a page, the challenge of another origin may be hidden, and the nonce not. */
const wantsNonce = (status: number, headers: Headers, error: string | undefined): boolean => {
  // What has succeeded, or may have, is not done twice.
  if (status < 400) return false
  const header = headers.get('www-authenticate')
  const challenged = challengesOf(header).some(({ parameters }) => parameters['error'] === 'use_dpop_nonce')
  return error === 'use_dpop_nonce' || challenged || (status === 401 && header === null && error === undefined)
}

const textBytes = (text: string) => new TextEncoder().encode(text)

const part = (json: object): string => base64url(textBytes(JSON.stringify(json)))

const signed = async ({ alg, jwk, privateKey }: ProofKey, claims: object): Promise<string> => {
  const text = `${part({ typ: 'dpop+jwt', alg, jwk })}.${part(claims)}`
  const signature = await crypto.subtle.sign(parametersOf(alg), privateKey, textBytes(text))
  return `${text}.${base64url(new Uint8Array(signature))}`
}

/**
 * Binds tokens to a key (RFC 9449): whoever steals such a token cannot use it. For the client option `dpop`. The key is made
 * when it is first needed.
 * @throws {OAuthError} `invalid_argument` for an `alg` or a key that cannot be, `insecure_url` in a page without Web Crypto. A
 * proof fails with what the place of the key throws, and with `unsupported` where the runtime makes no such keys.
 */
export const createDPoP = ({
  key = inMemory(),
  alg: wantedAlg = 'ES256',
  allowBearerTokens = false,
  clock = systemClock,
}: DPoPOptions = {}): DPoP => {
  parametersOf(wantedAlg)
  if (!crypto.subtle)
    throw new OAuthError('insecure_url', 'this page must be https: browsers have no Web Crypto on others')
  const place = placeOf(key)
  /** By server: the nonces of an authorization server and of a resource are two things, also at one origin. */
  const nonces = new Map<string, string>()
  let current: ProofKey | undefined

  const keyFor = async (thumbprint?: string): Promise<ProofKey> => {
    if (current && (!thumbprint || thumbprint === current.thumbprint)) return current
    // Not a promise is kept: on workerd no request may wait for what another one has begun.
    const found = await proofKeyOf(await place.keyPair((extractable) => makeKeyPair(wantedAlg, extractable)))
    current = found
    if (!thumbprint || thumbprint === found.thumbprint) return found
    throw new OAuthError(
      'invalid_argument',
      'the token, or the code, is bound to another key: all who share it must share the key too (docs/guides/dpop.md)',
    )
  }

  const prove = async ({ method, url, token = {} }: ProofRequest): Promise<Proof> => {
    const { accessToken, keyThumbprint } = token
    const signingKey = await keyFor(keyThumbprint)
    const { origin, pathname } = new URL(url)
    const server = `${accessToken ? 'resource' : 'authorization'} ${origin}`
    const nonce = nonces.get(server)
    const header = await signed(signingKey, {
      jti: crypto.randomUUID(),
      htm: method.replace(normalized, (name) => name.toUpperCase()),
      htu: origin + pathname,
      iat: Math.floor(clock.now() / 1000),
      ...(accessToken && { ath: await sha256(accessToken) }),
      ...(nonce && { nonce }),
    })
    return {
      header,
      alg: signingKey.alg,
      heed: ({ status, headers }, error) => {
        const next = headers.get('dpop-nonce')
        if (!next) return false
        // A crawler meets many servers: what is forgotten costs one request.
        if (nonces.size > mostNonces) nonces.clear()
        nonces.set(server, next)
        // One that was sent and refused would be refused again.
        return next !== nonce && wantsNonce(status, headers, error)
      },
    }
  }
  return Object.freeze<DPoP>({ prove, thumbprint: async () => (await keyFor()).thumbprint, allowBearerTokens })
}
