import type { AuthorizationServer, Client, ClientOptions, TokenEvent } from '../index.js'
import { type Command, InvalidArgumentError, Option } from './parser.js'
import { contentOf, secretOf, takesSecret } from './secret.js'
import type { ServerFlags } from './server.js'
import { UsageError } from './usage-error.js'

export interface ClientFlags extends Pick<ServerFlags, 'allowInsecureRequests'> {
  readonly clientId?: string
  readonly clientKeyFile?: string
  readonly clientKeyId?: string
  readonly authMethod?: Method
}

const methods = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'] as const
type Method = (typeof methods)[number]

const methodOf = (text: string): Method => {
  const method = methods.find((name) => name === text)
  if (!method) throw new InvalidArgumentError(`It must be one of ${methods.join(', ')}.`)
  return method
}

export const takesClient = (command: Command): Command => {
  command
    .optionsGroup('The client:')
    .addOption(new Option('--client-id <id>', 'Its client ID').env('BEARWARD_CLIENT_ID'))
  takesSecret(command, 'client-secret')
  return command
    .option('--auth-method <method>', `${methods.join(', ')} (default: what fits the server)`, methodOf)
    .option('--client-key-file <path>', 'Its private key for private_key_jwt: a JWK, or PKCS#8 in PEM')
    .option('--client-key-id <kid>', "The key's name in the key set that the server knows")
}

const signing = async (): Promise<typeof import('../jwt/index.js')> => {
  try {
    return await import('../jwt/index.js')
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw failure
    throw new UsageError('signing needs the package jose beside bearward: npm install bearward jose')
  }
}

const keyOf = (content: string): string | object => {
  try {
    return Object(JSON.parse(content))
  } catch {
    return content
  }
}

/** How a client with this proof of who it is authenticates; nothing where the library is to choose. */
const authenticationOf = async (
  { authMethod, clientKeyFile, clientKeyId }: ClientFlags,
  clientSecret: string | undefined,
): Promise<Pick<ClientOptions, 'clientSecret' | 'clientAuthentication'>> => {
  if (clientKeyFile !== undefined) {
    if (authMethod && authMethod !== 'private_key_jwt') throw new UsageError(`${authMethod} takes no key`)
    const key = keyOf(await contentOf(clientKeyFile))
    const { privateKeyJwt } = await signing()
    return { clientAuthentication: privateKeyJwt({ key, ...(clientKeyId !== undefined && { kid: clientKeyId }) }) }
  }
  if (authMethod === 'private_key_jwt') throw new UsageError('private_key_jwt needs --client-key-file')
  if (authMethod === 'none') return { clientAuthentication: 'none' }
  if (clientSecret === undefined) {
    if (authMethod) throw new UsageError(`${authMethod} needs a client secret: set BEARWARD_CLIENT_SECRET`)
    return {}
  }
  if (authMethod === 'client_secret_jwt') {
    const { clientSecretJwt } = await signing()
    return { clientAuthentication: clientSecretJwt({ clientSecret }) }
  }
  return { clientSecret, ...(authMethod && { clientAuthentication: authMethod }) }
}

export interface KnownClient {
  readonly client: Client
  readonly clientId: string
  /** It can prove who it is. */
  readonly isConfidential: boolean
  /** Why the last renewal failed; `undefined` if it did not. A source that has a token left gives that, and does not say. */
  readonly renewalFailure: () => unknown
}

/** The client that the options name, of a server. */
export const clientOf = async (flags: ClientFlags, server: AuthorizationServer): Promise<KnownClient> => {
  const { clientId, allowInsecureRequests = false } = flags
  if (!clientId) throw new UsageError('--client-id is missing (or BEARWARD_CLIENT_ID)')
  const secret = await secretOf({ ...flags }, 'client-secret')
  const authentication = await authenticationOf(flags, secret)
  let failure: unknown
  const onEvent = (event: TokenEvent) => {
    if (event.type === 'renewal_failed') failure = event.error
    if (event.type === 'renewed') failure = undefined
  }
  const { createClient } = await import('../index.js')
  return {
    client: createClient({ server, clientId, allowInsecureRequests, ...authentication, onEvent }),
    clientId,
    isConfidential: Object.keys(authentication).length > 0 && authentication.clientAuthentication !== 'none',
    renewalFailure: () => failure,
  }
}
