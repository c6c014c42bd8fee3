import { type Command, subcommand } from './parser.js'
import { UsageError } from './usage-error.js'

export const token = (): Command =>
  subcommand({
    name: 'token',
    summary: 'Print an access token, by any grant',
    examples: {
      'call an API': 'curl -H "Authorization: Bearer $(bearward token --issuer URL)" https://api.example.com',
    },
  }).action(() => {
    throw new UsageError('--client-id is missing')
  })
