// What the tests of tabs load into pages and workers.
import type { OAuthError } from '../../src/core/errors.js'
import { createDPoP } from '../../src/dpop/index.js'
import { bearerFetch, createClient } from '../../src/index.js'
import { webKey, webStore } from '../../src/stores/web.js'
import { storeContract } from '../../src/testing/stores/store-contract.js'

/** Of the contract, what this page or worker does not keep. */
const breaches = async (options: Parameters<typeof webStore>[0]): Promise<readonly string[]> => {
  const store = webStore(options)
  const all = await Promise.all(
    storeContract.map(({ name, run }) =>
      run(store).then(
        () => [],
        (failure: Error) => [`${name}: ${failure.message}`],
      ),
    ),
  )
  return all.flat()
}

/** Counts up in a way that loses what others count at the same time, unless the lock keeps them out. */
const countUp = async (times: number): Promise<void> => {
  const store = webStore()
  for (let left = times; left > 0; left--) {
    await store.withLock('counter', async () => {
      const before = await store.get('counter')
      await new Promise((resolve) => setTimeout(resolve, 5))
      const now = await store.get('counter')
      await store.set('counter', `${Number(before?.value ?? 0) + 1}`, now?.version)
    })
  }
}

const write = async (key: string, value: string): Promise<void> => {
  const store = webStore()
  await store.set(key, value, (await store.get(key))?.version)
}

/** For ever. */
const hold = (key: string): Promise<void> =>
  new Promise((resolve) => {
    const work = () => {
      resolve()
      return new Promise(() => {})
    }
    webStore().withLock(key, work)
  })

/** Why there is no store per tab here. */
const refusal = async (): Promise<string> => {
  try {
    webStore({ perTab: true })
    return 'none'
  } catch (error) {
    return (error as OAuthError).code
  }
}

/** Of the key that this page or worker shares with the others. */
const thumbprint = (): Promise<string> => createDPoP({ key: webKey() }).thumbprint()

const commands = { breaches, countUp, write, hold, refusal, thumbprint }

declare global {
  interface Window {
    webStore: typeof webStore
    createClient: typeof createClient
    bearerFetch: typeof bearerFetch
    createDPoP: typeof createDPoP
    webKey: typeof webKey
    commands: typeof commands
    ask: typeof ask
    /** Whether it came out of the back/forward cache. */
    wasRestored: boolean
    /** When the page that it was told to look out for has let go of everything. */
    hasLeft: Promise<void>
  }
}

const answer = async ({ data: [name, ...given], ports: [port] }: MessageEvent): Promise<void> => {
  const command = commands[name as keyof typeof commands] as (...given: readonly unknown[]) => Promise<unknown>
  port?.postMessage(await command(...given))
}

interface Target {
  postMessage(message: unknown, transfer: Transferable[]): void
}

const workers: Readonly<Record<string, () => Target | Promise<Target>>> = {
  'dedicated worker': () => new Worker('/page.js'),
  'shared worker': () => new SharedWorker('/page.js').port,
  'service worker': async () => {
    await navigator.serviceWorker.register('/page.js')
    return (await navigator.serviceWorker.ready).active as Target
  },
}

/** What a worker of this page answers. */
const ask = async (kind: string, ...message: readonly unknown[]): Promise<unknown> => {
  const target = await workers[kind]?.()
  const { port1, port2 } = new MessageChannel()
  const answered = new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data)
  })
  target?.postMessage(message, [port2])
  return answered
}

Object.assign(globalThis, { webStore, createClient, bearerFetch, createDPoP, webKey, commands, ask })
addEventListener('pageshow', ({ persisted }) => {
  window.wasRestored = persisted
})
addEventListener('message', answer)
// A shared worker is spoken to through the ports of those who have connected.
addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports
  if (port) port.onmessage = answer
})
