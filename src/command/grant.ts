import type { TokenExchangeOptions } from '../index.js'
import { type Command, InvalidArgumentError } from './parser.js'
import { takesSecret } from './secret.js'
import { whole } from './whole.js'

/** The grants that have a way of their own here; any other one is an extension grant (RFC 6749 §4.5). */
const known = {
  'client-credentials': 'client_credentials',
  loopback: 'authorization_code',
  device: 'urn:ietf:params:oauth:grant-type:device_code',
  refresh: 'refresh_token',
  'token-exchange': 'urn:ietf:params:oauth:grant-type:token-exchange',
  'jwt-bearer': 'urn:ietf:params:oauth:grant-type:jwt-bearer',
} as const

/** By its short name, or by the `grant_type` that goes over the wire. */
const grantOf = (text: string): string => {
  const short = Object.entries(known).find(([name, wire]) => text === name || text === wire)?.[0]
  if (!short && !/[:_]/.test(text)) {
    throw new InvalidArgumentError(`It must be one of ${Object.keys(known).join(', ')}, or another grant_type.`)
  }
  return short ?? text
}

type TokenType = TokenExchangeOptions['subjectTokenType']

export interface GrantFlags {
  readonly grant?: string
  readonly offlineAccess?: boolean
  readonly redirectPort?: number
  readonly redirectPath?: string
  readonly browser: boolean
  readonly login: boolean
  readonly subjectTokenType: TokenType
  readonly actorTokenType: TokenType
  readonly requestedTokenType?: TokenType
}

export const takesGrant = (command: Command): Command => {
  command
    .optionsGroup('The grant:')
    .option(
      '--grant <name>',
      `${Object.keys(known).join(', ')}, or another grant_type (default: client-credentials, for a client that can authenticate)`,
      grantOf,
    )
  takesSecret(command, 'refresh-token')
  takesSecret(command, 'assertion')
    .optionsGroup('A login (--grant loopback or device):')
    .option('--no-login', 'Fail where a user would have to log in')
    .option('--no-browser', 'Open none: print where to go')
    .option('--offline-access', 'With loopback: ask for a refresh token, where the server has a way of its own to')
    .option('--redirect-port <number>', 'The port of the redirect URI (default: a free one)', whole(2 ** 16))
    .option('--redirect-path <path>', 'The path of the redirect URI (default: /callback)')
    .optionsGroup('An exchange (--grant token-exchange):')
  takesSecret(command, 'subject-token')
  command.option('--subject-token-type <type>', 'What it is (RFC 8693 §3)', 'access_token')
  takesSecret(command, 'actor-token')
  return command
    .option('--actor-token-type <type>', 'What that is', 'access_token')
    .option('--requested-token-type <type>', "What is wanted (default: the server's own)")
}
