import { discover } from './discover.js'
import { exitCode } from './exit-code.js'
import { tellOf } from './failure.js'
import { inspect } from './inspect.js'
import { mock } from './mock.js'
import { parse, program } from './parser.js'
import { endQuietlyWithReader } from './terminal.js'
import { token } from './token.js'

/** The command `bearward`. @returns its exit code */
export const run = async (argv: readonly string[], version: string): Promise<number> => {
  endQuietlyWithReader()
  try {
    await parse(program(version, [token(), inspect(), discover(), mock()]), argv)
    return exitCode.done
  } catch (failure) {
    return tellOf(failure)
  }
}
