import type { OAuthError } from '../core/errors.js'

/** A document that is not there, or not for us, may still be in the next place. */
const passedOver: readonly string[] = ['issuer_mismatch', 'resource_mismatch', 'redirect_refused']

const failureOfOne = (failure: OAuthError): OAuthError => {
  if (passedOver.includes(failure.code)) return failure
  throw failure
}

/** That nothing is there tells the least; then that it is elsewhere, where servers send whom they do not know, too. */
const tells = (failure: OAuthError): number =>
  'status' in failure && failure.status === 404 ? 0 : failure.code === 'redirect_refused' ? 1 : 2

/**
 * Reads one place after the other until a document is found. A server in trouble, or asked too often, is not asked for the next one.
 * @throws {OAuthError} the failure that tells most.
 */
export const firstOf = async <Place, Result extends object>(
  places: readonly Place[],
  read: (place: Place) => Promise<Result | OAuthError>,
): Promise<Result> => {
  let told: OAuthError | undefined
  for (const place of places) {
    const outcome = await read(place).catch(failureOfOne)
    if (!('code' in outcome)) return outcome
    const isTrouble = 'status' in outcome && (outcome.status === 429 || outcome.status >= 500)
    if (!told || tells(outcome) > tells(told)) told = outcome
    if (isTrouble) break
  }
  throw told
}
