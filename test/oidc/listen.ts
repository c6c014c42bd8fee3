import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Listening {
  readonly origin: string
  /** What the server does; a server has to listen first where what it does depends on its own origin. */
  serve(listener: RequestListener): void
  close(): Promise<void>
}

/** Opens a server on a free port of loopback. */
export const listen = async (): Promise<Listening> => {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (listener) => {
      server.on('request', listener)
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
