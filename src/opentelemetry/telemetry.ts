import {
  type Attributes,
  type Context,
  type MeterProvider,
  type Span,
  type SpanOptions,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import { harmless } from './harmless.js'
import { type Measure, measuring, scope } from './instruments.js'

/** Where spans and measurements go, and what they say of the client. */
export interface TelemetryOptions {
  /** @default the one that is registered globally, now or later */
  readonly tracerProvider?: TracerProvider
  /** @default the one that is registered globally, now or later */
  readonly meterProvider?: MeterProvider
  /**
   * Beside the others on every span and every measurement: what tells this client from others, such as
   * `{ 'bearward.client.name': 'billing' }`. Each value makes a time series.
   */
  readonly attributes?: Attributes
  /**
   * Sends what your propagators write, `traceparent` as a rule, to the authorization server too. It is another party as a
   * rule, whom it tells which logins belong together, and from a page it costs each token request a CORS preflight that few
   * servers answer well.
   * @default false
   */
  readonly sendTraceContext?: boolean
}

/** Where it is told what a client does. */
export interface Telemetry {
  startSpan(name: string, options: SpanOptions, parent: Context): Span | undefined
  readonly measure: Measure
  readonly sendTraceContext: boolean
}

export const telemetryOf = ({ tracerProvider, meterProvider, attributes, ...options }: TelemetryOptions): Telemetry => {
  const measure = measuring(meterProvider)
  return {
    startSpan: (name, { attributes: particular, ...span }, parent) => {
      const all = { ...span, attributes: { ...particular, ...attributes } }
      return harmless(() => (tracerProvider ?? trace).getTracer(scope).startSpan(name, all, parent))
    },
    measure: (name, value, particular) => measure(name, value, { ...particular, ...attributes }),
    sendTraceContext: options.sendTraceContext ?? false,
  }
}
