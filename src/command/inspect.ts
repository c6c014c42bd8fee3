import { type Command, subcommand } from './parser.js'
import { UsageError } from './usage-error.js'

export const inspect = (): Command =>
  subcommand({
    name: 'inspect',
    summary: 'Say what a token is, and when it ends',
    examples: { 'a token of a variable': 'echo "$TOKEN" | bearward inspect' },
  }).action(() => {
    throw new UsageError('the token is missing')
  })
