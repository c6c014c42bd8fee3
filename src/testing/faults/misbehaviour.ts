import { jsonAnswer, pageAnswer, redirectAnswer } from '../answers.js'
import type { MockContext } from '../state.js'
import { wallClock } from '../tokens/wall-clock.js'
import {
  formEncoded,
  halved,
  rewritten,
  withByteOrderMark,
  withDuplicates,
  withHeaders,
  withoutRotation,
  withoutSigningKey,
} from './altered-answer.js'
import { endEarly, withForgedIdToken } from './altered-tokens.js'
import { issuedByAnother, tamperedCallback } from './callback.js'
import { brokenOff, ConnectionReset, dripping, silence, swollen } from './connection.js'
import type { Exchange, Fault, Next } from './exchange.js'
import type { MockFault } from './fault.js'
import { errorAnswer, nonceDemanded, refusedThere, statusAnswer } from './refusing.js'

const broken = async (
  { when }: Fault<'hang'> | Fault<'reset'>,
  next: Next,
  end: (message: string) => Promise<never>,
): Promise<Response> => {
  if (when === 'before_processing') return end('fetch failed')
  const answer = await next()
  return when === 'inside_body' ? brokenOff(answer, () => end('terminated')) : end('fetch failed')
}

const ofAnotherIssuer = (
  { issuer = 'https://another-issuer.test' }: Fault<'wrong_issuer'>,
  answer: Response,
  { endpoint, context }: Exchange,
): Response | Promise<Response> => {
  if (endpoint === 'authorize') return issuedByAnother(issuer, answer, context)
  if (endpoint === 'token') return withForgedIdToken({ type: 'id_token', claims: { iss: issuer } }, answer, context)
  return rewritten(answer, (json) => ({ ...json, issuer }))
}

/** What goes wrong before the answer is there, or in its place. */
const apply = async (fault: MockFault, next: Next, exchange: Exchange): Promise<Response> => {
  const { request, context } = exchange
  const { clock } = context
  const { signal, body, url } = request
  switch (fault.type) {
    case 'none':
      return next()
    case 'delay':
      await clock.sleep(fault.ms, signal)
      return next()
    case 'late_answer': {
      const answer = await next()
      await clock.sleep(fault.ms, signal)
      return answer
    }
    case 'hang':
      return broken(fault, next, () => silence(signal))
    case 'reset':
      return broken(fault, next, async (message) => {
        throw new ConnectionReset(message)
      })
    case 'status':
      if (fault.processed) await next()
      return statusAnswer(fault, wallClock(context))
    case 'page':
      if (fault.processed) await next()
      return pageAnswer(fault.status ?? 502, 'no server is there to answer')
    case 'drip':
      return dripping(await next(), fault.bytes ?? 1, (leaving) => clock.sleep(fault.ms, leaving), signal)
    case 'truncated':
      return halved(await next())
    case 'oversized':
      return swollen(await next(), fault.bytes ?? 10 * 2 ** 20, signal)
    case 'fields':
      return rewritten(await next(), (json) => ({ ...json, ...fault.fields }))
    case 'headers':
      return withHeaders(await next(), fault.headers)
    case 'duplicate_keys':
      return withDuplicates(await next(), fault.fields)
    case 'byte_order_mark':
      return withByteOrderMark(await next())
    case 'form_encoded':
      return formEncoded(await next())
    case 'error_in_200': {
      const { error, errorDescription } = fault
      return jsonAnswer(200, { error, error_description: errorDescription })
    }
    case 'error':
      return errorAnswer(fault, next, exchange)
    case 'redirect':
      return redirectAnswer(fault.location ?? url.href, fault.status)
    case 'lost_rotation':
      return withoutRotation(fault, await next(), body)
    case 'id_token':
      return withForgedIdToken(fault, await next(), context)
    case 'token_refused':
    case 'insufficient_scope':
      return refusedThere(fault, next, exchange)
    case 'expired_early': {
      const answer = await next()
      await endEarly(fault, answer, context)
      return answer
    }
    case 'nonce_demanded':
      return request.headers.has('dpop') ? nonceDemanded(exchange) : next()
    case 'revoked_keys':
      return withoutSigningKey(fault, await next(), context.keyRing)
    case 'wrong_issuer':
      return ofAnotherIssuer(fault, await next(), exchange)
    case 'clock_skew':
      return withHeaders(await next(), { date: new Date(wallClock(context)).toUTCString() })
    case 'tampered_callback':
      return tamperedCallback(fault, await next(), context)
  }
}

const skewOf = (faults: readonly MockFault[]): number =>
  faults.reduce((sum, fault) => sum + (fault.type === 'clock_skew' ? fault.seconds * 1000 : 0), 0)

/** Answers a request as the faults have it; without one, as it should be. */
export const misbehave = (faults: readonly MockFault[], exchange: Exchange): Promise<Response> => {
  const context: MockContext = { ...exchange.context, skewMs: exchange.context.skewMs + skewOf(faults) }
  const there = { ...exchange, context }
  return faults.reduceRight<Next>(
    (next, fault) => () => apply(fault, next, there),
    () => exchange.process(context),
  )()
}
