import { emptyAnswer, jsonAnswer } from './answers.js'
import { isPast } from './issuance.js'
import { covers, listOf, textOf } from './scope.js'
import type { Endpoint } from './state.js'

/** What a resource says to a request that it refuses (RFC 6750 §3). */
export const challenge = (status: number, attributes: Readonly<Record<string, string>> = {}): Response => {
  const all = Object.entries({ realm: 'mock', ...attributes }).map(([name, value]) => `${name}="${value}"`)
  return emptyAnswer(status, { 'www-authenticate': `Bearer ${all.join(', ')}` })
}

/** A protected resource (RFC 6750), with tokens in the header alone; `?scope=` names what it demands. */
export const resource: Endpoint = ({ url, headers }, context) => {
  const authorization = headers.get('authorization')
  // RFC 6750 §3.1: a request that does not authenticate is told no more than that it must.
  if (!/^bearer\b/i.test(authorization ?? '')) return challenge(401)
  const value = authorization?.match(/^bearer +([A-Za-z0-9\-._~+/]+=*)$/i)?.[1]
  if (value === undefined || url.searchParams.has('access_token')) return challenge(400, { error: 'invalid_request' })
  const token = context.state.accessTokens.get(value)
  if (!token || token.revoked || token.grant.revoked || isPast(context, token.expiresAt)) {
    return challenge(401, { error: 'invalid_token' })
  }
  const demanded = url.searchParams.get('scope') ?? ''
  if (!covers(token.scope, listOf(demanded))) return challenge(403, { error: 'insufficient_scope', scope: demanded })
  const { clientId, subject } = token.grant
  return jsonAnswer(200, { clientId, subject, scope: textOf(token.scope) })
}
