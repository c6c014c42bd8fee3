import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export interface Listening {
  readonly origin: string
  close(): Promise<void>
}

/** Serves on loopback what answers a `Request`. */
export const listen = async (port: number, answer: (request: Request) => Promise<Response>): Promise<Listening> => {
  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', url, headers } = incoming
    const body = await buffer(incoming)
    const request = new Request(`http://${headers.host}${url}`, {
      method,
      headers: headers as Record<string, string>,
      body: body.length > 0 ? body : null,
    })
    const response = await answer(request).catch(() => new Response(null, { status: 500 }))
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
