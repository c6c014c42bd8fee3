/** One space-separated string, or an array (RFC 6749 §3.3). */
export type Scope = string | readonly string[]

/** The `scope` parameter as it goes over the wire; `undefined` where none is asked for. */
export const scopeParameter = (scope: Scope | readonly (string | undefined)[] | undefined): string | undefined =>
  [scope].flat().join(' ').trim() || undefined

/** The scopes that were asked for and not granted; empty where the grant is whole or nothing is known of it. */
export const missingScope = (token: {
  readonly scope?: string
  readonly requestedScope?: string
}): readonly string[] => {
  if (token.scope === undefined || token.requestedScope === undefined) return []
  const granted = token.scope.split(' ')
  return token.requestedScope.split(' ').filter((scope) => scope && !granted.includes(scope))
}
