import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MockAuthorizationServer, MockClient, MockRequest } from '../../testing/index.js'
import { interruption } from '../interruption.js'
import { UsageError } from '../usage-error.js'
import { writeCertificate } from './certificate-file.js'
import { faultCounts } from './fault-counts.js'
import { listeningOf } from './greeting.js'
import { madeMock } from './made.js'
import { type Reporter, reporterOf } from './reporter.js'
import { seenOf } from './seen.js'
import { type MockArguments, type MockSettings, settingsOf } from './settings.js'
import { createSummary } from './summary.js'

/** How long a request may go without an answer until that is told. */
const patienceMs = 1000

/** How long a request that is open when the mock closes may take to hear of that. */
const partingMs = 500

/** How many requests the mock keeps for its page: it may run for long. */
const requestsLimit = 10_000

/** Hears of requests, and tells of each when it is over, or when it takes its time. */
const listenerOf = (reporter: Reporter, clients: readonly MockClient[]) => {
  const summary = createSummary()
  const open = new Map<MockRequest, { readonly since: number; readonly timer: NodeJS.Timeout }>()
  const look = (request: MockRequest, since: number) => seenOf(request, clients, performance.now() - since)
  return {
    summary,
    onRequest: (request: MockRequest): void => {
      const since = performance.now()
      const timer = setTimeout(() => reporter.waiting(look(request, since)), patienceMs)
      open.set(request, { since, timer })
    },
    onAnswer: (request: MockRequest): void => {
      const { since, timer } = open.get(request) ?? { since: performance.now() }
      clearTimeout(timer)
      open.delete(request)
      const over = look(request, since)
      summary.add(over)
      reporter.request(over)
    },
    close: async (): Promise<void> => {
      for (const { timer } of open.values()) clearTimeout(timer)
      const latest = performance.now() + partingMs
      while (open.size > 0 && performance.now() < latest) await sleep(1)
    },
  }
}

const isTaken = (failure: unknown): boolean =>
  failure instanceof Error && 'code' in failure && failure.code === 'EADDRINUSE'

/** The mock where it listens, with its certificate in a file. */
const open = async (mock: MockAuthorizationServer, { port, https, certificate: wanted }: MockSettings) => {
  const there = await mock.listen({ port, https }).catch((failure) => {
    if (!isTaken(failure)) throw failure
    throw new Error(`port ${port} is taken: --port names another, and --port 0 takes a free one`)
  })
  if (there.certificate === undefined) return { there, close: there.close }
  try {
    const certificate = await writeCertificate(there.certificate, wanted)
    const close = async (): Promise<void> => {
      await there.close()
      await certificate.discard()
    }
    return { there, certificate: certificate.path, close }
  } catch (failure) {
    await there.close()
    throw new Error(`the certificate cannot be written: ${failure instanceof Error ? failure.message : failure}`)
  }
}

/**
 * Runs the mock until it is interrupted.
 * @throws {UsageError} for a configuration that cannot be; an Error where the port is taken, or the certificate has no place.
 */
export const serve = async (given: MockArguments): Promise<void> => {
  const settings = await settingsOf(given)
  const reporter = reporterOf(given)
  const listener = listenerOf(reporter, settings.options.clients)
  const { onRequest, onAnswer } = listener
  const { mock, clients, formatFault } = await madeMock({
    requestsLimit,
    ...settings.options,
    onRequest,
    onAnswer,
  }).catch((failure: Error) => {
    throw given.config === undefined ? failure : new UsageError(`${given.config}: ${failure.message}`)
  })
  const faults = mock.faults.map(({ scripted }) => scripted)
  const interrupted = interruption()
  const { there, certificate, close } = await open(mock, settings)
  const started = performance.now()
  const { profile, seed = 1 } = settings.options
  reporter.listening(
    there,
    listeningOf(there, { profile, seed, certificate, faults: faults.map(formatFault) }),
    clients,
  )
  if (!interrupted.aborted) await once(interrupted, 'abort')
  const pending = mock.faults
  await close()
  await listener.close()
  reporter.closed(listener.summary.after(performance.now() - started, faultCounts(faults, pending, formatFault)))
}
