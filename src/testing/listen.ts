import { OAuthError } from '../core/errors.js'
import type { ReceivedRequest } from './received-request.js'

/** What is used of `node:http`, which Bun and Deno have too. */
interface NodeHttp {
  createServer(listener: (request: IncomingMessage, response: ServerResponse) => void): NodeServer
}

interface NodeServer {
  once(event: 'error', listener: (error: Error) => void): void
  listen(port: number, host: string, listening: () => void): void
  address(): { readonly port: number }
  close(closed: () => void): void
  closeAllConnections(): void
}

interface IncomingMessage extends AsyncIterable<Uint8Array> {
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
}

interface ServerResponse {
  writeHead(status: number, headers: Readonly<Record<string, string>>): void
  end(body: Uint8Array | string): void
}

interface Runtime {
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown }
}

export interface LoopbackServer {
  readonly origin: string
  close(): Promise<void>
}

const read = async (message: IncomingMessage, origin: string): Promise<ReceivedRequest> => {
  const headers = new Headers()
  // The parsed headers of Node drop a second Authorization without a word.
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    headers.append(message.rawHeaders[index] as string, message.rawHeaders[index + 1] as string)
  }
  const decoder = new TextDecoder()
  let body = ''
  for await (const chunk of message) body += decoder.decode(chunk, { stream: true })
  return { method: message.method, url: new URL(`${origin}${message.url}`), headers, body: body + decoder.decode() }
}

/**
 * Serves answers over HTTP on 127.0.0.1.
 * @throws {OAuthError} `unsupported` where the runtime has no HTTP server.
 */
export const listenOnLoopback = async (
  port: number,
  answer: (request: ReceivedRequest) => Promise<Response>,
): Promise<LoopbackServer> => {
  const http = (globalThis as Runtime).process?.getBuiltinModule?.('node:http') as NodeHttp | undefined
  if (!http) throw new OAuthError('unsupported', 'this runtime has no HTTP server: use mock.fetch or mock.handlers')
  let origin = ''
  const server = http.createServer((message, response) => {
    read(message, origin)
      .then(answer)
      .then(async (answered) => {
        const body = new Uint8Array(await answered.arrayBuffer())
        response.writeHead(answered.status, Object.fromEntries(answered.headers))
        response.end(body)
      })
      .catch((error) => {
        response.writeHead(500, { 'content-type': 'text/plain' })
        response.end(`the mock failed: ${error}`)
      })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  origin = `http://127.0.0.1:${server.address().port}`
  return {
    origin,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve)
        // A request that never ends would hold it open.
        server.closeAllConnections()
      }),
  }
}
