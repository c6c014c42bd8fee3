import { refusal } from '../refusal.js'
import type { DeviceCode, MockContext } from '../state.js'
import { isPast, issueRefreshToken, mayRefresh } from '../tokens/issuance.js'
import { covers } from '../tokens/scope.js'
import type { GrantHandler } from './grant.js'

/** RFC 8628 §3.5: whoever asks before the interval is over has to wait longer from now on. */
const assertPatience = (code: DeviceCode, { clock, profile }: MockContext): void => {
  const now = clock.now()
  const isEarly = code.polledAt !== undefined && now < code.polledAt + code.intervalMs
  code.polledAt = now
  if (!isEarly) return
  code.intervalMs += 5000
  throw refusal(profile, 'polled_too_fast')
}

/** RFC 8628 §3.4, §3.5. */
export const deviceCodeGrant: GrantHandler = (form, client, context, { cnf }) => {
  const { profile, state } = context
  const value = form.get('device_code')
  if (value === undefined) throw refusal(profile, 'missing_parameter')
  const code = state.deviceCodes.get(value)
  // Another client's code is left as it is: a client must not be able to end what is not its own.
  if (!code) throw refusal(profile, 'unknown_device_code')
  if (code.grant.clientId !== client.clientId) {
    throw refusal(profile, 'unknown_device_code').because('the device code is of another client')
  }
  if (code.used) {
    Object.assign(code.grant, { revoked: true, why: 'its device code was used twice' })
    throw refusal(profile, 'used_device_code')
  }
  if (isPast(context, code.expiresAt)) throw refusal(profile, 'expired_device_code')
  assertPatience(code, context)
  const { decision, reduced } = code
  if (!decision) throw refusal(profile, 'undecided_device')
  if ('error' in decision) {
    const { error } = decision
    throw refusal({ ...profile, refusals: { denied_device: { error }, ...profile.refusals } }, 'denied_device')
  }
  code.used = true
  const grant = Object.assign(code.grant, decision)
  const isOffline = profile.refreshTokenNeeds !== 'offline_access' || covers(grant.scope, ['offline_access'])
  const refreshToken = isOffline &&
    mayRefresh(context, client) && { refreshToken: issueRefreshToken(context, grant, { cnf }).value }
  return { grant, scope: grant.scope, reduced, ...refreshToken }
}
