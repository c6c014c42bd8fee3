import { challengesOf } from '../core/challenge.js'
import { OAuthError } from '../core/errors.js'
import type { Proof } from '../core/proof.js'
import type { Token } from '../core/token.js'
import type { ClientContext, RequestOptions } from './context.js'
import type { Answer } from './message.js'
import { failedAnswer, readErrorResponse, secretsOf, send } from './requests.js'

/** What a resource of the server is asked with: an access token, and no client authentication. */
export interface ResourceRequest extends RequestOptions {
  readonly url: string
  readonly token: string | Pick<Token, 'accessToken' | 'tokenType' | 'keyThumbprint'>
}

/** A resource may say what is wrong in its challenge alone (RFC 6750 §3): its words then stand for those of a body. */
const withChallenge = (answer: Answer): Answer => {
  if (readErrorResponse(answer.body)) return answer
  const challenges = challengesOf(answer.headers.get('www-authenticate'))
  const refusal = challenges.find(({ parameters }) => parameters['error'])?.parameters
  return refusal ? { ...answer, body: JSON.stringify(refusal) } : answer
}

/**
 * Reads a resource of the server by GET, with the token in the header alone (RFC 6750 §2.1), and with a proof for one that is
 * bound to the client's key (RFC 9449 §7.1). It follows no redirect.
 */
export const requestResource = async (
  context: ClientContext,
  { url, token, signal }: ResourceRequest,
): Promise<{ answer: Answer; failed: (problem: string) => OAuthError }> => {
  const whole = typeof token === 'object' && token ? token : { accessToken: token, tokenType: 'Bearer' }
  const { accessToken, tokenType } = whole
  // What a runtime says of a header that it cannot send shows the header.
  if (!/^[\x20-\x7e]+$/.test(accessToken ?? '')) throw new OAuthError('invalid_argument', 'there is no access token')
  const dpop = /^dpop$/i.test(tokenType) ? context.dpop : undefined
  if (!dpop && !/^bearer$/i.test(tokenType)) {
    throw new OAuthError('invalid_argument', 'the token is no bearer token, or a DPoP token and the client has no dpop')
  }
  const headers = new Headers({
    accept: 'application/json',
    authorization: `${dpop ? 'DPoP' : 'Bearer'} ${accessToken}`,
  })
  let proof: Proof | undefined
  const write = async () => {
    proof = await dpop?.prove({ method: 'GET', url, token: whole })
    if (proof) headers.set('dpop', proof.header)
    return { url, headers }
  }
  let answer = await send(context, write, { signal, singleUse: false })
  // RFC 9449 §9: the resource wants its nonce in the proof.
  if (proof?.heed(answer)) {
    answer = await send(context, write, { signal, singleUse: false })
    proof.heed(answer)
  }
  const secrets = secretsOf(headers, new URLSearchParams())
  return {
    answer,
    failed: (problem) => failedAnswer(withChallenge(answer), secrets, context.clock.now(), problem),
  }
}
