import { type Attributes, context } from '@opentelemetry/api'
import type { Clock } from '../core/clock.js'
import type { AroundRenewal, TokenEvent } from '../tokens/events.js'
import { begin } from './activity.js'
import { errorTypeOf } from './error-type.js'
import type { InstrumentName } from './instruments.js'
import { countingResends } from './resends.js'
import type { Telemetry } from './telemetry.js'

/** Whose renewals: attributes that a client's sources have in common. */
export interface Renewals {
  readonly telemetry: Telemetry
  readonly clock: Clock
  /** The host of the token endpoint. */
  readonly host: string | undefined
}

/** What kind of source it is. After it, events name the scope, which a program may make up. */
const attributesOf = (source: string, host: string | undefined) => ({
  'bearward.source.kind': source.replace(/ .*/s, ''),
  ...(host && { 'server.address': host }),
})

/** Each renewal is a span, the child of who first wanted it, and the parent of what is sent for it. */
export const aroundRenewal =
  ({ telemetry, host }: Renewals): AroundRenewal =>
  async (renew, source) => {
    const attributes = attributesOf(source, host)
    const name = `renew ${attributes['bearward.source.kind']}`
    const renewal = begin(telemetry, { name, kind: 'INTERNAL', metric: 'bearward.renewal.duration', attributes })
    try {
      const granted = await context.with(countingResends(renewal.within), renew)
      renewal.end({ 'bearward.renewal.outcome': granted.adopted ? 'adopted' : 'renewed' })
      return granted
    } catch (error) {
      renewal.end({}, errorTypeOf(error))
      throw error
    }
  }

/** What an event is counted as. A token whose end is not known has no lifetime to tell of. */
const countOf = (event: TokenEvent, now: number): readonly [InstrumentName, number, Attributes] | undefined => {
  const failed = 'error' in event ? { 'error.type': errorTypeOf(event.error) } : {}
  switch (event.type) {
    case 'renewed':
      return event.expiresAt === undefined
        ? undefined
        : ['bearward.token.lifetime', Math.max(0, event.expiresAt - now) / 1000, {}]
    case 'adopted':
      return ['bearward.token.adopted', 1, {}]
    case 'renewal_failed':
      return ['bearward.renewal.failures', 1, { ...failed, 'bearward.renewal.verdict': event.verdict }]
    case 'served_stale':
      return ['bearward.token.served_stale', 1, {}]
    case 'id_token_refused':
      return ['bearward.id_token.refused', 1, failed]
    case 'session_ended': {
      // A program's own end is no word of the server, and no failure.
      const { code, error } = event.error as { code: string; error?: string }
      return ['bearward.session.ended', 1, code === 'session_ended' && error === undefined ? {} : failed]
    }
    default:
      return undefined
  }
}

/** Counts what happens to tokens. */
export const counting =
  ({ telemetry: { measure }, clock, host }: Renewals) =>
  (event: TokenEvent): void => {
    const count = countOf(event, clock.now())
    if (count) measure(count[0], count[1], { ...attributesOf(event.source, host), ...count[2] })
  }
