/** What a resource wants that the token at hand does not show. */
export interface StepUpHint {
  /** The scope that the request needs. */
  readonly scope?: string | undefined
  /** The authentication context classes that would do, space-separated. */
  readonly acrValues?: string | undefined
  /** Seconds that the login may lie back. */
  readonly maxAge?: number | undefined
}

/** Options of the next authorization request. */
export interface StepUpOptions {
  /** What was granted and what is wanted, together. */
  readonly scope?: string
  /** `acr_values` and `max_age`, where they are wanted. */
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * What to ask the user for after a challenge (RFC 9470 §4, RFC 6750 §3.1): spread it into the options of
 * `authorizationRequest`. A scope that the resource wants is added to those that `granted`, the token at hand, has.
 */
export const stepUp = (
  { scope, acrValues, maxAge }: StepUpHint,
  granted: { readonly scope?: string | undefined } = {},
): StepUpOptions => {
  const scopes = [...new Set(`${granted.scope ?? ''} ${scope ?? ''}`.split(' '))].join(' ').trim()
  return {
    ...(scopes && { scope: scopes }),
    parameters: {
      ...(acrValues && { acr_values: acrValues }),
      ...(maxAge !== undefined && { max_age: `${maxAge}` }),
    },
  }
}
