import type { JSONWebKeySet } from 'jose'
import type { AuthorizationServer } from '../index.js'

/** What was found of a signature. */
export interface Verification {
  readonly signature: 'verified' | 'wrong' | 'not verified'
  /** Why it is wrong, or was not verified. */
  readonly reason?: string
}

const unverified = (reason: string): Verification => ({ signature: 'not verified', reason })

const reasons: Readonly<Record<string, string>> = {
  ERR_JWKS_NO_MATCHING_KEY: 'none of the keys of the server has made it',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'it is not that of the key that is named',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'more than one key of the server may have made it',
}

const wrong: readonly string[] = ['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED']

/** Bytes of a key set; far more than one has. */
const largest = 1024 * 1024

/** @throws {Error} which says why the key set cannot be had. */
const readKeySet = async (jwksUri: string, signal: AbortSignal): Promise<JSONWebKeySet> => {
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(10_000)])
  const { ok, status, body } = await fetch(jwksUri, { redirect: 'error', signal: inTime })
  if (!ok) throw new Error(`the server answered ${status}`)
  const decoder = new TextDecoder()
  let [text, size] = ['', 0]
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > largest) throw new Error('the answer is over 1 MiB')
    text += decoder.decode(chunk, { stream: true })
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('the answer is no JSON')
  }
}

const whyNot = (failure: unknown): string => {
  const { message, name, cause } = failure as Error
  if (name === 'TimeoutError') return 'it did not come in time'
  return (cause instanceof Error && cause.message) || message
}

/** Verifies with the keys that the server names now (RFC 7517, RFC 7515 §5.2). Claims are for the reader to judge. */
export const verification = async (
  token: string,
  { issuer, jwksUri }: AuthorizationServer,
  claims: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Verification> => {
  if (!jwksUri) return unverified('the server names no key set')
  const jose = await import('jose').catch(() => undefined)
  if (!jose) return unverified('that needs the package jose beside bearward')
  let keySet: JSONWebKeySet
  try {
    keySet = await readKeySet(jwksUri, signal)
  } catch (failure) {
    signal.throwIfAborted()
    return unverified(`the key set at ${jwksUri} cannot be had: ${whyNot(failure)}`)
  }
  try {
    const keys = jose.createLocalJWKSet(keySet)
    await jose.compactVerify(token, keys)
  } catch (failure) {
    const { code = '' } = failure as { readonly code?: string }
    const reason = reasons[code] ?? 'it, or the key set, cannot be used'
    return { signature: wrong.includes(code) ? 'wrong' : 'not verified', reason }
  }
  if (claims['iss'] === issuer) return { signature: 'verified' }
  return { signature: 'wrong', reason: 'the token names another issuer than the server' }
}
