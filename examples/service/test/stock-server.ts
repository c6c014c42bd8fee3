import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface StockServer {
  readonly url: string
  /** The token that it was shown last. */
  readonly lastToken: () => string
  /** How many calls it has answered with 401. */
  readonly refused: () => number
  /** How many calls wait for their answer. */
  readonly waiting: () => number
  /** Calls wait from now on, until what this gives back is called. */
  hold(): () => void
  close(): void
}

/** A stock API, which leaves it to the mock to say what a token is worth. */
export const startStockServer = async (resource: string): Promise<StockServer> => {
  let [lastToken, refused, waiting, held] = ['', 0, 0, Promise.resolve()]
  const server = createServer(async (request, response) => {
    waiting += 1
    await held
    waiting -= 1
    const { authorization = '' } = request.headers
    lastToken = authorization.replace('Bearer ', '')
    const judged = await fetch(`${resource}?scope=stock:read`, { headers: { authorization } })
    if (!judged.ok) {
      refused += 1
      response.writeHead(judged.status, { 'www-authenticate': judged.headers.get('www-authenticate') ?? '' }).end()
      return
    }
    const id = request.url?.replace('/items/', '')
    if (id === 'none') response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id, inStock: 7 }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lastToken: () => lastToken,
    refused: () => refused,
    waiting: () => waiting,
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      held = promise
      return resolve
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
