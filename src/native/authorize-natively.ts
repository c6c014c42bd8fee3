import { type Clock, longestTimerMs, systemClock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import type { Token } from '../core/token.js'
import { unlessAborted } from '../core/waiting.js'
import type { AuthorizationRequest } from '../protocol/authorization-request.js'
import type { GrantOptions } from '../protocol/context.js'
import type { ClientAuthorizationRequestOptions } from '../protocol/elaborate-request.js'
import { openLoopback } from './loopback.js'
import { failurePage, type Page, successPage } from './pages.js'
import { openPage } from './system-browser.js'

/** What is used of a client. */
export interface NativeClient {
  authorizationRequest(options: ClientAuthorizationRequestOptions): Promise<AuthorizationRequest>
  exchangeCode(callback: string, request: AuthorizationRequest, options?: GrantOptions): Promise<Token>
}

/** What the user is asked to authorize, how they are sent there, and how they come back (RFC 8252). */
export interface NativeAuthorizationOptions
  extends Omit<ClientAuthorizationRequestOptions, 'redirectUri' | 'insecurePkce'> {
  /** Opens the URL in a browser; `false` opens nothing, and leaves it to `onUrl`. @default systemBrowser */
  readonly openBrowser?: false | ((url: string) => unknown)
  /** Is told the URL before the browser is: print it, for who has no browser here, or another one. */
  readonly onUrl?: (url: string) => void
  /** Where to listen; never `localhost`, which may be somebody else's (RFC 8252 §8.3). @default '127.0.0.1' */
  readonly host?: '127.0.0.1' | '::1'
  /** A port of your own, for a server that wants the exact redirect URI. @default a free one */
  readonly port?: number
  /** The path of the redirect URI. @default '/callback' */
  readonly path?: string
  /** Milliseconds that the user has. @default 300_000 */
  readonly timeoutMs?: number
  /** Aborting rejects with the signal's reason, and closes the server. */
  readonly signal?: AbortSignal
  /** HTML that is shown when all went well; no scripts run in it. @default a line of text */
  readonly successPage?: string
  /** @default the system's */
  readonly clock?: Clock
}

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

/** Tells the URL, and opens it. Fails only where the user is then left with nothing to do. */
const sendUser = async (url: string, { openBrowser, onUrl }: NativeAuthorizationOptions, over: AbortSignal) => {
  onUrl?.(url)
  if (openBrowser === false) return
  try {
    await (openBrowser ? openBrowser(url) : openPage(url, over))
  } catch (failure) {
    if (!onUrl) throw failure
  }
}

/**
 * Logs a user in from a program on their own machine (RFC 8252): opens their browser, catches the callback on a loopback port,
 * and exchanges the code, with PKCE and `state`. The server listens as long as this takes, for that one callback.
 * @throws {OAuthError} what `authorizationRequest` and `exchangeCode` throw, `authorization_refused` among it if the user says
 * no; `timeout` if nobody comes back; `unsupported` if the port cannot be had, or no browser be opened while there is no
 * `onUrl`; `invalid_argument`.
 */
export const authorizeNatively = async (
  client: NativeClient,
  options: NativeAuthorizationOptions = {},
): Promise<Token> => {
  const { openBrowser, onUrl, host = '127.0.0.1', port = 0, path = '/callback', ...rest } = options
  const { timeoutMs = 300_000, signal, successPage: html, clock = systemClock, ...asked } = rest
  if (openBrowser === false && !onUrl) throw invalid('onUrl must tell the user where to go if no browser is opened')
  if (host !== '127.0.0.1' && host !== '::1') throw invalid("host must be '127.0.0.1' or '::1'")
  if (!(Number.isInteger(port) && port >= 0 && port < 2 ** 16)) throw invalid('port must be a whole number below 65536')
  if (URL.parse(path, 'http://127.0.0.1')?.pathname !== path)
    throw invalid('path must begin with /, without query and fragment')
  if (!(timeoutMs > 0 && timeoutMs <= longestTimerMs))
    throw invalid('timeoutMs must be positive and at most 2147483647')
  if (html !== undefined && typeof html !== 'string') throw invalid('successPage must be a text')
  const leaving = signal && { signal }
  signal?.throwIfAborted()
  const loopback = await openLoopback({ host, port, path, clock })
  const over = new AbortController()
  let page: Page = failurePage
  try {
    const { redirectUri } = loopback
    const request = await client.authorizationRequest({ ...asked, ...leaving, redirectUri })
    signal?.throwIfAborted()
    const callback = loopback.callback(request.state)
    const tooLate = clock.sleep(timeoutMs, over.signal).then(() => {
      throw new OAuthError('timeout', `nobody came back from the browser within ${timeoutMs} ms`, {
        delivery: 'ambiguous',
      })
    })
    // It never resolves: that a browser was opened says nothing of the user.
    const unopened = new Promise<never>((_, reject) => sendUser(request.url, options, over.signal).catch(reject))
    const url = await unlessAborted(Promise.race([callback, tooLate, unopened]), signal)
    // RFC 8707 §2.2: some servers take the resource of a token from this request alone.
    const { resource } = asked
    const token = await client.exchangeCode(url, request, { ...leaving, ...(resource !== undefined && { resource }) })
    page = html === undefined ? successPage : { status: 200, html }
    return token
  } finally {
    over.abort()
    await loopback.close(page)
  }
}
