import process from 'node:process'
import { styleText } from 'node:util'

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

/** Colours a text for a stream, where that is a terminal that shows colours and `NO_COLOR` and `FORCE_COLOR` say nothing else. */
export const paint = (format: Format, text: string, stream: Output = process.stdout): string =>
  styleText(format, text, { stream })

/** Who reads the output may stop reading (`| head`): that is no failure. */
export const endQuietlyWithReader = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (failure: NodeJS.ErrnoException) => {
      if (failure.code === 'EPIPE') process.exit()
      throw failure
    })
  }
}
