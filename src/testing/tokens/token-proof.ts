import type { MockClient } from '../options.js'
import { refusal } from '../refusal.js'
import type { MockContext } from '../state.js'
import type { ReceivedRequest } from '../ways/received-request.js'
import { checkProof, ProofRefused } from './dpop.js'
import { nonceHeader } from './dpop-nonce.js'

/** The thumbprint of the key that the request proves to hold; `undefined` where there is no proof, or nobody looks. */
export const provenKeyOf = async (request: ReceivedRequest, context: MockContext): Promise<string | undefined> => {
  const { profile, server } = context
  if (!server.dpopSigningAlgValuesSupported || !request.headers.has('dpop')) return undefined
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

/** The same of a request for tokens, where some must be bound to a key (RFC 9449 §5.2). */
export const boundKeyOf = async (
  request: ReceivedRequest,
  client: MockClient,
  context: MockContext,
): Promise<string | undefined> => {
  const jkt = await provenKeyOf(request, context)
  if (jkt === undefined && client.dpopBoundAccessTokens) {
    throw refusal(
      context.profile,
      'proof_missing',
      {},
      'tokens of this client are bound to a key: it needs a DPoP proof',
    )
  }
  if (jkt === undefined && context.dpop.required) throw refusal(context.profile, 'proof_missing')
  return jkt
}
