import { type Attributes, type Meter, type MeterProvider, metrics } from '@opentelemetry/api'
import { harmless } from './harmless.js'

/** What spans and measurements are told to come from. */
export const scope: string = 'bearward'

export type InstrumentName =
  | 'bearward.id_token.refused'
  | 'bearward.renewal.duration'
  | 'bearward.renewal.failures'
  | 'bearward.request.duration'
  | 'bearward.session.ended'
  | 'bearward.token.adopted'
  | 'bearward.token.lifetime'
  | 'bearward.token.served_stale'

interface Description {
  /** In UCUM; braces hold what is counted. */
  readonly unit: string
  readonly description: string
  /** The bounds of a histogram; a counter has none. */
  readonly bounds?: number[]
}

/** Seconds: those of the HTTP conventions, and up to the longest wait for a lock. */
const durations = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60]
/** Seconds: from a minute to thirty days. */
const lifetimes = [60, 300, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 604_800, 2_592_000]

const instruments: Readonly<Record<InstrumentName, Description>> = {
  'bearward.renewal.duration': {
    unit: 's',
    description: 'Duration of renewals, waits and retries included',
    bounds: durations,
  },
  'bearward.renewal.failures': { unit: '{failure}', description: 'Renewals that failed, and what that means' },
  'bearward.request.duration': {
    unit: 's',
    description: 'Duration of requests to the authorization server',
    bounds: durations,
  },
  'bearward.token.lifetime': { unit: 's', description: 'Lifetime of renewed tokens as granted', bounds: lifetimes },
  'bearward.token.adopted': { unit: '{token}', description: 'Tokens that a sibling has renewed' },
  'bearward.token.served_stale': {
    unit: '{token}',
    description: 'Due but valid tokens served for want of a renewal',
  },
  'bearward.session.ended': { unit: '{session}', description: 'Sessions that ended' },
  'bearward.id_token.refused': { unit: '{token}', description: 'ID tokens of a refresh that are not valid' },
}

export type Measure = (name: InstrumentName, value: number, attributes: Attributes) => void

const make = (meter: Meter, name: InstrumentName): ((value: number, attributes: Attributes) => void) => {
  const { bounds, ...options } = instruments[name]
  if (!bounds) {
    const counter = meter.createCounter(name, options)
    return (value, attributes) => counter.add(value, attributes)
  }
  const histogram = meter.createHistogram(name, { ...options, advice: { explicitBucketBoundaries: bounds } })
  return (value, attributes) => histogram.record(value, attributes)
}

/** Makes the instruments when they are first needed: the global provider may come after the client, and may change. */
export const measuring = (given: MeterProvider | undefined): Measure => {
  let of: MeterProvider | undefined
  const made = new Map<InstrumentName, ReturnType<typeof make>>()
  return (name, value, attributes) =>
    harmless(() => {
      const provider = given ?? metrics.getMeterProvider()
      if (provider !== of) made.clear()
      of = provider
      const record = made.get(name) ?? make(provider.getMeter(scope), name)
      made.set(name, record)
      record(value, attributes)
    })
}
