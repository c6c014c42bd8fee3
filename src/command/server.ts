import type { AuthorizationServer, TokenStore } from '../index.js'
import { type Command, InvalidArgumentError } from './parser.js'
import { contentOf } from './secret.js'
import { UsageError } from './usage-error.js'

export interface ServerFlags {
  readonly issuer?: string
  readonly provider?: string
  readonly providerOption?: Readonly<Record<string, string>>
  readonly serverFile?: string
  readonly tokenEndpoint?: string
  readonly endpoint?: Readonly<Record<string, string>>
  readonly allowInsecureRequests?: boolean
}

type Endpoint = Extract<keyof AuthorizationServer, `${string}Endpoint`>

/** `name=value`, once or several times. */
export const assignment = (text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must be name=value.')
  const name = text.slice(0, at)
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`${name} is there twice.`)
  return { ...before, [name]: text.slice(at + 1) }
}

/** By the names of RFC 8414, without `_endpoint`. */
const endpoints: Readonly<Record<string, Endpoint>> = {
  authorization: 'authorizationEndpoint',
  device_authorization: 'deviceAuthorizationEndpoint',
  pushed_authorization_request: 'pushedAuthorizationRequestEndpoint',
  introspection: 'introspectionEndpoint',
  revocation: 'revocationEndpoint',
}

const endpoint = (text: string, before?: Readonly<Record<string, string>>): Record<string, string> => {
  const given = assignment(text, before)
  const unknown = Object.keys(given).some((name) => !Object.hasOwn(endpoints, name))
  if (unknown)
    throw new InvalidArgumentError(`It must be name=url, with a name of ${Object.keys(endpoints).join(', ')}.`)
  return given
}

export const takesServer = (command: Command): Command =>
  command
    .optionsGroup('The server, by one of these:')
    .option('--issuer <url>', 'Its issuer, whose metadata are read (RFC 8414)')
    .option('--provider <name>', 'A preset: miwa, smokeball, google, keycloak, …')
    .option('--server-file <path>', 'What bearward discover --json has printed')
    .option('--token-endpoint <url>', 'Its token endpoint')
    .optionsGroup('More of the server:')
    .option('--provider-option <name=value>', 'What the preset needs: url=… and realm=… of keycloak', assignment)
    .option('--endpoint <name=url>', `Another endpoint: ${Object.keys(endpoints).join(', ')}`, endpoint)
    .option('--allow-insecure-requests', 'Allow plain http beyond this machine: others can read it all')

const presetOf = async (name: string, options: Readonly<Record<string, string>>): Promise<AuthorizationServer> => {
  const presets: Readonly<Record<string, unknown>> = await import('../providers/index.js')
  const preset = Object.hasOwn(presets, name) ? presets[name] : undefined
  if (!preset) throw new UsageError(`there is no provider of this name: take one of ${Object.keys(presets).join(', ')}`)
  if (typeof preset === 'function') return preset(options)
  const [unknown] = Object.keys(options)
  if (unknown !== undefined) throw new UsageError(`the provider ${name} has no options`)
  return preset as AuthorizationServer
}

const fromFile = async (path: string): Promise<AuthorizationServer> => {
  try {
    const server: unknown = JSON.parse(await contentOf(path))
    if (typeof (server as AuthorizationServer | null)?.tokenEndpoint === 'string') return server as AuthorizationServer
  } catch (failure) {
    if (!(failure instanceof SyntaxError)) throw failure
  }
  throw new UsageError(`${path} must be JSON with a tokenEndpoint, as \`bearward discover --json\` prints it`)
}

/** How long a metadata document is believed that was read by an earlier run. */
const keptMs = 3_600_000

interface KeptMetadata {
  /** Epoch milliseconds at which they were read. */
  readonly at: number
  readonly server: AuthorizationServer
}

const keptIn = (value: string): KeptMetadata | undefined => {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

const metadataKey = ({ issuer, allowInsecureRequests }: ServerFlags): string =>
  `metadata ${issuer}${allowInsecureRequests ? ' insecure' : ''}`

/** Has the next run read the issuer's metadata anew. */
export const forgetMetadata = async (flags: ServerFlags, store: TokenStore): Promise<void> => {
  const stored = await store.get(metadataKey(flags))
  if (stored) await store.delete(metadataKey(flags), stored.version)
}

/** The issuer's metadata: read but once an hour, so that a token that is kept costs no request. */
const discovered = async (
  issuer: string,
  flags: ServerFlags,
  store: TokenStore | undefined,
  signal: AbortSignal,
): Promise<AuthorizationServer> => {
  const { allowInsecureRequests = false } = flags
  const key = metadataKey(flags)
  // Of a store that cannot be had, who keeps tokens in it tells.
  const stored = await store?.get(key).catch(() => undefined)
  const kept = stored && keptIn(stored.value)
  if (kept && Math.abs(Date.now() - kept.at) < keptMs) return kept.server
  const { discover } = await import('../index.js')
  const server = await discover(issuer, { allowInsecureRequests, signal })
  await store?.set(key, JSON.stringify({ at: Date.now(), server }), stored?.version).catch(() => {})
  return server
}

const chosen = async (
  flags: ServerFlags,
  store: TokenStore | undefined,
  signal: AbortSignal,
): Promise<AuthorizationServer> => {
  const { issuer, provider, providerOption = {}, serverFile, tokenEndpoint } = flags
  const ways = [issuer, provider, serverFile].filter((way) => way !== undefined).length
  if (ways > 1) throw new UsageError('--issuer, --provider and --server-file exclude each other')
  if (provider === undefined && flags.providerOption) throw new UsageError('--provider-option goes with --provider')
  if (provider !== undefined) return presetOf(provider, providerOption)
  if (serverFile !== undefined) return fromFile(serverFile)
  if (issuer !== undefined) return discovered(issuer, flags, store, signal)
  if (tokenEndpoint !== undefined) return { tokenEndpoint }
  throw new UsageError('which server? Name it by --issuer, --provider, --server-file or --token-endpoint')
}

/** The server that the options name; an endpoint that is given wins over what is known of the server. */
export const serverOf = async (
  flags: ServerFlags,
  store: TokenStore | undefined,
  signal: AbortSignal,
): Promise<AuthorizationServer> => {
  const server = await chosen(flags, store, signal)
  const { endpoint: others = {}, tokenEndpoint = server.tokenEndpoint } = flags
  const given = Object.entries(others).map(([name, url]) => [endpoints[name], url])
  return { ...server, tokenEndpoint, ...Object.fromEntries(given) }
}
