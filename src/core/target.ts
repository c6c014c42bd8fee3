import { OAuthError } from './errors.js'
import { isWellFormed } from './text.js'

/** One thing that a token is wanted for (RFC 9396 §2): its `type` says what else there is to tell. */
export interface AuthorizationDetail {
  readonly type: string
  readonly [field: string]: unknown
}

/** Where a token is to be used, and for what. */
export interface Target {
  /**
   * Where the token is to be used: absolute URIs without a fragment (RFC 8707 §2). A server that gives one token for one
   * resource refuses several, with `invalid_target`.
   * @default the server's own default
   */
  readonly resource?: string | readonly string[]
  /** What the token is for, in more words than a scope has (RFC 9396). */
  readonly authorizationDetails?: readonly AuthorizationDetail[]
}

/** The parameters of a target as they go over the wire. What is not asked for has no key. */
export interface TargetParameters {
  readonly resource?: string | readonly string[]
  readonly authorization_details?: string
}

/** @throws {OAuthError} `invalid_argument` for what is not as RFC 8707 §2 or RFC 9396 §2 want it. */
export const targetParameters = ({ resource, authorizationDetails: details }: Target): TargetParameters => {
  if (![resource ?? []].flat().every((uri) => URL.canParse(uri) && !/[#\s]/.test(uri))) {
    throw new OAuthError('invalid_argument', 'resource must be absolute URIs without a fragment or a space')
  }
  if (details && !details.every?.((detail) => isWellFormed(detail?.type))) {
    throw new OAuthError('invalid_argument', 'authorizationDetails must be an array of objects that have a type')
  }
  return { ...(resource && { resource }), ...(details && { authorization_details: JSON.stringify(details) }) }
}
