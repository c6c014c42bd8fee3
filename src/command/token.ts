import process from 'node:process'
import { printable } from '../cli/printable.js'
import { missingScope } from '../core/scope.js'
import type { Token } from '../index.js'
import { askedOf, takesAsked } from './asked.js'
import { type ClientFlags, clientOf, type KnownClient, takesClient } from './client.js'
import { takesGrant } from './grant.js'
import { type Holding, type HoldingFlags, holdingOf } from './holding.js'
import { interruption } from './interruption.js'
import { type Command, InvalidArgumentError, subcommand } from './parser.js'
import { directoryOf, storeOf, takesPlace } from './place.js'
import { forgetMetadata, type ServerFlags, serverOf, takesServer } from './server.js'
import { note, paint, putOut } from './terminal.js'
import { UsageError } from './usage-error.js'

interface TokenFlags extends ServerFlags, ClientFlags, HoldingFlags {
  readonly renew?: boolean
  readonly forget?: boolean
  readonly json?: boolean
  readonly showRefreshToken?: boolean
}

const warn = (text: string): void => note(`${paint('yellow', 'bearward:', process.stderr)} ${printable(text)}`)

const secondsOf = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of seconds.')
  return Number(text)
}

/** One that a header can carry (RFC 6750 §2.1), so that what is printed is one line that nothing obeys. */
const assertPrintable = (accessToken: string): void => {
  if (!/^[\x21-\x7e]+$/.test(accessToken)) throw new Error('the server gave an access token that no header can carry')
}

/** What is odd about a token, for whoever is going to use it. */
const remarksOn = (token: Token, { validFor = 0 }: TokenFlags): readonly string[] => {
  const missing = missingScope(token).join(' ')
  const lives = Math.round(((token.expiresAt ?? Infinity) - Date.now()) / 1000)
  return [
    ...(lives < validFor ? [`the token lives ${lives} s, and not the ${validFor} that are wanted`] : []),
    ...(missing ? [`the server did not grant all that was asked for: it left out ${missing}`] : []),
    ...(/^bearer$/i.test(token.tokenType) ? [] : [`this is no bearer token: its type is ${token.tokenType}`]),
  ]
}

const jsonOf = (token: Token, { showRefreshToken }: TokenFlags): string => {
  const { accessToken, tokenType, expiresAt, scope, refreshToken, refreshTokenExpiresAt, authorizationDetails } = token
  const expiresIn = expiresAt === undefined ? undefined : Math.max(Math.floor((expiresAt - Date.now()) / 1000), 0)
  const shown = { accessToken, tokenType, expiresAt, expiresIn, scope, authorizationDetails }
  return JSON.stringify({ ...shown, ...(showRefreshToken && { refreshToken, refreshTokenExpiresAt }) }, null, 2)
}

/** What is kept; empty where that is nothing, or cannot be read. */
const keptIn = async ({ place }: Holding): Promise<string> => {
  const stored = await place?.store.get(place.key).catch(() => undefined)
  return stored?.value ?? ''
}

/** @throws what kept a token that was good from being renewed. */
const renewed = async (holding: Holding, { renewalFailure }: KnownClient, signal: AbortSignal): Promise<Token> => {
  const kept = await keptIn(holding)
  const before = await holding.token(signal)
  if (!kept.includes(before.accessToken)) return before
  const token = await holding.renewed(before, signal)
  const failure = renewalFailure()
  // Not by the tokens alone: some servers give the same one again.
  if (failure && token.accessToken === before.accessToken) throw failure
  return token
}

/** Says of a store that failed where it is, of a session that is over how to begin one. */
const withRemedy = (failure: unknown, flags: TokenFlags): unknown => {
  const { code = '', message, syscall } = failure as Partial<NodeJS.ErrnoException>
  if (code === 'store_failed' || code === 'undecipherable' || syscall) {
    const where = `tokens are kept in ${directoryOf(flags)}: --store names another place, --no-store none`
    return new Error(`${message?.replace(': look into its own log', '')} (${where})`)
  }
  if (!/^session_/.test(code)) return failure
  return new Error('nobody is logged in, or no more: log in with --grant loopback or --grant device')
}

const forget = async ({ place, end }: Holding, flags: TokenFlags): Promise<void> => {
  const metadata = await storeOf(flags)
  if (!place || !metadata) throw new UsageError('with --no-store there is nothing to forget')
  const stored = await place.store.get(place.key)
  await forgetMetadata(flags, metadata)
  if (!stored) return note('No such token was kept.')
  if (end) await end()
  else await place.store.delete(place.key, stored.version)
  note(end ? 'Ended, and forgotten.' : 'Forgotten. It is good until it expires.')
}

const printToken = async (flags: TokenFlags): Promise<void> => {
  if (flags.showRefreshToken && (flags.store !== false || !flags.json)) {
    throw new UsageError(
      '--show-refresh-token goes with --no-store and --json: who else uses a kept one ends the session',
    )
  }
  const signal = interruption()
  const server = await serverOf(flags, await storeOf(flags), signal)
  const known = await clientOf(flags, server)
  const holding = await holdingOf({ flags, server, known, asked: await askedOf(flags) })
  try {
    if (flags.forget) return await forget(holding, flags)
    const token = await (flags.renew ? renewed(holding, known, signal) : holding.token(signal))
    assertPrintable(token.accessToken)
    for (const remark of remarksOn(token, flags)) warn(remark)
    if (holding.place && !(await keptIn(holding)).includes(token.accessToken)) {
      warn(`the token could not be kept in ${directoryOf(flags)}`)
    }
    putOut(flags.json ? jsonOf(token, flags) : token.accessToken)
  } catch (failure) {
    throw withRemedy(failure, flags)
  }
}

export const token = (): Command => {
  const command = subcommand({
    name: 'token',
    summary: 'Print an access token, by any grant',
    more:
      'It prints the token and nothing else, so that another command can use it. The token is kept, and printed again ' +
      'until it expires; a session is kept alive. Secrets come from the environment or from files.',
    examples: {
      'with the secret of a client in BEARWARD_CLIENT_SECRET':
        'curl -H "Authorization: Bearer $(bearward token \\\n' +
        '    --issuer https://as.example.com --client-id me)" https://api.example.com',
      'log a user in, once': 'bearward token --provider google --client-id me --grant loopback',
      'the same, without a browser on this machine':
        'bearward token --issuer https://as.example.com --client-id me --grant device',
      'log out': 'bearward token --issuer https://as.example.com --client-id me --forget',
    },
  })
  takesServer(command)
  takesClient(command)
  takesGrant(command)
  takesAsked(command)
  takesPlace(command)
  return command
    .option('--valid-for <seconds>', 'Print one that lives that long at least', secondsOf)
    .option('--renew', 'Print another one, though the one that is kept is good')
    .option('--forget', 'End the session, or forget the token, and print none')
    .optionsGroup('Output:')
    .option('--json', 'Print it as JSON, with its type, expiry and scope')
    .option('--show-refresh-token', 'With --json and --no-store: the refresh token too')
    .action(printToken)
}
