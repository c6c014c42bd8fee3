import { isGiving } from '../core/given.js'
import type { Scope } from '../core/scope.js'
import type { Target } from '../core/target.js'
import type { SharedPlace } from './grant-sources.js'
import type { SourceOptions } from './sources.js'

/** All that makes the token of a grant different. */
export interface AskedFor extends Target {
  readonly scope?: Scope
  readonly parameters?: Readonly<Record<string, unknown>>
}

/** What is there as `undefined` is not asked for. */
const entriesOf = (asked: object): [string, unknown][] =>
  Object.entries(asked).filter(([, value]) => value !== undefined)

const setOf = (words: readonly unknown[]): readonly unknown[] => [...new Set(words)].sort()

/**
 * What is asked for, without how its token is kept, and one text for it: scopes and resources are sets, the rest has no order.
 * There is none where a part of it is given anew each time: that may be another user's each time, and is shared with nobody.
 */
export const askedOf = <Asked extends AskedFor>(
  options: Asked & SourceOptions & SharedPlace,
): { readonly id: string | undefined; readonly asked: Asked } => {
  const { store, key, prefetch, waitUntil, renewBeforeMs, expiryMarginMs, ...asked } = options
  const { scope, resource, parameters = {}, ...rest } = asked
  const own = entriesOf(rest)
  const given = entriesOf(parameters)
  const id = [...own, ...given].some(([, value]) => isGiving(value))
    ? undefined
    : JSON.stringify([setOf([scope].flat().join(' ').split(' ')), setOf([resource].flat()), given.sort(), own.sort()])
  // A copy of what is shared, because the token stays that of what was asked for.
  return { id, asked: (id ? JSON.parse(JSON.stringify(asked)) : asked) as Asked }
}
