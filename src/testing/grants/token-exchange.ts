import { isPublic } from '../options.js'
import { refusal } from '../refusal.js'
import type { AccessToken, MockContext } from '../state.js'
import { covers, decideScope, listOf } from '../tokens/scope.js'
import { liveAccessToken } from '../tokens/token-flaw.js'
import type { Parameters } from '../ways/received-request.js'
import type { GrantHandler } from './grant.js'
import { tokenExchangeGrantType } from './grant-type.js'

const prefix = 'urn:ietf:params:oauth:token-type:'

/** What can be issued, and whether it opens a resource. */
const issued: ReadonlyMap<string, boolean> = new Map([
  [`${prefix}access_token`, true],
  [`${prefix}jwt`, true],
  [`${prefix}id_token`, false],
])

/** A token that can be used now, by its name in the form. Tokens of other kinds are none of this server's. */
const usable = (form: Parameters, name: string, context: MockContext): AccessToken => {
  const refused = () => refusal(context.profile, 'token_not_exchanged', {}, `${name} is unknown, expired or revoked`)
  if (!/^urn:ietf:params:oauth:token-type:(access_token|jwt)$/.test(`${form.get(`${name}_type`)}`)) {
    throw refusal(
      context.profile,
      'token_not_exchanged',
      {},
      `${name}_type is missing, or not of a token of this server`,
    )
  }
  const token = liveAccessToken(context, `${form.get(name)}`)
  if (typeof token === 'string') throw refused()
  return token
}

/**
 * RFC 8693 §2. Whoever proves who it is may stand in for the user of a token, with no more scope than the token has; with an
 * actor token, which must be its own, the new token says who acts.
 */
export const tokenExchangeGrant: GrantHandler = (form, client, context, { body }) => {
  const { profile, exchangeTargets } = context
  if (isPublic(client)) throw refusal(profile, 'grant_refused')
  if (!form.has('subject_token')) throw refusal(profile, 'missing_parameter')
  const subject = usable(form, 'subject_token', context)
  if (form.has('actor_token') !== form.has('actor_token_type')) throw refusal(profile, 'missing_parameter')
  const actor = form.has('actor_token') ? usable(form, 'actor_token', context) : undefined
  if (actor && actor.grant.clientId !== client.clientId) {
    throw refusal(profile, 'token_not_exchanged', {}, 'actor_token is not of the client that acts')
  }
  const parameters = new URLSearchParams(body)
  const targets = [...parameters.getAll('audience'), ...parameters.getAll('resource')]
  if (exchangeTargets && !targets.every((target) => exchangeTargets.includes(target))) {
    throw refusal(profile, 'unknown_target')
  }
  const type = form.get('requested_token_type') ?? `${prefix}access_token`
  const isAccessToken = issued.get(type)
  if (isAccessToken === undefined) throw refusal(profile, 'token_type_not_issued')
  const wanted = form.get('scope')
  if (wanted !== undefined && !covers(subject.scope, listOf(wanted))) throw refusal(profile, 'unfit_scope')
  const { scope } = wanted === undefined ? subject : decideScope(context, client, tokenExchangeGrantType, wanted)
  const by = actor && (actor.grant.subject ?? actor.grant.clientId)
  const grant = {
    clientId: client.clientId,
    subject: subject.grant.subject ?? subject.grant.clientId,
    scope,
    opensNothing: !isAccessToken,
    revoked: false,
    ...(by !== undefined && { actor: by }),
  }
  const fields = { issued_token_type: type, ...(!isAccessToken && { token_type: 'N_A' }) }
  return { grant, scope, reduced: false, fields }
}
