import { OAuthError } from 'bearward'
import { ApiError } from './notebook.ts'

export const offline = 'You are offline. What you see may be old.'

/** Whether the user must log in again: there is no session, or it is over. */
export const isLoggedOut = (error: unknown): boolean => error instanceof OAuthError && /^session_/.test(error.code)

/** Why a session is over, where nobody has ended it here: the server has, or the answer to a renewal was lost. */
export const reasonOf = (error: OAuthError): string =>
  error.code === 'session_uncertain' || (error.code === 'session_ended' && error.error)
    ? 'Your login is over. Log in again to go on.'
    : ''

/** What a failure is to the user: what has happened, and what to do. */
export const messageOf = (error: unknown): string => {
  if (!navigator.onLine) return offline
  if (error instanceof ApiError) return `The notes could not be had (${error.status}). Try again in a while.`
  if (!(error instanceof OAuthError)) return 'The notes cannot be reached just now. Try again in a while.'
  switch (error.code) {
    case 'authorization_refused':
      return error.error === 'access_denied'
        ? 'You did not agree, so you are not logged in.'
        : `The login was refused: ${error.errorDescription ?? error.error}.`
    case 'state_mismatch':
    case 'issuer_mismatch':
    case 'invalid_callback':
      return 'That was the end of another login, so nothing came of it. Log in again.'
    case 'session_ended':
    case 'session_uncertain':
      return 'You are logged out.'
    case 'store_failed':
      return 'This browser does not let the page keep your login. Is its storage full, or switched off?'
    default:
      return 'You cannot be logged in just now. Try again in a while.'
  }
}
