import type { Clock } from '../core/clock.js'
import type { Token } from '../core/token.js'
import { type FreshnessOptions, freshnessOf } from './freshness.js'
import type { Granted } from './granted.js'
import type { TokenRecord } from './record.js'
import type { SessionToken } from './source.js'

/** What a sibling has stored, if it is another token than the one that is held, and has time enough left to be used. */
export const newsIn = (
  { token, askedAt }: TokenRecord,
  held: SessionToken | undefined,
  clock: Clock,
  freshness: FreshnessOptions,
): Granted | undefined => {
  const now = clock.now()
  if (!token?.accessToken || token.accessToken === held?.accessToken) return undefined
  if (now >= freshnessOf(token.expiresAt, askedAt ?? now, 0, 0, freshness).waitAt) return undefined
  return { token: token as Token, askedAt, adopted: true }
}
