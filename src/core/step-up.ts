/** What a resource wants that the token at hand does not show. */
export interface StepUpHint {
  readonly scope?: string | undefined
  readonly acrValues?: string | undefined
  readonly maxAge?: number | undefined
}

/** Options of the next authorization request. */
export interface StepUpOptions {
  readonly scope?: string
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
