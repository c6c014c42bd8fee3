// The worker, with what tests need: a clock that they move, and the contract of a store, which runs where the store does.
import { env } from 'cloudflare:workers'
import { storeContract } from 'bearward/testing'
import { durableStore } from '../src/durable-store.ts'
import worker from '../src/worker.ts'

export { TokenRecord } from '../src/token-record.ts'

const systemNow = Date.now
let aheadMs = 0
Date.now = () => systemNow() + aheadMs

const store = durableStore(env.TOKENS)

const commands: Readonly<Record<string, (argument: string) => Promise<string>>> = {
  advance: async (ms) => {
    aheadMs += Number(ms)
    return 'done'
  },
  /** What the store does not keep of a case of the contract. */
  contract: async (name) => {
    const found = storeContract.find((each) => each.name === name)
    try {
      await found?.run(store)
      return found ? 'kept' : 'there is no such case'
    } catch (failure) {
      return `${failure}`
    }
  },
  /** Takes the lock and answers, without an end to its work: the runtime drops what a request has left behind. */
  abandon: (key) =>
    new Promise((resolve) => {
      store.withLock(key, () => new Promise(() => resolve('abandoned')))
    }),
  enter: (key) => store.withLock(key, async () => 'entered'),
}

export default {
  fetch: async (request) => {
    const { hostname, pathname } = new URL(request.url)
    if (hostname !== 'test') return worker.fetch(request)
    const [, name = '', argument = ''] = pathname.split('/').map(decodeURIComponent)
    return new Response(await commands[name]?.(argument))
  },
} satisfies ExportedHandler
