import { refusal } from '../refusal.js'
import type { MockContext } from '../state.js'
import type { ReceivedRequest } from '../ways/received-request.js'
import { checkProof, ProofRefused } from './dpop.js'
import { nonceHeader } from './dpop-nonce.js'

/** The thumbprint of the key that the request proves to hold; `undefined` where there is no proof, or nobody looks. */
export const keyOf = async (request: ReceivedRequest, context: MockContext): Promise<string | undefined> => {
  const { profile, server, dpop } = context
  if (!server.dpopSigningAlgValuesSupported) return undefined
  if (!request.headers.has('dpop')) {
    if (dpop.required) throw refusal(profile, 'proof_missing')
    return undefined
  }
  try {
    return await checkProof(request, context)
  } catch (refused) {
    if (!(refused instanceof ProofRefused)) throw refused
    const reason = refused.error === 'use_dpop_nonce' ? 'proof_without_nonce' : 'proof_refused'
    const refusedRequest = refusal(profile, reason, {}, refused.message)
    for (const [name, value] of Object.entries(nonceHeader(context, 'authorization-server')))
      refusedRequest.answer.headers.set(name, value)
    throw refusedRequest
  }
}
