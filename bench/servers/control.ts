import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Order {
  readonly id: number
  readonly what: string
  readonly with: unknown
}

export interface Report {
  readonly id: number
  readonly result: unknown
}

/** Does in this process what the parent orders. Ends with the parent. */
export const obey = (orders: Readonly<Record<string, (given: never) => unknown>>): void => {
  process.on('message', async ({ id, what, with: given }: Order) => {
    process.send?.({ id, result: await orders[what]?.(given as never) } satisfies Report)
  })
  process.on('disconnect', () => process.exit())
}

/** Serves on loopback in this process, and does what the parent orders. */
export const serve = (server: Server, orders: Readonly<Record<string, (given: never) => unknown>>): void => {
  server.keepAliveTimeout = 60_000
  // As many callers as there are open a connection each, at once.
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
    process.send?.({ id: 0, result: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } satisfies Report)
  })
  obey(orders)
}
