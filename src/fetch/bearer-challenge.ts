import { type Challenge, challengesOf } from '../core/challenge.js'

/** What a server says of a token that it refuses (RFC 6750 §3, RFC 9449 §7.1). */
export interface BearerChallenge {
  /** What the server calls the space that the token is for. */
  readonly realm?: string | undefined
  /** The scope that the request needs. */
  readonly scope?: string | undefined
  /** The authentication context classes that would do, space-separated, the best first (RFC 9470 §3). */
  readonly acrValues?: string | undefined
  /** Seconds that the user's login may lie back (RFC 9470 §3). */
  readonly maxAge?: number | undefined
  /** `invalid_token`, `insufficient_scope`, `insufficient_user_authentication` or `invalid_request`. */
  readonly error?: string | undefined
  /** What the server says to developers, in its own words. */
  readonly errorDescription?: string | undefined
  /** Where the resource's metadata are (RFC 9728 §5.1): give the whole answer to `discoverResource`, which checks whose they are. */
  readonly resourceMetadata?: string | undefined
}

const bearerOf = (challenges: readonly Challenge[], isBound = true): Challenge | undefined => {
  const bearers = challenges.filter(({ scheme }) => scheme === 'bearer' || (isBound && scheme === 'dpop'))
  // A gateway and the API behind it may both have put one there: the one that says what is wrong is meant.
  return bearers.find(({ parameters }) => parameters['error']) ?? bearers[0]
}

/** The `Bearer` or `DPoP` challenge of an answer, if it has one: `stepUp` says what to authorize for. */
export const bearerChallenge = (response: Response): BearerChallenge | undefined => {
  const bearer = bearerOf(challengesOf(response.headers.get('www-authenticate')))
  if (!bearer) return undefined
  const { realm, scope, acr_values, max_age = '', error, error_description, resource_metadata } = bearer.parameters
  return {
    ...{ realm, scope, error, acrValues: acr_values, maxAge: /^\d+$/.test(max_age) ? +max_age : undefined },
    ...{ errorDescription: error_description, resourceMetadata: resource_metadata },
  }
}

/**
 * A 401 that speaks of the token. One without a challenge does: it is all that a page sees of another origin. One that
 * wants another scope, another login (RFC 9470) or another proof would say the same of a new token.
 */
export const refusesToken = ({ status, headers }: Response, isBound: boolean): boolean => {
  if (status !== 401) return false
  const challenges = challengesOf(headers.get('www-authenticate'))
  const bearer = bearerOf(challenges, isBound)
  return bearer
    ? !/^(insufficient_|invalid_request|(invalid|use)_dpop_)/.test(bearer.parameters['error'] ?? '')
    : !challenges.length
}
