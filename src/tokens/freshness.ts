/** When a token is to be renewed: epoch milliseconds. */
export interface Freshness {
  /** From here on a call starts a renewal, and is still served. */
  readonly renewAt: number
  /** From here on a call waits for the renewal: the token could die on its way. */
  readonly waitAt: number
  readonly expiresAt: number
}

/** When a token is renewed. What is left out follows from how long the token lives. */
export interface FreshnessOptions {
  /**
   * Milliseconds before expiry to renew.
   * @default 60_000 or a fifth of the lifetime, whichever is less, but no less than the expiry margin and one and a half
   * times what the last answer took, and no more than half the lifetime
   */
  readonly renewBeforeMs?: number | undefined
  /** Milliseconds before expiry in which callers wait: clock skew and travel. @default 10_000 or a tenth of the lifetime */
  readonly expiryMarginMs?: number | undefined
}

/** A token of unknown lifetime is used until a server refuses it. */
export const everlasting: Freshness = { renewAt: Infinity, waitAt: Infinity, expiresAt: Infinity }

/**
 * How much earlier than it must a token is renewed. Alone, always earlier, so that a thousand processes do not renew at once. Of
 * those who share one token, all but the first need only adopt it: they come a little later.
 */
export const jitter = (shared: boolean): number => (shared ? -Math.random() / 4 : Math.random())

/** The moments of a token that was asked for at `from`. `tookMs` is how long the answer took. */
export const freshnessOf = (
  expiresAt: number | undefined,
  from: number,
  tookMs: number,
  earlier: number,
  { renewBeforeMs, expiryMarginMs }: FreshnessOptions,
): Freshness => {
  if (expiresAt === undefined) return everlasting
  const lifetime = Math.max(expiresAt - from, 0)
  const margin = Math.min(expiryMarginMs ?? Math.min(10_000, lifetime / 10), lifetime)
  const wanted = renewBeforeMs ?? Math.max(Math.min(60_000, lifetime / 5), margin + 1.5 * tookMs)
  const renewBefore = Math.max(Math.min(wanted * (1 + earlier), lifetime / 2), margin)
  return { renewAt: expiresAt - renewBefore, waitAt: expiresAt - margin, expiresAt }
}
