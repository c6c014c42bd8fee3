import type { ClientOptions } from '../client-types.js'
import { systemClock } from '../core/clock.js'
import { conceal } from '../core/conceal.js'
import { hostFetch } from '../core/host.js'
import { aroundRenewal, counting, type Renewals } from './renewals.js'
import { instrumentedFetch } from './requests.js'
import { type TelemetryOptions, telemetryOf } from './telemetry.js'

/** What is put into the options; what was there before is called by it. */
export type Instrumentation = Required<Pick<ClientOptions, 'fetch' | 'onEvent' | 'aroundRenewal'>>

/**
 * The options of a client that tells OpenTelemetry what it does: `createClient(instrumented({ … }))`. `discover` and what else
 * takes a `fetch` takes them too. Without an SDK it costs next to nothing; no attribute holds a secret, and telemetry that
 * fails harms nothing.
 */
export const instrumented = <Options extends Partial<ClientOptions>>(
  options: Options,
  telemetryOptions: TelemetryOptions = {},
): Options & Instrumentation => {
  const { server, clientId, fetch = hostFetch, clock = systemClock, onEvent, aroundRenewal: around } = options
  const telemetry = telemetryOf(telemetryOptions)
  const host = URL.parse(`${server?.tokenEndpoint}`)?.hostname
  const renewals: Renewals = { telemetry, clock, host }
  const count = counting(renewals)
  const trace = aroundRenewal(renewals)
  const added: Instrumentation = {
    fetch: instrumentedFetch(fetch, server, telemetry),
    onEvent: (event) => {
      count(event)
      return onEvent?.(event)
    },
    aroundRenewal: around ? (renew, source) => trace(() => around(renew, source), source) : trace,
  }
  return conceal({ ...options, ...added }, { server, clientId })
}
