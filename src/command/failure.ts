import process from 'node:process'
import { printable } from '../cli/printable.js'
import { OAuthError } from '../core/errors.js'
import { exitCode } from './exit-code.js'
import { Interruption } from './interruption.js'
import { note, paint } from './terminal.js'
import { UsageError } from './usage-error.js'

const exitCodeOf = (failure: unknown): number => {
  if (failure instanceof Interruption) return exitCode.interrupted[failure.signal]
  if (failure instanceof UsageError) return exitCode.usage
  return failure instanceof OAuthError && failure.code === 'invalid_argument' ? exitCode.usage : exitCode.refused
}

/** Says on one line what has failed. `BEARWARD_DEBUG` in the environment adds where. @returns the exit code */
export const tellOf = (failure: unknown): number => {
  if (!(failure instanceof Interruption)) {
    const message = failure instanceof Error ? failure.message : String(failure)
    note(`${paint('red', 'bearward:', process.stderr)} ${printable(message)}`)
    if (process.env['BEARWARD_DEBUG'] && failure instanceof Error) note(`${failure.stack}`)
  }
  return exitCodeOf(failure)
}
