import type { OAuthError } from '../core/errors.js'
import { hostProcess } from '../core/host.js'
import type { Verdict } from './verdict.js'

/** What happens to a token, without the token. The same goes to the diagnostics channel `bearward:token`. */
export type TokenEvent =
  | { readonly type: 'requested'; readonly source: string }
  | { readonly type: 'renewed'; readonly source: string; readonly tookMs: number; readonly expiresAt?: number }
  /** A sibling has renewed it: another process, machine or tab that shares the store. */
  | { readonly type: 'adopted'; readonly source: string; readonly expiresAt?: number }
  | { readonly type: 'renewal_failed'; readonly source: string; readonly error: unknown; readonly verdict: Verdict }
  | { readonly type: 'served_stale'; readonly source: string }
  /** A refresh brought an ID token that is not valid: the session goes on with the one of before. */
  | { readonly type: 'id_token_refused'; readonly source: string; readonly error: unknown }
  | { readonly type: 'session_ended'; readonly source: string; readonly error: OAuthError }

/**
 * Runs a renewal: it calls `renew` once, and gives what comes of it. What is sent for the renewal is sent within the call, so
 * that a context of the caller's (a span, an `AsyncLocalStorage`) is around it. `source` is what events call the source.
 */
export type AroundRenewal = <Result extends { readonly adopted?: boolean }>(
  renew: () => Promise<Result>,
  source: string,
) => Promise<Result>

/** Who looks on while tokens are kept. */
export interface Onlookers {
  readonly announce: (event: TokenEvent) => void
  readonly around: AroundRenewal
}

interface Channel {
  publish(message: unknown): void
}

/** Node, Bun and Deno have channels; a page has none. */
const channel = (): Channel | undefined =>
  hostProcess()
    ?.getBuiltinModule?.<{ channel(name: string): Channel }>('node:diagnostics_channel')
    ?.channel('bearward:token')

/** Tells everybody who listens. A listener that throws harms nothing. */
export const announcer = (listener: ((event: TokenEvent) => void) | undefined): ((event: TokenEvent) => void) => {
  const published = channel()
  const tell = async (event: TokenEvent): Promise<void> => {
    published?.publish(event)
    await listener?.(event)
  }
  // A listener's trouble is its own, also what it meets later.
  return (event) => void tell(event).catch(() => {})
}
