import { type Attributes, context, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { DataPointType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { beforeAll } from 'vitest'

/** As an SDK for Node sets it up: the active context follows promises. */
export const withContexts = (): void => {
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  })
}

/** Collects when it is asked, and never by itself. */
class PullReader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

export interface Measured {
  readonly name: string
  readonly unit: string
  readonly description: string
  readonly attributes: Attributes
  /** How often it was recorded, or what it counts to. */
  readonly count: number
  readonly sum?: number
  readonly bounds?: readonly number[]
}

/** Real SDKs that keep all they are told. */
export const inMemory = () => {
  const exporter = new InMemorySpanExporter()
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  const reader = new PullReader()
  const meterProvider = new MeterProvider({ readers: [reader] })
  const measured = async (): Promise<readonly Measured[]> => {
    const { resourceMetrics } = await reader.collect()
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap((metric): readonly Measured[] => {
        const { name, unit, description } = metric.descriptor
        if (metric.dataPointType === DataPointType.HISTOGRAM) {
          return metric.dataPoints.map(({ attributes, value: { count, sum = 0, buckets } }) => {
            return { name, unit, description, attributes, count, sum, bounds: buckets.boundaries }
          })
        }
        if (metric.dataPointType !== DataPointType.SUM) throw new Error(`${name} is neither histogram nor counter`)
        return metric.dataPoints.map(({ attributes, value }) => ({ name, unit, description, attributes, count: value }))
      }),
    )
  }
  const spans = (): readonly ReadableSpan[] => exporter.getFinishedSpans()
  return {
    tracerProvider,
    meterProvider,
    tracer: tracerProvider.getTracer('test'),
    spans,
    measured,
    /** How often a metric was recorded, with these attributes among its own. */
    count: async (name: string, wanted: Attributes = {}): Promise<number> => {
      const found = (await measured()).filter(
        ({ name: own, attributes }) =>
          own === name && Object.entries(wanted).every(([key, value]) => attributes[key] === value),
      )
      return found.reduce((sum, { count }) => sum + count, 0)
    },
    /** A line a span, in the order of their ends: its kind, name, status, and the name of its parent. */
    lines: (): readonly string[] =>
      spans().map(({ name, kind, status, parentSpanContext }) => {
        const parent = spans().find((other) => other.spanContext().spanId === parentSpanContext?.spanId)?.name
        const failed = status.code === SpanStatusCode.ERROR ? ' (failed)' : ''
        return `${SpanKind[kind]} ${name}${failed} < ${parent ?? (parentSpanContext ? 'one unknown' : 'none')}`
      }),
  }
}
