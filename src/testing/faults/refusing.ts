import { emptyAnswer, jsonAnswer } from '../answers.js'
import { challenge } from '../endpoints/challenge.js'
import { demandNonce } from '../tokens/dpop-nonce.js'
import { withCallback } from './callback.js'
import type { Exchange, Fault, Next } from './exchange.js'

const retryHeaders = (
  { retryAfter, retryAfterForm }: Fault<'status'>,
  now: number,
): Readonly<Record<string, string>> => {
  if (retryAfter === undefined) return {}
  if (retryAfterForm !== 'date') return { 'retry-after': `${retryAfter}` }
  const date = (moment: number) => new Date(moment).toUTCString()
  return { date: date(now), 'retry-after': date(now + retryAfter * 1000) }
}

export const statusAnswer = (fault: Fault<'status'>, now: number): Response => {
  const headers = { ...retryHeaders(fault, now), ...fault.headers }
  return fault.json ? jsonAnswer(fault.status, fault.json, headers) : emptyAnswer(fault.status, headers)
}

const isResource = ({ endpoint }: Exchange): boolean => endpoint === 'resource' || endpoint === 'userinfo'

const statusOf: Readonly<Record<string, number>> = { invalid_client: 401, invalid_token: 401, insufficient_scope: 403 }

/** An OAuth error, said as the endpoint says one. */
export const errorAnswer = async (fault: Fault<'error'>, next: Next, exchange: Exchange): Promise<Response> => {
  const { error, errorDescription, status = statusOf[error] ?? 400 } = fault
  const described = { error, ...(errorDescription !== undefined && { error_description: errorDescription }) }
  if (exchange.endpoint === 'authorize') {
    return withCallback(await next(), (response) => {
      response.delete('code')
      for (const [name, value] of Object.entries(described)) response.set(name, value)
    })
  }
  return isResource(exchange) ? challenge(exchange.request, status, described) : jsonAnswer(status, described)
}

/** RFC 9449 §8, §9. */
export const nonceDemanded = (exchange: Exchange): Response => {
  const { request, context } = exchange
  const described = {
    error: 'use_dpop_nonce',
    error_description: 'the DPoP proof must hold the nonce that comes with this',
  }
  const headers = { 'dpop-nonce': demandNonce(context, isResource(exchange) ? 'resource' : 'authorization-server') }
  return isResource(exchange) ? challenge(request, 401, described, headers) : jsonAnswer(400, described, headers)
}

/** A resource that lets nobody in who could come in; who could not is told why, as ever. */
export const refusedThere = async (
  fault: Fault<'token_refused'> | Fault<'insufficient_scope'>,
  next: Next,
  { request }: Exchange,
): Promise<Response> => {
  const answer = await next()
  if (!answer.ok) return answer
  if (fault.type === 'token_refused') return challenge(request, 401, { error: 'invalid_token' })
  const { scope } = fault
  return challenge(request, 403, { error: 'insufficient_scope', ...(scope && { scope }) })
}
