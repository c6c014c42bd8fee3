import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { type AuthorizationServer, bearerFetch, type Clock, createClient, OAuthError } from '../../src/index.js'
import { openStore, type Place } from './open-store.js'

/** What a member of a family is told, in its only argument. */
export interface MemberTask {
  readonly place: Place
  readonly leaseMs: number
  readonly server: AuthorizationServer
  readonly client: { readonly clientId: string; readonly clientSecret: string }
  readonly resource: string
  readonly expiryMarginMs?: number | undefined
  /** Milliseconds by which its clock is ahead. */
  readonly aheadMs: number
}

/** What it tells, over the channel to its parent. */
export type MemberNews =
  /** Calls that were made since the last such news: 200, another status, or the code of a failure. */
  | { readonly calls: Readonly<Record<string, number>> }
  /** It is ready to be started. */
  | { readonly ready: true }
  /** It asks for a token. */
  | { readonly renews: true }
  /** It sends a refresh token. */
  | { readonly sends: true }

const { place, leaseMs, server, client, resource, expiryMarginMs, aheadMs }: MemberTask = JSON.parse(
  process.argv[2] ?? '',
)
const tell = (news: MemberNews) => process.connected && process.send?.(news)

const clock: Clock = {
  now: () => Date.now() + aheadMs,
  sleep: async (ms, signal, idle) => {
    await setTimeout(ms, undefined, { ref: !idle, ...(signal && { signal }) })
  },
}
// Loaded now, so that all start at once.
await import('../../src/protocol/requests.js')
await import('../../src/tokens/sharing.js')
const { store, close } = await openStore(place, leaseMs)
const session = createClient({
  server,
  ...client,
  clock,
  fetch: (input, init) => {
    tell({ sends: true })
    return fetch(input, init)
  },
  onEvent: ({ type }) => type === 'requested' && tell({ renews: true }),
}).sessionSource({ store, key: resource, whenStoreFails: 'wait', ...(expiryMarginMs && { expiryMarginMs }) })
const api = bearerFetch(session, { origins: [new URL(resource).origin] })

process.on('disconnect', () => process.exit())
tell({ ready: true })
await once(process, 'message')
let leaving = false
process.once('message', () => {
  leaving = true
})

let calls: Record<string, number> = {}
const report = () => {
  if (Object.keys(calls).length) tell({ calls })
  calls = {}
}
const reporting = setInterval(report, 100)

const outcomeOf = async (): Promise<string> => {
  try {
    const response = await api(resource)
    await response.body?.cancel()
    return `${response.status}`
  } catch (error) {
    return error instanceof OAuthError ? error.code : `${error}`
  }
}
while (!leaving) {
  const outcome = await outcomeOf()
  calls[outcome] = (calls[outcome] ?? 0) + 1
  await setTimeout(100)
}
clearInterval(reporting)
report()
await close()
process.disconnect()
