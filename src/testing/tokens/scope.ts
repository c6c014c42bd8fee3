import type { MockGrantType } from '../grants/grant-type.js'
import type { MockClient } from '../options.js'
import { refusal } from '../refusal.js'
import type { GrantedScope, MockContext } from '../state.js'

/** RFC 6749 §3.3. */
const scopeSyntax = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/

export interface ScopeDecision {
  readonly scope: GrantedScope
  /** Something that was asked for is not granted. */
  readonly reduced: boolean
}

export const listOf = (scope: string): readonly string[] => scope.split(' ').filter(Boolean)

export const textOf = (scope: GrantedScope, separator = ' '): string => (scope === 'all' ? '' : scope.join(separator))

export const covers = (granted: GrantedScope, wanted: readonly string[]): boolean =>
  granted === 'all' || wanted.every((scope) => granted.includes(scope))

const wantedOf = ({ profile, server }: MockContext, parameter: string): readonly string[] => {
  const { scopeSeparator = ' ' } = server
  const isParted = scopeSeparator === ' ' || !parameter.includes(' ')
  if (!isParted || !scopeSyntax.test(parameter)) throw refusal(profile, 'unfit_scope')
  return [...new Set(parameter.split(scopeSeparator))]
}

const unaskedScope = ({ profile }: MockContext, client: MockClient): GrantedScope => {
  if (profile.defaultScope === 'none') return []
  if (client.scope !== undefined) return listOf(client.scope)
  return profile.defaultScope === 'all' ? 'all' : []
}

/** What a client gets of the scope that it asks for. */
export const decideScope = (
  context: MockContext,
  client: MockClient,
  grantType: MockGrantType,
  parameter: string | undefined,
): ScopeDecision => {
  const { profile } = context
  const always = profile.refreshTokenNeeds === 'offline_access' ? ['offline_access'] : []
  const allowed: GrantedScope = client.scope === undefined ? 'all' : [...listOf(client.scope), ...always]
  if (profile.grantsWithoutScope.includes(grantType)) return { scope: allowed, reduced: false }
  if (parameter === undefined) return { scope: unaskedScope(context, client), reduced: false }
  const wanted = wantedOf(context, parameter)
  if (profile.knownScopes && !covers(profile.knownScopes, wanted)) throw refusal(profile, 'unknown_scope')
  if (covers(allowed, wanted)) return { scope: wanted, reduced: false }
  if (profile.unfitScope === 'refused') throw refusal(profile, 'unfit_scope')
  return { scope: wanted.filter((scope) => allowed.includes(scope)), reduced: true }
}

/** What is left of a granted scope: the same, or less (RFC 6749 §6). */
export const narrowScope = (
  context: MockContext,
  granted: GrantedScope,
  parameter: string | undefined,
): GrantedScope => {
  if (parameter === undefined) return granted
  const wanted = wantedOf(context, parameter)
  if (!covers(granted, wanted)) throw refusal(context.profile, 'unfit_scope')
  return wanted
}
