import { OAuthError } from '../../core/errors.js'
import type { AuthorizationServer } from '../../core/server.js'
import { jsonAnswer } from '../answers.js'
import { authenticateClient } from '../clients/client-authentication.js'
import { base64url, randomBytes } from '../crypto/base64url.js'
import { deviceGrantType } from '../grants/grant-type.js'
import type { MockAuthorizeOptions } from '../options.js'
import { refusal } from '../refusal.js'
import type { DeviceCode, Endpoint, MockContext } from '../state.js'
import { isPast, mayUse } from '../tokens/issuance.js'
import { decideScope } from '../tokens/scope.js'
import { judgedTarget, targetOf } from '../tokens/target.js'
import { formOf } from '../ways/received-request.js'

/** RFC 8628 §6.1: no vowels, so that it spells nothing. */
const letters = 'BCDFGHJKLMNPQRSTVWXZ'

const newUserCode = (): string => {
  const characters = [...randomBytes(8)].map((byte) => letters[byte % letters.length])
  return `${characters.slice(0, 4).join('')}-${characters.slice(4).join('')}`
}

/** Where the user of a device goes. */
export const verificationUri = ({ deviceAuthorizationEndpoint: endpoint }: AuthorizationServer): string | undefined => {
  if (endpoint === undefined) return undefined
  // Keycloak calls the endpoint itself so.
  const isTaken = new URL(endpoint).pathname.endsWith('/device')
  return new URL(isTaken ? 'verification' : 'device', endpoint).href
}

/** The device authorization endpoint (RFC 8628 §3.1, §3.2). */
export const deviceAuthorization: Endpoint = async (request, context) => {
  const { clock, profile, server, state } = context
  const form = formOf(request, context, 'deviceAuthorizationEndpoint')
  const client = await authenticateClient(request, form, context)
  if (!mayUse(context, client, deviceGrantType)) throw refusal(profile, 'grant_refused')
  const { scope, reduced } = decideScope(context, client, deviceGrantType, form.get('scope'))
  const target = judgedTarget(context, () => targetOf(new URLSearchParams(request.body), context))
  const value = `device-${base64url(randomBytes(24))}`
  const userCode = newUserCode()
  const { deviceCodeLifetime, deviceInterval, hasCompleteUri, verificationUriName } = profile
  state.deviceCodes.set(value, {
    grant: { clientId: client.clientId, scope, target, revoked: false },
    reduced,
    userCode,
    expiresAt: clock.now() + deviceCodeLifetime * 1000,
    intervalMs: deviceInterval * 1000,
    used: false,
  })
  const page = verificationUri(server)
  return jsonAnswer(200, {
    device_code: value,
    user_code: userCode,
    [verificationUriName]: page,
    ...(hasCompleteUri && { verification_uri_complete: `${page}?user_code=${userCode}` }),
    expires_in: deviceCodeLifetime,
    interval: deviceInterval,
  })
}

/** RFC 8628 §6.1: what a user types in has another case, or no dash. */
const typed = (userCode: string): string => userCode.toUpperCase().replace(/[^A-Z]/g, '')

/** What waits for its user's decision under a code. */
export const undecidedCode = (context: MockContext, userCode: string): DeviceCode | undefined =>
  [...context.state.deviceCodes.values()].find(
    (code) => typed(code.userCode) === typed(userCode) && !code.decision && !isPast(context, code.expiresAt),
  )

/** Plays the user, who types in a code and says yes or no. */
export const approveDevice = (
  context: MockContext,
  userCode: string,
  { user, deny = false }: Pick<MockAuthorizeOptions, 'user' | 'deny'> = {},
): void => {
  const { clock, state } = context
  const code = undecidedCode(context, userCode)
  if (!code) throw new OAuthError('invalid_argument', 'the user code is unknown, expired or decided on')
  if (deny) {
    code.decision = { error: deny === true ? 'access_denied' : deny }
    return
  }
  const subject = user ?? state.user ?? 'user'
  state.user = subject
  code.decision = { subject, authenticatedAt: clock.now() }
}
