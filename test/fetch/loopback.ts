import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll } from 'vitest'

/** One request as it came to a server. */
export interface Arrived {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Loopback {
  readonly origin: string
  readonly arrived: Arrived[]
}

const open = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  afterAll(
    () =>
      new Promise<void>((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  )
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A server for the tests of a file that reads each request to its end and hands it on. */
export const loopback = async (
  answer: (arrived: Arrived, response: ServerResponse) => void = (_, response) => response.end('ok'),
): Promise<Loopback> => {
  const arrived: Arrived[] = []
  const origin = await open(async (message, response) => {
    const { method = '', url: path = '', headers } = message
    const one = { method, path, headers, body: await text(message) }
    arrived.push(one)
    answer(one, response)
  })
  return { origin, arrived }
}

/** A server that is given each request as it begins. */
export const rawLoopback = open
