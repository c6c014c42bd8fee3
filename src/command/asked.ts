import { base64url } from '../core/base64url.js'
import type { AuthorizationDetail, AuthorizationServer } from '../index.js'
import { type Command, InvalidArgumentError } from './parser.js'
import { contentOf, variable } from './secret.js'
import { assignment } from './server.js'
import { UsageError } from './usage-error.js'

/** What a token is asked for, whatever the grant. */
export interface AskedFlags {
  readonly scope?: string
  readonly resource?: readonly string[]
  readonly audience?: readonly string[]
  readonly authorizationDetails?: readonly AuthorizationDetail[]
  readonly parameter?: Readonly<Record<string, string>>
  readonly parameterEnv?: Readonly<Record<string, string>>
  readonly parameterFile?: Readonly<Record<string, string>>
  readonly account?: string
}

const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]

const detailsOf = (text: string): readonly AuthorizationDetail[] => {
  try {
    return [JSON.parse(text)].flat()
  } catch {
    throw new InvalidArgumentError('It must be JSON.')
  }
}

export const takesAsked = (command: Command): Command =>
  command
    .optionsGroup('What the token is for:')
    .option('--scope <scope>', 'The scope: what is in it has spaces between')
    .option('--resource <uri>', 'Where the token is to be used (RFC 8707)', several)
    .option('--audience <name>', 'The same, by the name that the server has for it', several)
    .option('--authorization-details <json>', 'What it is for, in more words (RFC 9396)', detailsOf)
    .option('--parameter <name=value>', 'One more parameter of the request', assignment)
    .option('--parameter-env <name=variable>', 'The same, its value in an environment variable', assignment)
    .option('--parameter-file <name=path>', 'The same, its value in a file', assignment)
    .option('--account <name>', 'A name of your own for this login, beside others of this client')

/** Parameters whose value is a secret, or has an option of its own that treats it as one. */
const secretParameter = /secret|password|assertion|token$|^code$|_key$/i

const parametersOf = async (flags: AskedFlags): Promise<Readonly<Record<string, string>>> => {
  const { parameter = {}, parameterEnv = {}, parameterFile = {} } = flags
  const secret = Object.keys(parameter).find((name) => secretParameter.test(name))
  if (secret !== undefined) {
    throw new UsageError(
      `${secret} is not taken as an argument, where others can read it: take --parameter-env or -file`,
    )
  }
  const fromVariables = Object.entries(parameterEnv).map(([name, from]) => [name, variable(from)])
  const fromFiles = Object.entries(parameterFile).map(async ([name, path]) => [name, await contentOf(path)])
  return { ...parameter, ...Object.fromEntries([...fromVariables, ...(await Promise.all(fromFiles))]) }
}

/** In the words of the library. */
export interface Asked {
  readonly scope?: string
  readonly resource?: readonly string[]
  readonly audience?: readonly string[]
  readonly authorizationDetails?: readonly AuthorizationDetail[]
  readonly parameters?: Readonly<Record<string, string>>
}

export const askedOf = async (flags: AskedFlags): Promise<Asked> => {
  const { scope, resource, audience, authorizationDetails } = flags
  const parameters = await parametersOf(flags)
  return {
    ...(scope !== undefined && { scope }),
    ...(resource && { resource }),
    ...(audience && { audience }),
    ...(authorizationDetails && { authorizationDetails }),
    ...(Object.keys(parameters).length && { parameters }),
  }
}

/** What makes a token another one, beside what is asked. */
export interface Holder {
  readonly kind: string
  readonly server: AuthorizationServer
  readonly clientId: string
  readonly account: string | undefined
  /** What the token is given for: a subject token, an assertion. */
  readonly given: readonly (string | undefined)[]
}

/** The key of a token in the store. What it is made of may be secret, so it is a digest. */
export const keyOf = async ({ kind, server, clientId, account, given }: Holder, asked: Asked): Promise<string> => {
  const { scope = '', resource, audience, authorizationDetails, parameters = {} } = asked
  const whole = [
    // The endpoint too: what an issuer gave goes to no other one that a file says is the issuer's.
    ...[kind, server.issuer, server.tokenEndpoint, clientId, account, given],
    [...new Set(scope.split(' '))].sort(),
    [resource?.toSorted(), audience?.toSorted(), authorizationDetails],
    Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(whole)))
  return `${kind} ${clientId} ${base64url(new Uint8Array(digest))}`
}
