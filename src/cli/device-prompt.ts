import { OAuthError } from '../core/errors.js'
import { secureUrl } from '../core/server.js'
import type { Token } from '../core/token.js'
import type { DeviceAuthorization, DeviceAuthorizationOptions } from '../protocol/device-authorization.js'
import { printable } from './printable.js'

/** What is used of a client. */
export interface PromptingClient {
  deviceAuthorization(options?: DeviceAuthorizationOptions): Promise<DeviceAuthorization>
}

/** Where lines go: `process.stderr`, or what has its `write`. */
export interface PromptOutput {
  write(text: string): unknown
}

/** What the user is asked to authorize, and where they are told how. */
export interface DevicePromptOptions extends DeviceAuthorizationOptions {
  /** Where the prompt is printed; what the program itself puts out is then still its own. @default process.stderr */
  readonly output?: PromptOutput
  /** Opens the page for the user too: `systemBrowser` of `bearward/native`. @default nothing is opened */
  readonly open?: (url: string) => unknown
}

const standardError = (): PromptOutput => {
  const { process } = globalThis as { process?: { stderr?: PromptOutput } }
  return process?.stderr ?? { write: (text) => console.error(text.replace(/\n$/, '')) }
}

const minutes = (seconds: number): string => {
  const whole = Math.max(Math.floor(seconds / 60), 1)
  return `${whole} minute${whole === 1 ? '' : 's'}`
}

const instructions = ({ userCode, verificationUri, verificationUriComplete, expiresIn }: DeviceAuthorization): string =>
  [
    'To log in, open this page in a browser, on this device or another:',
    '',
    `    ${printable(verificationUri)}`,
    '',
    'and enter this code:',
    '',
    `    ${printable(userCode)}`,
    '',
    ...(verificationUriComplete
      ? ['Or open this one, and compare the code:', '', `    ${printable(verificationUriComplete)}`, '']
      : []),
    `It is good for ${minutes(expiresIn)}. Waiting ...`,
    '',
  ].join('\n')

const ending = (failure: unknown, signal: AbortSignal | undefined): string => {
  if (signal?.aborted) return 'Cancelled.'
  const error = failure instanceof OAuthError && failure.code === 'error_response' ? failure.error : ''
  // Entra has a word of its own for the one, GitHub for the other.
  if (error === 'access_denied' || error === 'authorization_declined') return 'The login was refused.'
  if (error === 'expired_token' || error === 'token_expired') return 'The code has expired. Start again for a new one.'
  return `The login failed: ${printable(failure instanceof Error ? failure.message : String(failure))}`
}

/**
 * Logs a user of a command-line tool in with a device code (RFC 8628): says where to go and what to enter, waits, and says how it
 * ended. It prints plain lines, without colours and cursor movements, and nothing of a server that a terminal could obey.
 * @throws {OAuthError} what `deviceAuthorization` and its `token` throw, after the last line is printed; the signal's reason once
 * it is aborted.
 */
export const devicePrompt = async (
  client: PromptingClient,
  { output = standardError(), open, ...asked }: DevicePromptOptions = {},
): Promise<Token> => {
  const print = (line: string) => void output.write(`${line}\n`)
  const openPage = async ({ verificationUri, verificationUriComplete = verificationUri }: DeviceAuthorization) => {
    if (!open) return
    try {
      await open(secureUrl(verificationUriComplete, 'the page').href)
    } catch (failure) {
      const isInsecure = failure instanceof OAuthError && failure.code === 'insecure_url'
      print(isInsecure ? 'The page was not opened, because it is not https.' : 'The page could not be opened here.')
    }
  }
  try {
    const device = await client.deviceAuthorization(asked)
    print(instructions(device))
    openPage(device)
    const token = await device.token(asked.signal && { signal: asked.signal })
    print('Logged in.')
    return token
  } catch (failure) {
    print(ending(failure, asked.signal))
    throw failure
  }
}
