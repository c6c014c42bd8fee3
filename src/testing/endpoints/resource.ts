import { jsonAnswer } from '../answers.js'
import { Refusal } from '../refusal.js'
import type { Endpoint, Grant, MockContext } from '../state.js'
import { certificateBindingFlaw } from '../tokens/confirmation.js'
import { checkProof, ProofRefused } from '../tokens/dpop.js'
import { nonceHeader } from '../tokens/dpop-nonce.js'
import { covers, listOf, textOf } from '../tokens/scope.js'
import { flawOf } from '../tokens/token-flaw.js'
import type { ReceivedRequest } from '../ways/received-request.js'
import { type Attributes, challenge } from './challenge.js'
import { resourceMetadataUrl, resourceOf } from './resource-metadata.js'

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

type Refuse = (status: number, error: string, description: string, attributes?: Attributes) => Refusal

const refuser = (request: ReceivedRequest, { profile, server }: MockContext, headers: Attributes): Refuse => {
  // RFC 9728 §5.1.
  const pointer = profile.resourceMetadata && { resource_metadata: resourceMetadataUrl(server) }
  return (status, error, description, attributes) => {
    const said = { error, ...(profile.errorDescriptions && { error_description: description }), ...attributes }
    return new Refusal(description, challenge(request, status, { ...said, ...(status === 401 && pointer) }, headers))
  }
}

/** RFC 6750 §3.1: a request that does not authenticate is told no more than that it must. The journal says more. */
const unauthenticated = (
  { profile, server }: MockContext,
  request: ReceivedRequest,
  { inQuery, inBody }: { readonly inQuery: boolean; readonly inBody: boolean },
): Refusal => {
  const pointer = profile.resourceMetadata ? { resource_metadata: resourceMetadataUrl(server) } : undefined
  const where = inQuery ? 'in the query' : inBody ? 'in the body' : undefined
  const why = request.headers.has('authorization')
    ? 'the Authorization header is neither Bearer nor DPoP'
    : `there is no Authorization header${where ? `: an access token ${where} is not looked at` : ''}`
  return new Refusal(why, challenge(request, 401, pointer))
}

/** The token of a request, and whether it is under DPoP (RFC 6750 §2.1, RFC 9449 §7.1). */
const presented = (
  request: ReceivedRequest,
  context: MockContext,
): { readonly value: string; readonly isBound: boolean } => {
  const { url, headers, body } = request
  const authorization = headers.get('authorization') ?? ''
  const isForm = headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') === true
  const elsewhere = {
    inQuery: url.searchParams.has('access_token'),
    inBody: isForm && new URLSearchParams(body).has('access_token'),
  }
  if (!/^(bearer|dpop)\b/i.test(authorization)) throw unauthenticated(context, request, elsewhere)
  const [, scheme = '', value] = authorization.match(/^(bearer|dpop) +([A-Za-z0-9\-._~+/]+=*)$/i) ?? []
  const refuse = refuser(request, context, {})
  if (value === undefined)
    throw refuse(400, 'invalid_request', 'the Authorization header is not one scheme and one token')
  if (elsewhere.inQuery || elsewhere.inBody) {
    throw refuse(400, 'invalid_request', 'the access token came in more than one way')
  }
  return { value, isBound: /^dpop$/i.test(scheme) }
}

const proved = async (
  request: ReceivedRequest,
  context: MockContext,
  value: string,
  refuse: Refuse,
): Promise<string> => {
  try {
    const jkt = await checkProof(request, context, value)
    if (jkt === undefined) throw new ProofRefused('the request has no DPoP proof')
    return jkt
  } catch (refused) {
    throw refused instanceof ProofRefused ? refuse(401, refused.error, refused.message) : refused
  }
}

/**
 * A protected resource (RFC 6750, RFC 9449), with tokens in the header alone; `?scope=`, `?acr=` and `?max_age=` name what
 * it demands.
 */
export const resource: Endpoint = async (request, context) => {
  const { value, isBound } = presented(request, context)
  const nonce = isBound ? nonceHeader(context, 'resource') : {}
  const refuse = refuser(request, context, nonce)
  const jkt = isBound ? await proved(request, context, value, refuse) : undefined
  const found = flawOf(context, value, { jkt, resource: resourceOf(context.server) })
  if (typeof found === 'string') throw refuse(401, 'invalid_token', found)
  const { grant, scope, target, cnf } = found
  const flaw = certificateBindingFlaw(cnf, request.certificate)
  if (flaw) throw refuse(401, 'invalid_token', flaw)
  const demanded = request.url.searchParams
  const login = stepUpOf(demanded, grant, context.clock.now())
  if (login)
    throw refuse(401, 'insufficient_user_authentication', 'the user must log in again, or more strongly', login)
  const scopes = demanded.get('scope') ?? ''
  if (!covers(scope, listOf(scopes))) {
    throw refuse(403, 'insufficient_scope', 'the access token lacks a scope that is demanded', { scope: scopes })
  }
  const { resources, details } = target
  const { clientId, subject, acr } = grant
  const uses = { ...(resources && { resources }), ...(details && { authorizationDetails: details }) }
  return jsonAnswer(200, { clientId, subject, scope: textOf(scope), ...uses, ...(acr && { acr }) }, nonce)
}
