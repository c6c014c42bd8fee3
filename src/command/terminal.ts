import process from 'node:process'
import { styleText } from 'node:util'
import { exitCode } from './exit-code.js'

/** What was asked for, and nothing else, goes to standard output: `$(bearward token)` is a token. */
export const putOut = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** All else goes to standard error. */
export const note = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

type Format = Parameters<typeof styleText>[0]
type Output = typeof process.stdout | typeof process.stderr

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

/** Before 22.8 `styleText` colours for every stream. */
const asksStream = major > 22 || minor >= 8

/** Colours a text for a stream, where that is a terminal that shows colours and `NO_COLOR` and `FORCE_COLOR` say nothing else. */
export const paint = (format: Format, text: string, stream: Output = process.stdout): string =>
  asksStream || (stream.isTTY && stream.hasColors()) ? styleText(format, text, { stream }) : text

/** Who reads the output may stop reading (`| head`): that is no failure. */
export const endQuietlyWithReader = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (failure: NodeJS.ErrnoException) => {
      if (failure.code === 'EPIPE') process.exit()
      // Nothing is said of standard error where it is that which cannot be written to.
      if (stream === process.stdout) note(`bearward: cannot write to standard output (${failure.code})`)
      process.exit(exitCode.refused)
    })
  }
}
