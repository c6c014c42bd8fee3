import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export interface Listening {
  readonly origin: string
  close(): Promise<void>
}

/** Fails where there is no such `Request`: a GET with a body, a TRACE, or one that was broken off. */
const requestOf = async (incoming: IncomingMessage): Promise<Request> => {
  const { method = 'GET', url, headers } = incoming
  const body = await buffer(incoming)
  return new Request(`http://${headers.host}${url}`, {
    method,
    headers: headers as Record<string, string>,
    body: body.length > 0 ? body : null,
  })
}

/** Serves on loopback what answers a `Request`. */
export const listen = async (port: number, answer: (request: Request) => Promise<Response>): Promise<Listening> => {
  const server = createServer(async (incoming, outgoing) => {
    const response = await requestOf(incoming)
      .then(answer, () => new Response(null, { status: 400 }))
      .catch(() => new Response(null, { status: 500 }))
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text())
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
