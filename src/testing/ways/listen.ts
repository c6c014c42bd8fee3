import { OAuthError } from '../../core/errors.js'
import { ConnectionReset } from '../faults/connection.js'
import type { ReceivedRequest } from './received-request.js'

/** What is used of `node:http` and `node:https`, which Bun and Deno have too. */
interface NodeHttp {
  createServer(options: object, listener: (request: IncomingMessage, response: ServerResponse) => void): NodeServer
}

/** What TLS is spoken with, in PEM, and whether a client is asked for its certificate. */
export interface TlsOptions {
  readonly key: string
  readonly cert: string
  readonly requestCert: boolean
  /** Who vouches for the certificates of clients. Absent: nobody. */
  readonly ca?: readonly string[]
}

interface NodeSocket {
  once(event: 'close', listener: () => void): void
  destroy(): void
}

interface NodeServer {
  once(event: 'error', listener: (error: Error) => void): void
  on(event: 'connection', listener: (socket: NodeSocket) => void): void
  listen(port: number, host: string, listening: () => void): void
  address(): { readonly port: number }
  close(closed: () => void): void
  closeAllConnections(): void
}

interface IncomingMessage extends AsyncIterable<Uint8Array> {
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly socket: {
    readonly authorized?: boolean
    getPeerCertificate?(): { readonly raw?: Uint8Array } | null
  }
}

interface ServerResponse {
  readonly headersSent: boolean
  readonly socket: { resetAndDestroy?(): void } | null
  once(event: 'close', listener: () => void): void
  writeHead(status: number, headers: Readonly<Record<string, string>>): void
  write(chunk: Uint8Array, written: (failure?: Error | null) => void): void
  end(body?: string): void
  destroy(): void
}

interface Runtime {
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown }
}

export interface LoopbackServer {
  readonly origin: string
  /** The same server by the name `localhost`. */
  readonly alias: string
  close(): Promise<void>
}

/** RFC 8705 §7.2: one that nobody vouches for is taken by TLS all the same, and judged by the client that shows it. */
const shownBy = ({ socket }: IncomingMessage, { ca }: Partial<TlsOptions> = {}): Partial<ReceivedRequest> => {
  const der = socket.getPeerCertificate?.()?.raw
  return der ? { certificate: { der: new Uint8Array(der), isVouchedFor: !!ca && socket.authorized === true } } : {}
}

/** RFC 9112 §3.2: whoever takes the server for a proxy sends a whole URL, and `*` is the server itself. */
const placeOf = (target: string): string =>
  target.startsWith('/') ? target : `/${target.replace(/^https?:\/\/[^/?]*\/?/i, '')}`

/** Bytes of a body. A program that sends without end would take the memory of the tests with it. */
const longest = 16 * 1024 * 1024

class BodyTooLong extends Error {}

const read = async (
  message: IncomingMessage,
  signal: AbortSignal,
  originOf: (host: string | null) => string,
): Promise<ReceivedRequest> => {
  const headers = new Headers()
  // The parsed headers of Node drop a second Authorization without a word.
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    headers.append(message.rawHeaders[index] as string, message.rawHeaders[index + 1] as string)
  }
  const decoder = new TextDecoder()
  let body = ''
  let length = 0
  for await (const chunk of message) {
    length += chunk.length
    // Read to its end all the same: who is still writing sees no answer.
    body = length > longest ? '' : body + decoder.decode(chunk, { stream: true })
  }
  if (length > longest) throw new BodyTooLong()
  const url = new URL(`${originOf(headers.get('host'))}${placeOf(message.url)}`)
  return { method: message.method, url, headers, body: body + decoder.decode(), signal }
}

/** Rejects once the connection is lost: whoever writes on waits for nothing, and the runtime has no turn to tell that it closed. */
const written = (chunk: Uint8Array, response: ServerResponse): Promise<void> =>
  new Promise((resolve, reject) => response.write(chunk, (failure) => (failure ? reject(failure) : resolve())))

/** Writes the answer as it comes, and no faster than it is read, until it ends or the client has gone. */
const write = async (answer: Response, response: ServerResponse, gone: AbortSignal): Promise<void> => {
  const left = new Promise<undefined>((resolve) => gone.addEventListener('abort', () => resolve(undefined)))
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  const reader = answer.body?.getReader()
  for (;;) {
    const { value } = (await Promise.race([reader?.read(), left])) ?? {}
    if (gone.aborted) return reader?.cancel()
    if (!value) return response.end()
    await Promise.race([written(value, response), left])
  }
}

const fail = (error: unknown, response: ServerResponse): void => {
  if (response.headersSent) {
    // Not by a reset, which would take back what is on its way.
    response.destroy()
  } else if (error instanceof ConnectionReset) {
    response.socket?.resetAndDestroy?.()
    response.destroy()
  } else if (error instanceof BodyTooLong) {
    response.writeHead(413, { 'content-type': 'text/plain' })
    response.end(`the mock reads no body of more than ${longest} bytes`)
  } else {
    response.writeHead(500, { 'content-type': 'text/plain' })
    response.end(`the mock failed: ${error}`)
  }
}

/** A server that speaks TLS, or none. What OpenSSL says of a key that does not fit is no matter of OAuth. */
const created = (
  http: NodeHttp,
  tls: TlsOptions | undefined,
  listener: Parameters<NodeHttp['createServer']>[1],
): NodeServer => {
  if (!tls) return http.createServer({}, listener)
  try {
    return http.createServer({ ...tls, rejectUnauthorized: false }, listener)
  } catch {
    throw new OAuthError('invalid_argument', 'key and cert of https must be PEM, and of each other')
  }
}

/**
 * Serves answers over HTTP on 127.0.0.1, or over HTTPS.
 * @throws {OAuthError} `unsupported` where the runtime has no HTTP server; `invalid_argument` for a key that does not fit, or
 * a port that cannot be.
 */
export const listenOnLoopback = async (
  port: number,
  answer: (request: ReceivedRequest) => Promise<Response>,
  tls?: TlsOptions,
): Promise<LoopbackServer> => {
  // Node takes the name of a socket for a port, too.
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new OAuthError('invalid_argument', 'port must be a whole number from 0 to 65535')
  }
  const module = tls ? 'node:https' : 'node:http'
  const http = (globalThis as Runtime).process?.getBuiltinModule?.(module) as NodeHttp | undefined
  if (!http) throw new OAuthError('unsupported', 'this runtime has no HTTP server: use mock.fetch or mock.handlers')
  let origin = ''
  let alias = ''
  const server = created(http, tls, (message, response) => {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    read(message, gone.signal, (host) => (alias.endsWith(`/${host}`) ? alias : origin))
      .then((request) => answer({ ...request, ...shownBy(message, tls) }))
      .then((answered) => write(answered, response, gone.signal))
      .catch((error) => gone.signal.aborted || fail(error, response))
  })
  const sockets = new Set<NodeSocket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const at = (host: string) => new URL(`${tls ? 'https' : 'http'}://${host}:${server.address().port}`).origin
  origin = at('127.0.0.1')
  alias = at('localhost')
  return {
    origin,
    alias,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve)
        // A request that never ends would hold it open.
        server.closeAllConnections()
        // One that has not come to speak TLS is none of them.
        for (const socket of sockets) socket.destroy()
      }),
  }
}
