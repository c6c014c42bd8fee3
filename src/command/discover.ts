import { type Command, subcommand } from './parser.js'
import { UsageError } from './usage-error.js'

export const discover = (): Command =>
  subcommand({
    name: 'discover',
    summary: 'Say what an authorization server can do',
    examples: { 'a server': 'bearward discover https://as.example.com' },
  }).action(() => {
    throw new UsageError('the issuer is missing')
  })
