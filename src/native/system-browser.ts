import { spawn } from 'node:child_process'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { OAuthError } from '../core/errors.js'
import { secureUrl } from '../core/server.js'
import { unlessAborted } from '../core/waiting.js'

type Command = readonly [program: string, ...argv: string[]]
type Environment = Readonly<Record<string, string | undefined>>

/** The programs that may open a URL, the best first. No shell is among them: it would read the `&` of a URL as its own. */
export const browserCommands = (url: string, platform: string, environment: Environment): readonly Command[] => {
  const { BROWSER, SystemRoot = 'C:\\Windows', WSL_DISTRO_NAME } = environment
  if (BROWSER === 'none') return []
  if (BROWSER) return [[BROWSER, url]]
  if (platform === 'darwin') return [['/usr/bin/open', url]]
  if (platform === 'win32') return [[`${SystemRoot}\\System32\\rundll32.exe`, 'url.dll,FileProtocolHandler', url]]
  if (platform === 'android') return [['termux-open-url', url]]
  return [...(WSL_DISTRO_NAME ? [['wslview', url] as const] : []), ['xdg-open', url]]
}

/** A program that has not failed by then has opened something: some of them end only with the browser. */
const failureMs = 3000

/** Whether a program could be started, and did not fail at once. Until that is known it keeps the process alive, and no longer. */
const opens = async ([program, ...argv]: Command, signal: AbortSignal | undefined): Promise<boolean> => {
  const child = spawn(program, argv, { shell: false, stdio: 'ignore', detached: true })
  const over = new AbortController()
  const ended = new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (status) => resolve(status === 0))
  })
  const lasting = setTimeout(failureMs, true, { signal: over.signal })
  try {
    return await unlessAborted(Promise.race([ended, lasting]), signal)
  } finally {
    over.abort()
    // Deno has nothing to let go of where nothing was started.
    if (child.pid !== undefined) child.unref()
  }
}

/** Of a URL: what a shell that the program itself starts would obey. `wslview` hands it to PowerShell in double quotes. */
const obeyed = /[^\w\-.~:/?#[\]@!&*+,;=%]/g

const percentEncoded = (letter: string): string => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`

/** `signal`: it is of no interest any more whether the program fails. */
export const openPage = async (url: string, signal?: AbortSignal): Promise<void> => {
  const href = secureUrl(url, 'the URL to open').href.replace(obeyed, percentEncoded)
  for (const command of browserCommands(href, process.platform, process.env)) {
    if (await opens(command, signal)) return
  }
  throw new OAuthError('unsupported', 'no browser could be opened')
}

/**
 * Opens a page in the user's browser: with the program that `BROWSER` names, else with that of the system (`open`,
 * `xdg-open`, `rundll32`). The URL goes to it as one argument, through no shell, and with what a shell would obey
 * percent-encoded. `BROWSER=none` opens nothing.
 * @throws {OAuthError} `insecure_url` for what is not https or, on loopback, http; `unsupported` if no browser could be opened.
 */
export const systemBrowser = (url: string): Promise<void> => openPage(url)
