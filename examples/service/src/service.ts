import { createServer, type Server, type ServerResponse } from 'node:http'
import { log } from './log.ts'
import type { Stock } from './stock.ts'

export interface Service {
  readonly server: Server
  /** Takes no new connections, answers what has come, and ends when that is done. */
  stop(): Promise<void>
}

/** `GET /items/42` says how much of item 42 is in stock, `GET /health` whether this replica takes requests. */
export const createService = (stock: Stock): Service => {
  let isStopping = false

  const answer = (response: ServerResponse, status: number, body: unknown): void => {
    // Who keeps a connection open goes to another replica with the next request.
    if (isStopping) response.setHeader('connection', 'close')
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

  const serve = async (request: string, response: ServerResponse): Promise<void> => {
    // It asks nobody else: when the authorization server is down, replacing this replica by another one would not help.
    if (request === 'GET /health')
      return answer(response, isStopping ? 503 : 200, { status: isStopping ? 'stopping' : 'ok' })
    const [, id] = request.match(/^GET \/items\/([\w-]+)$/) ?? []
    const item = id && (await stock.item(id))
    return item ? answer(response, 200, item) : answer(response, 404, { error: 'not found' })
  }

  const server = createServer(async (request, response) => {
    const [path] = (request.url ?? '').split('?')
    try {
      await serve(`${request.method} ${path}`, response)
    } catch (error) {
      log('request_failed', { error })
      response.setHeader('retry-after', '5')
      answer(response, 503, { error: 'stock is not available' })
    }
  })

  const stop = () => {
    isStopping = true
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }

  return { server, stop }
}
