import { createHash, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose'

export interface Presented {
  readonly method: string
  readonly url: string
  readonly accessToken: string
  readonly proof: string | undefined
}

/** What is wrong with a proof: the `error` of the challenge (RFC 9449 §7.1, §9). */
export type ProofError = 'invalid_dpop_proof' | 'use_dpop_nonce' | 'invalid_token'

/** Checks proofs at a resource as RFC 9449 §4.3 has it, with jose; it wants its nonce in each, and a proof works once. */
export const proofChecker = () => {
  const nonce = randomUUID()
  const used = new Set<string>()
  const check = async (presented: Presented, jkt: string): Promise<ProofError | undefined> => {
    const { method, url, accessToken, proof } = presented
    if (!proof) return 'invalid_dpop_proof'
    const verified = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: ['ES256', 'EdDSA'] }).catch(
      () => {},
    )
    if (!verified) return 'invalid_dpop_proof'
    const { payload, protectedHeader } = verified
    const { origin, pathname } = new URL(url)
    const isFitting =
      payload['htm'] === method &&
      payload['htu'] === origin + pathname &&
      payload['ath'] === createHash('sha256').update(accessToken).digest('base64url') &&
      Math.abs(Date.now() / 1000 - Number(payload.iat)) < 60 &&
      payload.jti !== undefined &&
      !used.has(payload.jti)
    if (!isFitting) return 'invalid_dpop_proof'
    if (payload['nonce'] !== nonce) return 'use_dpop_nonce'
    used.add(`${payload.jti}`)
    const holder = protectedHeader.jwk && (await calculateJwkThumbprint(protectedHeader.jwk))
    return holder === jkt ? undefined : 'invalid_token'
  }
  return { nonce, check }
}
