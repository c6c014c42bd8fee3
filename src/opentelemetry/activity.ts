import { type Attributes, type Context, context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { harmless } from './harmless.js'
import type { InstrumentName } from './instruments.js'
import type { Telemetry } from './telemetry.js'

interface Description {
  /** Of the span. */
  readonly name: string
  readonly kind: 'CLIENT' | 'INTERNAL'
  /** What its duration is measured by. */
  readonly metric: InstrumentName
  /** Of both; each has few values. */
  readonly attributes: Attributes
  /** Of the span alone. */
  readonly details?: Attributes
}

/** Something that takes time: a span, and a measurement of how long it took. */
export interface Activity {
  /** Has the span, so that what is done within it is its child. */
  readonly within: Context
  /** Only the first end counts. */
  end(attributes: Attributes, errorType?: string): void
}

export const begin = ({ startSpan, measure }: Telemetry, description: Description): Activity => {
  const { name, kind, metric, attributes, details } = description
  const parent = context.active()
  const span = startSpan(name, { kind: SpanKind[kind], attributes: { ...attributes, ...details } }, parent)
  const from = performance.now()
  let isOver = false
  return {
    within: span ? trace.setSpan(parent, span) : parent,
    end: (more, errorType) => {
      if (isOver) return
      isOver = true
      const found: Attributes = { ...more, ...(errorType && { 'error.type': errorType }) }
      measure(metric, (performance.now() - from) / 1000, { ...attributes, ...found })
      harmless(() => {
        span?.setAttributes(found)
        if (errorType) span?.setStatus({ code: SpanStatusCode.ERROR })
      })
      harmless(() => span?.end())
    },
  }
}
