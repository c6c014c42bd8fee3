import { OAuthError } from '../core/errors.js'

/**
 * What a failed renewal means: `definitive`, the session is over; `configuration`, it will fail again until somebody mends
 * the client; `ambiguous`, a single-use token may have been used up; `passing`, it may work in a moment.
 */
export type Verdict = 'definitive' | 'configuration' | 'ambiguous' | 'passing'

/** As RFC 6749 §5.2 and RFC 8707 §2 have them; GitHub and Slack have words of their own for a client that they do not know. */
const configuration =
  /^(invalid_client(_id)?|incorrect_client_credentials|bad_client_secret|unauthorized_client|unsupported_grant_type|invalid_scope|invalid_target|invalid_dpop_proof)$/

/**
 * What some servers call a dead refresh token, and Entra one that wants the user back: they mean the token only if the rest
 * of the request was right.
 */
const vague =
  /^(invalid_(request|code|token)|expired_token|(bad|invalid)_refresh_token|(interaction|consent|login)_required)$/

/**
 * Judges a failure. `proven` says that the client's own credentials were good before: only then does a vague refusal, or
 * an empty 400, speak of the refresh token and not of the client.
 */
export const verdictOn = (
  failure: unknown,
  { singleUse, proven }: { singleUse: boolean; proven: boolean },
): Verdict => {
  if (!(failure instanceof OAuthError)) return 'passing'
  const ambiguous = singleUse ? 'ambiguous' : 'passing'
  // The refresh token was taken, and what came for it is another user's.
  if (singleUse && failure.code === 'invalid_id_token') return 'definitive'
  const refused = singleUse && proven ? 'definitive' : 'configuration'
  switch (failure.code) {
    case 'timeout':
    case 'connection_lost':
      return failure.delivery === 'ambiguous' ? ambiguous : 'passing'
    case 'error_response':
      if (failure.error === 'invalid_grant') return singleUse ? 'definitive' : 'configuration'
      if (configuration.test(failure.error)) return 'configuration'
      return vague.test(failure.error) && failure.status < 500 ? refused : 'passing'
    case 'invalid_response':
      if (failure.status < 300) return ambiguous
      return failure.status === 400 && !failure.excerpt ? refused : 'passing'
    case 'unreachable':
    case 'redirect_refused':
    case 'store_failed':
    // Of a session that the grant lives from: its user may log in again.
    case 'session_ended':
    case 'session_uncertain':
      return 'passing'
    default:
      return 'configuration'
  }
}

/** Whether a failure says that the session is over, for all who share it. */
export const isEnd = (failure: unknown): failure is OAuthError =>
  failure instanceof OAuthError && failure.code.startsWith('session_')
