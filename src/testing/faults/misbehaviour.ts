import type { Clock } from '../../core/clock.js'
import { emptyAnswer, type Json, jsonAnswer, pageAnswer, redirectAnswer } from '../answers.js'
import type { KeyRing } from '../crypto/key-ring.js'
import { challenge } from '../endpoints/challenge.js'
import type { MockEndpoint } from '../journal.js'
import { forgedIdToken } from '../tokens/id-token.js'
import type { ReceivedRequest } from '../ways/received-request.js'
import { withCallback } from './callback.js'
import { brokenOff, ConnectionReset, silence, swollen } from './connection.js'
import type { MockFault } from './fault.js'

export interface Exchange {
  readonly request: ReceivedRequest
  readonly endpoint: MockEndpoint
  readonly clock: Clock
  /** Does the work, and answers as it should be. */
  readonly process: () => Promise<Response>
  readonly keyRing: KeyRing
}

type Next = Exchange['process']
type Fault<Type extends MockFault['type']> = Extract<MockFault, { readonly type: Type }>

const retryHeaders = (
  { retryAfter, retryAfterForm }: Fault<'status'>,
  now: number,
): Readonly<Record<string, string>> => {
  if (retryAfter === undefined) return {}
  if (retryAfterForm !== 'date') return { 'retry-after': `${retryAfter}` }
  const date = (moment: number) => new Date(moment).toUTCString()
  return { date: date(now), 'retry-after': date(now + retryAfter * 1000) }
}

const statusAnswer = (fault: Fault<'status'>, clock: Clock): Response => {
  const headers = { ...retryHeaders(fault, clock.now()), ...fault.headers }
  return fault.json ? jsonAnswer(fault.status, fault.json, headers) : emptyAnswer(fault.status, headers)
}

/** The same answer with other JSON, if it has an object in it. */
const rewritten = async (answer: Response, change: (json: Json) => Json): Promise<Response> => {
  if (answer.headers.get('content-type') !== 'application/json') return answer
  return new Response(JSON.stringify(change(await answer.json())), answer)
}

const halved = async (answer: Response): Promise<Response> => {
  const text = await answer.text()
  return new Response(text.slice(0, text.length >> 1), answer)
}

const withoutRotation = ({ answers }: Fault<'lost_rotation'>, answer: Response, body: string): Promise<Response> => {
  const old = new URLSearchParams(body).get('refresh_token') ?? undefined
  return rewritten(answer, (json) =>
    json['refresh_token'] === undefined
      ? json
      : { ...json, refresh_token: answers === 'old_refresh_token' ? old : undefined },
  )
}

const withForgedIdToken = async (fault: Fault<'id_token'>, answer: Response, ring: KeyRing): Promise<Response> => {
  const { id_token: genuine } = await answer
    .clone()
    .json()
    .catch(() => ({}))
  if (typeof genuine !== 'string') return answer
  const forged = await forgedIdToken(genuine, fault, ring)
  return rewritten(answer, (json) => ({ ...json, id_token: forged }))
}

const broken = async (
  { when }: Fault<'hang'> | Fault<'reset'>,
  next: Next,
  end: (message: string) => Promise<never>,
): Promise<Response> => {
  if (when === 'before_processing') return end('fetch failed')
  const answer = await next()
  return when === 'inside_body' ? brokenOff(answer, () => end('terminated')) : end('fetch failed')
}

/** An OAuth error, said as the endpoint says one. */
const refusedWith = async (
  { error, errorDescription, status }: Fault<'error'>,
  next: Next,
  { request, endpoint }: Exchange,
): Promise<Response> => {
  const described = { error, ...(errorDescription !== undefined && { error_description: errorDescription }) }
  if (endpoint === 'authorize')
    return withCallback(await next(), (response) => {
      response.delete('code')
      for (const [name, value] of Object.entries(described)) response.set(name, value)
    })
  const code = status ?? { invalid_client: 401, invalid_token: 401, insufficient_scope: 403 }[error] ?? 400
  return endpoint === 'resource' || endpoint === 'userinfo'
    ? challenge(request, code, described)
    : jsonAnswer(code, described)
}

const apply = async (fault: MockFault, next: Next, exchange: Exchange): Promise<Response> => {
  const { request, clock, keyRing } = exchange
  const { signal, body } = request
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
      return statusAnswer(fault, clock)
    case 'page':
      if (fault.processed) await next()
      return pageAnswer(fault.status ?? 502, 'no server is there to answer')
    case 'truncated':
      return halved(await next())
    case 'oversized':
      return swollen(await next(), fault.bytes ?? 10 * 2 ** 20, signal)
    case 'fields':
      return rewritten(await next(), (json) => ({ ...json, ...fault.fields }))
    case 'error_in_200': {
      const { error, errorDescription } = fault
      return jsonAnswer(200, { error, error_description: errorDescription })
    }
    case 'error':
      return refusedWith(fault, next, exchange)
    case 'redirect':
      return redirectAnswer(fault.location, fault.status)
    case 'lost_rotation':
      return withoutRotation(fault, await next(), body)
    case 'id_token':
      return withForgedIdToken(fault, await next(), keyRing)
    case 'token_refused': {
      const answer = await next()
      return answer.ok ? challenge(request, 401, { error: 'invalid_token' }) : answer
    }
    case 'insufficient_scope': {
      const answer = await next()
      const { scope } = fault
      return answer.ok ? challenge(request, 403, { error: 'insufficient_scope', ...(scope && { scope }) }) : answer
    }
  }
}

/** Answers a request as the faults have it; without one, as it should be. */
export const misbehave = (faults: readonly MockFault[], exchange: Exchange): Promise<Response> =>
  faults.reduceRight<Next>((next, fault) => () => apply(fault, next, exchange), exchange.process)()
