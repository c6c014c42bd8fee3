import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import {
  type AuthorizationServer,
  bearerFetch,
  type Clock,
  createClient,
  OAuthError,
  type TokenStore,
} from '../../src/index.js'
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
  /** It has got a token, and what the answer took. */
  | { readonly tookMs: number }
  /** It could not renew, and why. */
  | { readonly failed: string }
  /** It worked under the lock for so long that the lease may have ended. */
  | { readonly outslept: true }

const { place, leaseMs, server, client, resource, expiryMarginMs, aheadMs }: MemberTask = JSON.parse(
  process.argv[2] ?? '',
)
/** It has made its last call. */
let isDone = false

const tell = (news: MemberNews) => process.connected && process.send?.(news)

const clock: Clock = {
  now: () => Date.now() + aheadMs,
  sleep: async (ms, signal, idle) => {
    await setTimeout(ms, undefined, { ref: !idle, ...(signal && { signal }) })
  },
}
/** The renewals that go on, in the background too. */
const renewals = new Set<Promise<unknown>>()

/** Tells when a lease may have ended below its holder, as it may where a machine is slow, or the holder was stopped. */
const watched = (store: TokenStore): TokenStore => ({
  ...store,
  withLock: (key, work, options) => {
    const timed = async (lost: AbortSignal) => {
      if (isDone) throw new Error('it is about to leave')
      const from = performance.now()
      const renewal = work(lost)
      renewals.add(renewal)
      try {
        return await renewal
      } finally {
        renewals.delete(renewal)
        // It may have been granted a while before.
        if (lost.aborted || performance.now() - from > leaseMs / 2) tell({ outslept: true })
      }
    }
    return store.withLock(key, timed, options)
  },
})

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
  onEvent: (event) => {
    if (event.type === 'requested') tell({ renews: true })
    if (event.type === 'renewed') tell({ tookMs: event.tookMs })
    if (event.type === 'renewal_failed') tell({ failed: `${event.error}` })
  },
}).sessionSource({
  store: watched(store),
  key: resource,
  whenStoreFails: 'wait',
  ...(expiryMarginMs && { expiryMarginMs }),
})
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

/** A call that takes as long as this may meet two tokens that die on their way: it is retried once. */
const lateMs = 1000

const outcomeOf = async (): Promise<string> => {
  const from = performance.now()
  try {
    const response = await api(resource)
    await response.body?.cancel()
    return response.status === 401 && performance.now() - from > lateMs ? 'late' : `${response.status}`
  } catch (error) {
    return error instanceof OAuthError ? error.code : `${error}, ${(error as Error).cause}`
  }
}
while (!leaving) {
  const outcome = await outcomeOf()
  calls[outcome] = (calls[outcome] ?? 0) + 1
  await setTimeout(100)
}
isDone = true
clearInterval(reporting)
report()
// Who leaves in the middle of one is as good as killed.
while (renewals.size) await Promise.allSettled(renewals)
await close()
process.disconnect()
