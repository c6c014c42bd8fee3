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
  ERR_JWKS_TIMEOUT: 'the key set did not come in time',
}

const wrong: readonly string[] = ['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED']

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
  const answer = await fetch(jwksUri, {
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
  })
  if (!answer.ok) return unverified(`the key set was answered with ${answer.status}`)
  try {
    const keys = jose.createLocalJWKSet((await answer.json()) as JSONWebKeySet)
    await jose.compactVerify(token, keys)
  } catch (failure) {
    const { code = '' } = failure as { code?: string }
    const reason = reasons[code] ?? 'it, or the key set, cannot be used'
    return { signature: wrong.includes(code) ? 'wrong' : 'not verified', reason }
  }
  if (claims['iss'] === issuer) return { signature: 'verified' }
  return { signature: 'wrong', reason: 'the token names another issuer than the server' }
}
