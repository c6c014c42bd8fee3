import { emptyAnswer, jsonAnswer } from '../answers.js'
import { proofAlgorithms } from '../crypto/proof-algorithms.js'
import type { Endpoint, Grant, MockContext } from '../state.js'
import { certificateBindingFlaw } from '../tokens/confirmation.js'
import { checkProof, currentNonce, ProofRefused, wantsNonce } from '../tokens/dpop.js'
import { isPast } from '../tokens/issuance.js'
import { covers, listOf, textOf } from '../tokens/scope.js'
import type { ReceivedRequest } from '../ways/received-request.js'
import { resourceMetadataUrl, resourceOf } from './resource-metadata.js'

type Attributes = Readonly<Record<string, string>>

/** What a resource says to a request that it refuses, in the scheme that it came with (RFC 6750 §3, RFC 9449 §7.1). */
export const challenge = (
  { headers }: Pick<ReceivedRequest, 'headers'>,
  status: number,
  attributes: Attributes = {},
  answerHeaders: Attributes = {},
): Response => {
  const isBound = /^dpop\b/i.test(headers.get('authorization') ?? '')
  const all = { realm: 'mock', ...attributes, ...(isBound && { algs: proofAlgorithms.join(' ') }) }
  const written = Object.entries(all).map(([name, value]) => `${name}="${value}"`)
  return emptyAnswer(status, {
    'www-authenticate': `${isBound ? 'DPoP' : 'Bearer'} ${written.join(', ')}`,
    ...answerHeaders,
  })
}

/** RFC 9449 §9: told with each answer to a token that is bound, so that the next proof has it. */
const nonceHeader = (context: MockContext): Attributes =>
  wantsNonce(context, 'resource') ? { 'dpop-nonce': currentNonce(context, 'resource') } : {}

/** What a login lacks that `?acr=` (space-separated) and `?max_age=` (seconds) demand (RFC 9470 §3). */
const stepUpOf = (
  demanded: URLSearchParams,
  { acr, authenticatedAt = 0 }: Grant,
  now: number,
): Attributes | undefined => {
  const acrValues = demanded.get('acr')
  const maxAge = demanded.get('max_age')
  const isWeak = acrValues !== null && !listOf(acrValues).includes(`${acr}`)
  const isOld = maxAge !== null && now - authenticatedAt > Number(maxAge) * 1000
  if (!isWeak && !isOld) return undefined
  return { ...(acrValues && { acr_values: acrValues }), ...(maxAge && { max_age: maxAge }) }
}

/**
 * A protected resource (RFC 6750, RFC 9449), with tokens in the header alone; `?scope=`, `?acr=` and `?max_age=` name what
 * it demands.
 */
export const resource: Endpoint = async (request, context) => {
  const { url, headers } = request
  const authorization = headers.get('authorization')
  const { profile, server } = context
  // RFC 9728 §5.1.
  const pointer = profile.resourceMetadata ? { resource_metadata: resourceMetadataUrl(server) } : undefined
  // RFC 6750 §3.1: a request that does not authenticate is told no more than that it must.
  if (!/^(bearer|dpop)\b/i.test(authorization ?? '')) return challenge(request, 401, pointer)
  const [, scheme = '', value] = authorization?.match(/^(bearer|dpop) +([A-Za-z0-9\-._~+/]+=*)$/i) ?? []
  if (value === undefined || url.searchParams.has('access_token')) {
    return challenge(request, 400, { error: 'invalid_request' })
  }
  const token = context.state.accessTokens.get(value)
  const isBound = /^dpop$/i.test(scheme)
  const nonce = isBound ? nonceHeader(context) : {}
  const refuse = (status: number, attributes: Attributes) =>
    challenge(request, status, { ...attributes, ...(status === 401 && pointer) }, nonce)
  if (isBound) {
    try {
      const jkt = await checkProof(request, context, value)
      if (jkt === undefined) return refuse(401, { error: 'invalid_dpop_proof', error_description: 'there is no proof' })
      if (token && token.cnf?.jkt !== jkt)
        return refuse(401, { error: 'invalid_token', error_description: 'another key' })
    } catch (refused) {
      if (!(refused instanceof ProofRefused)) throw refused
      return refuse(401, { error: refused.error, error_description: refused.message })
    }
  }
  // RFC 9449 §7.2: a token that is bound is no bearer token.
  const isMisused = !isBound && token?.cnf?.jkt !== undefined
  if (!token || isMisused || token.revoked || token.grant.revoked || isPast(context, token.expiresAt)) {
    return refuse(401, { error: 'invalid_token' })
  }
  const flaw = await certificateBindingFlaw(token.cnf, request.certificate)
  if (flaw) return refuse(401, { error: 'invalid_token', error_description: flaw })
  // RFC 8707 §3: a token for others is none for this one.
  const { resources, details } = token.target
  if (resources && !resources.includes(resourceOf(server))) return refuse(401, { error: 'invalid_token' })
  const login = stepUpOf(url.searchParams, token.grant, context.clock.now())
  if (login) return refuse(401, { error: 'insufficient_user_authentication', ...login })
  const demanded = url.searchParams.get('scope') ?? ''
  if (!covers(token.scope, listOf(demanded))) return refuse(403, { error: 'insufficient_scope', scope: demanded })
  const { clientId, subject, acr } = token.grant
  const target = { ...(resources && { resources }), ...(details && { authorizationDetails: details }) }
  return jsonAnswer(200, { clientId, subject, scope: textOf(token.scope), ...target, ...(acr && { acr }) }, nonce)
}
