import process from 'node:process'
import type { exitCode } from './exit-code.js'

/** The user, or the system, has ended the command with a signal. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  readonly signal: keyof typeof exitCode.interrupted

  constructor(signal: keyof typeof exitCode.interrupted) {
    super(`ended by ${signal}`)
    this.signal = signal
  }
}

/**
 * Aborts with the first SIGINT or SIGTERM (Ctrl-C), so that what is under way can end in order; with the second the process ends
 * at once, as it would have without this.
 */
export const interruption = (): AbortSignal => {
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupted.abort(new Interruption(signal)))
  }
  return interrupted.signal
}
