import process from 'node:process'
import { printable } from '../cli/printable.js'
import { OAuthError } from '../core/errors.js'
import { exitCode } from './exit-code.js'
import { Interruption } from './interruption.js'
import { note, paint } from './terminal.js'
import { UsageError } from './usage-error.js'

/** What was asked for is printed, and it is a no. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

const exitCodeOf = (failure: unknown): number => {
  if (failure instanceof Interruption) return exitCode.interrupted[failure.signal]
  if (failure instanceof UsageError) return exitCode.usage
  return failure instanceof OAuthError && failure.code === 'invalid_argument' ? exitCode.usage : exitCode.refused
}

/** Says on one line what has failed. `BEARWARD_DEBUG` in the environment adds where. @returns the exit code */
export const tellOf = (failure: unknown): number => {
  if (!(failure instanceof Interruption || failure instanceof Refused)) {
    const message = failure instanceof Error ? failure.message : String(failure)
    note(`${paint('red', 'bearward:', process.stderr)} ${printable(message)}`)
    if (process.env['BEARWARD_DEBUG'] && failure instanceof Error) {
      // The message is in it, and may be a server's.
      for (const line of `${failure.stack}`.split('\n')) note(printable(line))
    }
  }
  return exitCodeOf(failure)
}
