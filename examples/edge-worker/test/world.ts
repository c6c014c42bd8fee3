import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createMockAuthorizationServer, type MockAuthorizationServer } from 'bearward/testing'
import { build } from 'esbuild'
import { Miniflare, type Response, type WorkerdStructuredLog } from 'miniflare'

/** Of the shop. */
export const secret = 'made-up-secret'

/** An isolate of the worker. */
export interface Isolate {
  /** What it answers to a path. */
  get(path: string, userToken?: string): Promise<Response>
  /** What the worker under test does beside. */
  command(name: string, argument: string): Promise<string>
}

export interface World {
  readonly mock: MockAuthorizationServer
  /** Two of them, which know nothing of each other. */
  readonly isolates: readonly [Isolate, Isolate]
  /** What the APIs were asked, and for whom. */
  readonly calls: readonly string[]
  /** What the worker has written into its log. */
  readonly log: readonly string[]
  /** Moves the clocks of the mock and the isolates ahead. */
  passTime(ms: number): Promise<void>
  close(): Promise<void>
}

/** The APIs that the worker calls: they ask the mock what a token is good for. */
const startApi = async (mock: MockAuthorizationServer, scope: string, calls: string[]) => {
  const server = createServer(async ({ url, headers }, outgoing) => {
    const answer = await mock.fetch(`${mock.resource}?scope=${scope}`, {
      headers: { authorization: `${headers.authorization}` },
    })
    const { clientId, subject } = answer.ok ? ((await answer.json()) as Record<string, string>) : {}
    calls.push(`${url} ${answer.status} ${subject ?? clientId ?? ''}`.trim())
    outgoing.writeHead(answer.status, { 'content-type': 'application/json' })
    outgoing.end(answer.ok ? JSON.stringify({ url, for: subject ?? clientId }) : '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** The worker, with what the tests need beside. */
const bundle = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'worker-under-test.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker'],
    external: ['cloudflare:*'],
    write: false,
  })
  return `${outputFiles[0]?.text}`
}

const bundled = bundle()

export const startWorld = async (): Promise<World> => {
  let aheadMs = 0
  const calls: string[] = []
  const log: string[] = []
  const mock = createMockAuthorizationServer({
    clients: [
      { clientId: 'shop', clientSecret: secret },
      { clientId: 'app', redirectUris: ['https://app.example.com/callback'] },
    ],
    clock: { now: () => Date.now() + aheadMs, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
  })
  const there = await mock.listen()
  const stock = await startApi(mock, 'stock:read', calls)
  const orders = await startApi(mock, 'orders:read', calls)

  const worker = {
    modules: [{ type: 'ESModule' as const, path: 'worker.js', contents: await bundled }],
    compatibilityDate: '2026-07-01',
    bindings: {
      ISSUER: `${there.server.issuer}`,
      CLIENT_ID: 'shop',
      CLIENT_SECRET: secret,
      STOCK_API: stock.origin,
      ORDERS_API: orders.origin,
    },
  }
  const className = 'TokenRecord'
  const miniflare = new Miniflare({
    handleStructuredLogs: ({ message }: WorkerdStructuredLog) => {
      log.push(message)
    },
    workers: [
      { ...worker, name: 'one', durableObjects: { TOKENS: { className, useSQLite: true } } },
      { ...worker, name: 'two', durableObjects: { TOKENS: { className, useSQLite: true, scriptName: 'one' } } },
    ],
  })

  const isolateOf = async (name: string): Promise<Isolate> => {
    const { fetch } = await miniflare.getWorker(name)
    return {
      get: (path, userToken) =>
        fetch(
          `https://shop.example.com${path}`,
          userToken ? { headers: { authorization: `Bearer ${userToken}` } } : {},
        ),
      command: async (name, argument) => {
        const path = [name, argument].map(encodeURIComponent).join('/')
        return (await fetch(`https://test/${path}`)).text()
      },
    }
  }
  const isolates = [await isolateOf('one'), await isolateOf('two')] as const

  return {
    mock,
    isolates,
    calls,
    log,
    passTime: async (ms) => {
      aheadMs += ms
      await Promise.all(isolates.map((isolate) => isolate.command('advance', `${ms}`)))
    },
    close: async () => {
      await miniflare.dispose()
      for (const { server } of [stock, orders]) {
        server.closeAllConnections()
        server.close()
      }
      await there.close()
    },
  }
}
