export { type Instrumentation, instrumented } from './instrumented.js'
export type { TelemetryOptions } from './telemetry.js'
