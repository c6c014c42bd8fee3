import { type Json, jsonAnswer } from '../answers.js'
import { authenticateClient } from '../clients/client-authentication.js'
import { authorizationCodeGrant } from '../grants/authorization-code.js'
import { clientCredentialsGrant } from '../grants/client-credentials.js'
import { deviceCodeGrant } from '../grants/device-code.js'
import { extensionGrant } from '../grants/extension.js'
import type { Granted, GrantHandler } from '../grants/grant.js'
import {
  deviceGrantType,
  jwtBearerGrantType,
  type MockGrantType,
  tokenExchangeGrantType,
} from '../grants/grant-type.js'
import { jwtBearerGrant } from '../grants/jwt-bearer.js'
import { refreshTokenGrant } from '../grants/refresh-token.js'
import { tokenExchangeGrant } from '../grants/token-exchange.js'
import { isPublic, type MockClient } from '../options.js'
import { refusal } from '../refusal.js'
import type { Confirmation, Endpoint, MockContext, Target } from '../state.js'
import { confirmationOf } from '../tokens/confirmation.js'
import { nonceHeader } from '../tokens/dpop-nonce.js'
import { issueIdToken } from '../tokens/id-token.js'
import { isEndless, issueAccessToken, mayUse } from '../tokens/issuance.js'
import { textOf } from '../tokens/scope.js'
import { judgedTarget, narrowTarget, targetOf } from '../tokens/target.js'
import { formOf } from '../ways/received-request.js'

const grants: ReadonlyMap<string, readonly [MockGrantType, GrantHandler]> = new Map([
  ['authorization_code', ['authorization_code', authorizationCodeGrant]],
  ['refresh_token', ['refresh_token', refreshTokenGrant]],
  ['client_credentials', ['client_credentials', clientCredentialsGrant]],
  [deviceGrantType, [deviceGrantType, deviceCodeGrant]],
  [tokenExchangeGrantType, [tokenExchangeGrantType, tokenExchangeGrant]],
  [jwtBearerGrantType, [jwtBearerGrantType, jwtBearerGrant]],
])

/** How long a refresh token lives, in the service's own field. */
const lifetimeOf = ({ clock, profile, state }: MockContext, refreshToken: string): Json => {
  if (!profile.refreshTokenLifetimeField) return {}
  const expiresAt = state.refreshTokens.get(refreshToken)?.expiresAt
  return {
    [profile.refreshTokenLifetimeField]: expiresAt === undefined ? 0 : Math.ceil((expiresAt - clock.now()) / 1000),
  }
}

/** RFC 6749 §5.1. */
const tokenAnswer = async (
  context: MockContext,
  client: MockClient,
  grantType: string,
  { grant, scope, reduced, refreshToken, fields: own }: Granted,
  cnf: Confirmation | undefined,
  target: Target,
): Promise<Response> => {
  const { profile, server } = context
  const lifetime = isEndless(context, client) ? Number.POSITIVE_INFINITY : profile.accessTokenLifetime
  const { scopeSeparator = ' ', answeredScopeSeparator = scopeSeparator } = server
  const namesScope = { granted: scope.length > 0 && scope !== 'all', reduced, never: false }[profile.scopeInAnswer]
  const { value: accessToken } = await issueAccessToken(context, { grant, scope, lifetime, cnf, target })
  const idToken = await issueIdToken(context, grant, scope, accessToken, grantType === 'refresh_token')
  const fields = {
    access_token: accessToken,
    token_type: cnf?.jkt === undefined ? profile.tokenType : 'DPoP',
    ...(Number.isFinite(lifetime) && { expires_in: lifetime }),
    ...(refreshToken !== undefined && { refresh_token: refreshToken, ...lifetimeOf(context, refreshToken) }),
    ...(idToken !== undefined && { id_token: idToken }),
    ...(namesScope && { scope: textOf(scope, answeredScopeSeparator) }),
    // RFC 9396 §7.
    ...(target.details && { authorization_details: target.details }),
    ...profile.answerFields,
    ...own,
  }
  const omitted = profile.omittedFields[grantType as MockGrantType] ?? []
  const json = Object.fromEntries(Object.entries(fields).filter(([name]) => !omitted.includes(name)))
  return jsonAnswer(200, json, cnf?.jkt === undefined ? {} : nonceHeader(context, 'authorization-server'))
}

/** Before a code or a refresh token is used up: a request that is refused gives nothing in its place. */
const targetAtToken = (form: URLSearchParams, context: MockContext): Target => {
  const { codes, deviceCodes, refreshTokens } = context.state
  const holder =
    codes.get(`${form.get('code')}`) ??
    deviceCodes.get(`${form.get('device_code')}`) ??
    refreshTokens.get(`${form.get('refresh_token')}`)
  return judgedTarget(context, () => {
    const wanted = targetOf(form, context)
    return holder ? narrowTarget(holder.grant.target ?? {}, wanted) : wanted
  })
}

/** The token endpoint (RFC 6749 §3.2). */
export const token: Endpoint = async (request, context) => {
  const { profile } = context
  const form = formOf(request, context, 'tokenEndpoint')
  const client = await authenticateClient(request, form, context)
  const requested = form.get('grant_type')
  if (requested === undefined) throw refusal(profile, 'missing_parameter')
  const extension = Object.hasOwn(context.extensionGrants, requested) && context.extensionGrants[requested]
  const known = extension ? ([requested, extensionGrant(extension)] as const) : grants.get(requested)
  if (!known) throw refusal(profile, 'unsupported_grant')
  const [grantType, handler] = known
  if (grantType === 'client_credentials' && isPublic(client)) {
    throw refusal(profile, 'public_client_credentials')
  }
  const isOpen = extension && !client.grantTypes
  if (!isOpen && !mayUse(context, client, grantType)) throw refusal(profile, 'grant_refused')
  if (profile.grantsWithClientIdInBody.includes(grantType as MockGrantType) && !form.has('client_id')) {
    throw refusal(profile, 'client_id_not_in_body')
  }
  const target = targetAtToken(new URLSearchParams(request.body), context)
  // What follows is done in one go: of two requests with the same code or refresh token, one is first.
  const cnf = await confirmationOf(request, client, context)
  const granted = await handler(form, client, context, { body: request.body, cnf })
  return tokenAnswer(context, client, grantType, granted, cnf, target)
}
