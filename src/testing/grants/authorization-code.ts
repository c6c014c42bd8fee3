import type { MockClient } from '../options.js'
import { isPublic } from '../options.js'
import { refusal } from '../refusal.js'
import type { AuthorizationCode, MockContext } from '../state.js'
import { isPast, issueRefreshToken, mayRefresh } from '../tokens/issuance.js'
import { spend } from '../tokens/made-anew.js'
import { verifierFlaw } from '../tokens/pkce.js'
import type { Parameters } from '../ways/received-request.js'
import type { GrantHandler } from './grant.js'

const assertRedirectUri = (code: AuthorizationCode, form: Parameters, { profile }: MockContext): void => {
  if (profile.redirectUriAtToken && form.get('redirect_uri') !== code.requestedRedirectUri) {
    throw refusal(profile, 'redirect_uri_mismatch')
  }
}

const assertVerifier = (
  { challenge }: AuthorizationCode,
  form: Parameters,
  client: MockClient,
  { profile, server }: MockContext,
): void => {
  if (!server.codeChallengeMethodsSupported) return
  const verifier = form.get('code_verifier')
  if (verifier !== undefined && profile.pkceForPublicClientsOnly && !isPublic(client)) {
    throw refusal(profile, 'pkce_refused')
  }
  if (!challenge) {
    // A stolen code, or a request that lost its challenge on the way (RFC 9700 §4.8.2).
    if (verifier !== undefined) throw refusal(profile, 'verifier_without_challenge')
    return
  }
  const flaw = verifierFlaw(verifier, challenge)
  if (flaw) throw refusal(profile, 'verifier_refused', {}, flaw)
}

/** RFC 6749 §10.12, RFC 9207 §2.4: a client that looks at its callback never comes with such a code. */
const assertUnaltered = ({ tampered }: AuthorizationCode, { profile }: MockContext): void => {
  if (tampered === undefined) return
  const detail = `the code came in a callback whose ${tampered} was altered, and the client took it all the same`
  throw refusal(profile, 'tampered_callback', {}, detail)
}

/** RFC 6749 §4.1.3. One try is the use of a code, so that nobody tries verifiers until one fits. */
export const authorizationCodeGrant: GrantHandler = (form, client, context, { cnf }) => {
  const { profile, state } = context
  const value = form.get('code')
  if (value === undefined) throw refusal(profile, 'missing_parameter')
  const code = state.codes.get(value)
  // Another client's code is left as it is: a client must not be able to end what is not its own.
  if (!code) throw refusal(profile, 'unknown_code')
  if (code.grant.clientId !== client.clientId) {
    throw refusal(profile, 'unknown_code').because('the code is of another client')
  }
  if (code.used) {
    Object.assign(code.grant, { revoked: true, why: 'its authorization code was used twice' })
    throw refusal(profile, 'used_code')
  }
  code.used = true
  if (isPast(context, code.expiresAt)) throw refusal(profile, 'expired_code')
  assertUnaltered(code, context)
  assertRedirectUri(code, form, context)
  assertVerifier(code, form, client, context)
  if (code.jkt !== undefined && code.jkt !== cnf?.jkt) throw refusal(profile, 'code_of_another_key')
  spend(context, code)
  const { grant, reduced, offline } = code
  const refreshToken = offline &&
    mayRefresh(context, client) && { refreshToken: issueRefreshToken(context, grant, { cnf }).value }
  return { grant, scope: grant.scope, reduced, ...refreshToken }
}
