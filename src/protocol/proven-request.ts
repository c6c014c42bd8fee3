import { OAuthError } from '../core/errors.js'
import type { Proof } from '../core/proof.js'
import type { SendProven } from './context.js'
import type { Answer, Message } from './message.js'
import { readErrorResponse, send } from './requests.js'

/**
 * Sends with a proof of possession, a new one for each try (RFC 9449 §5). A server that wants its nonce says so before it looks
 * at anything else in the request, so that a code or a refresh token may go out once more with it (§8).
 */
export const sendProven: SendProven = async (context, write, { keyThumbprint, ...options }) => {
  const { dpop, server } = context
  if (!dpop) return send(context, write, options)
  const supported = server.dpopSigningAlgValuesSupported
  let proof: Proof | undefined
  const writeProven = async (): Promise<Message> => {
    const message = await write()
    proof = await dpop.prove({
      method: 'POST',
      url: message.url,
      ...(keyThumbprint !== undefined && { token: { keyThumbprint } }),
    })
    if (supported && !supported.includes(proof.alg)) {
      throw new OAuthError(
        'unsupported',
        `the server takes DPoP proofs of ${supported.join(', ')}, not of ${proof.alg}`,
      )
    }
    message.headers.set('dpop', proof.header)
    return message
  }
  const wantsNonce = (answer: Answer): boolean => !!proof?.heed(answer, readErrorResponse(answer.body)?.error)
  const first = await send(context, writeProven, options)
  if (!wantsNonce(first)) return first
  const second = await send(context, writeProven, options)
  wantsNonce(second)
  return second
}
