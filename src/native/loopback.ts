import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import { withinMs } from '../core/waiting.js'
import { failurePage, type Page, strayPages } from './pages.js'

export interface LoopbackOptions {
  readonly host: '127.0.0.1' | '::1'
  readonly port: number
  readonly path: string
  readonly clock: Clock
}

/** A browser that has not read its page by then has stopped: the login does not. */
const longestShowMs = 2000

/** A server on loopback that waits for one authorization response (RFC 8252 §7.3). */
export interface Loopback {
  readonly redirectUri: string
  /**
   * The URL of the callback that has this state. Whoever brings another one, or comes from elsewhere, is told so, and nothing else
   * happens: no program of this machine and no page in its browser can end the wait.
   */
  callback(state: string): Promise<string>
  /** Shows a page to who brought the callback, and closes every connection. */
  close(page?: Page): Promise<void>
}

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // The code is in the URL of this page: it must not be sent on to where the page may lead.
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  // Browsers would keep the connection, and with it the process.
  connection: 'close',
}

const show = (response: ServerResponse, { status, html }: Page): void => {
  const allow = status === 405 && { allow: 'GET' }
  response.writeHead(status, { ...headers, ...allow, 'content-length': Buffer.byteLength(html) }).end(html)
}

const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest()

const hasState = ({ searchParams }: URL, state: string): boolean => {
  const [given = '', again] = searchParams.getAll('state')
  return again === undefined && timingSafeEqual(digest(given), digest(state))
}

/** @throws {OAuthError} `unsupported` if the address cannot be listened on. */
export const openLoopback = async ({ host, port, path, clock }: LoopbackOptions): Promise<Loopback> => {
  let bring: (url: string) => void = () => {}
  const brought = new Promise<string>((resolve) => {
    bring = resolve
  })
  let judge: (page: Page) => void = () => {}
  const judged = new Promise<Page>((resolve) => {
    judge = resolve
  })
  const answered = new Set<Promise<unknown>>()
  let origin = ''
  let expected: string | undefined

  const strayPage = ({ method, headers: { host: name } }: IncomingMessage, url: URL | null): Page | undefined => {
    // A name that was made to point here (DNS rebinding) comes with that name.
    if (name !== new URL(origin).host) return strayPages.host
    if (url?.pathname !== path) return strayPages.path
    if (method !== 'GET') return strayPages.method
    return expected !== undefined && hasState(url, expected) ? undefined : strayPages.foreign
  }

  const server = createServer((request, response) => {
    const url = URL.parse(`${origin}${request.url}`)
    const stray = strayPage(request, url)
    if (stray || !url) return show(response, stray ?? strayPages.path)
    answered.add(new Promise((closed) => response.once('close', closed)))
    // One that comes again, because a browser looks ahead, gets the same page.
    judged.then((page) => show(response, page))
    bring(url.href)
  })
  server.listen({ host, port, exclusive: true })
  try {
    await once(server, 'listening')
  } catch (failure) {
    const code = (failure as { code?: string }).code ?? ''
    throw new OAuthError('unsupported', `cannot listen on port ${port} of ${host} (${code})`)
  }
  const { port: actual } = server.address() as AddressInfo
  origin = `http://${host === '::1' ? '[::1]' : host}:${actual}`
  return {
    redirectUri: `${origin}${path}`,
    callback: (state) => {
      expected = state
      return brought
    },
    close: async (page = failurePage) => {
      const closed = once(server, 'close')
      server.close()
      judge(page)
      await withinMs(longestShowMs, clock, Promise.all(answered), () => [])
      server.closeAllConnections()
      await closed
    },
  }
}
