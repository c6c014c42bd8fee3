import { setImmediate } from 'node:timers/promises'
import { OAuthError } from '../../src/core/errors.js'
import { shareSession } from '../../src/tokens/shared-session.js'
import type { SessionToken } from '../../src/tokens/source.js'
import type { Stored, TokenStore } from '../../src/tokens/store.js'

/** What is tried: a server that punishes reuse or not, a last token that is alive or not, and what may go wrong. */
export interface Scenario {
  readonly processes: number
  /** The server forgives a refresh token that it sees twice. */
  readonly grace?: boolean
  /** The access token of the last login can still be used. */
  readonly alive?: boolean
  /** How many may die. */
  readonly crashes?: number
  /** How often a lease may end under a holder that lives. */
  readonly expiries?: number
  /** The connection may break after the server has answered. */
  readonly lostAnswers?: boolean
  /** Takes a step out of the order. */
  readonly without?: (store: TokenStore) => Partial<TokenStore>
}

/** Something that can happen next. */
export interface Action {
  readonly name: string
  happen(): void
}

interface Pending {
  readonly what: string
  readonly ready: () => boolean
  readonly perform: () => void
}

interface Process {
  readonly name: string
  /** All that it has learnt, in order: its state is nothing else. */
  readonly learnt: unknown[]
  pending: Map<string, Pending>
  ended?: string
  dead?: boolean
  /** How often it wrote an intent. */
  ids: number
  lost?: AbortController
}

/** A refresh token on its way to the server. */
interface Sending {
  readonly token: string
  readonly by: Process
  /** Its sender still held the lock, and still lives. */
  sound: boolean
}

const permutationsOf = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  items.length < 2
    ? [items]
    : items.flatMap((item, i) => permutationsOf(items.toSpliced(i, 1)).map((rest) => [item, ...rest]))

const now = 1_000_000

/** A world of processes in which nothing happens by itself, over the real code. */
export const worldOf = (scenario: Scenario) => {
  const processes: Process[] = []
  let running: Process | undefined
  let entry: Stored | undefined
  let writes = 0
  let holder: Process | undefined
  const sendings: Sending[] = []
  /** What is wrong, found on the way. */
  const wrongs: string[] = []
  const server = { newest: 'rt0', issued: 0, revoked: false }

  const wait = <Result>(process: Process, what: string, perform: () => Result, ready = () => true): Promise<Result> =>
    new Promise((resolve, reject) => {
      const key = `${what} ${process.pending.size}`
      process.pending.set(key, {
        what,
        ready,
        perform: () => {
          process.pending.delete(key)
          try {
            const result = perform()
            process.learnt.push([what, result ?? null])
            resolve(result)
          } catch (failure) {
            process.learnt.push([what, (failure as OAuthError).code])
            reject(failure)
          }
        },
      })
    })

  const storeFor = (process: Process): TokenStore => {
    const sound: TokenStore = {
      get: () => wait(process, 'look', () => entry),
      set: (_, value, expected) =>
        wait(process, 'write', () => {
          if (entry?.version !== expected) return false
          writes += 1
          entry = { value, version: `${writes}` }
          return true
        }),
      delete: async () => false,
      withLock: async (_, work) => {
        const lost = new AbortController()
        await wait(
          process,
          'lock',
          () => {
            holder = process
            process.lost = lost
          },
          () => !holder,
        )
        try {
          return await work(lost.signal)
        } finally {
          await wait(process, 'unlock', () => {
            if (holder === process && process.lost === lost) holder = undefined
          })
        }
      },
    }
    return { ...sound, ...scenario.without?.(sound) }
  }

  const receive = (process: Process, token: string): (() => { accessToken: string; refreshToken: string }) => {
    for (const earlier of sendings) {
      if (earlier.token !== token) continue
      if (!scenario.grace) wrongs.push(`${token} was sent twice`)
      else if (earlier.sound && holder === process)
        wrongs.push(`${token} was sent twice, while its first sender lived and held the lock`)
    }
    sendings.push({ token, by: process, sound: holder === process })
    if (!scenario.grace && token !== server.newest) server.revoked = true
    if (server.revoked) {
      return () => {
        throw new OAuthError('error_response', 'refused', { error: 'invalid_grant', status: 400 })
      }
    }
    server.issued += 1
    server.newest = `rt${server.issued}`
    const [accessToken, refreshToken] = [`at${server.issued}`, server.newest]
    return () => ({ accessToken, refreshToken })
  }

  const exchange = async (process: Process, { refreshToken = '' }: SessionToken) => {
    const answer = await wait(process, 'send', () => receive(process, refreshToken))
    process.learnt.pop()
    const arrived = wait(process, 'answer', answer)
    const broken = scenario.lostAnswers
      ? wait(process, 'lose the answer', () => {
          for (const sending of sendings) if (sending.by === process) sending.sound = false
          throw new OAuthError('connection_lost', 'broke', { delivery: 'ambiguous' })
        })
      : new Promise<never>(() => {})
    const { accessToken, refreshToken: next } = await Promise.race([arrived, broken])
    return { accessToken, refreshToken: next, tokenType: 'Bearer', expiresAt: now + 1000, raw: {} }
  }

  const start = (): Process => {
    const process: Process = { name: `p${processes.length + 1}`, learnt: [], pending: new Map(), ids: 0 }
    processes.push(process)
    running = process
    const held = { accessToken: 'at0', refreshToken: 'rt0', expiresAt: scenario.alive ? now + 1 : now - 1 }
    const session = shareSession({
      store: storeFor(process),
      key: 'session',
      // What has a signal is a deadline, and this world has none.
      clock: {
        now: () => now,
        sleep: (_, signal) => (signal ? new Promise(() => {}) : wait(process, 'pause', () => {})),
      },
      freshness: {},
      exchange: (token) => exchange(process, token),
      discard: async () => {},
      reuseIsForgiven: !!scenario.grace,
      credentials: { proven: true },
      seed: () => undefined,
      owner: '',
    })
    session.renew(held, false).then(
      ({ token }) => {
        process.ended = token.accessToken
      },
      (failure: OAuthError) => {
        process.ended = failure.code
      },
    )
    return process
  }

  /** The token of a login, stored before anything begins. */
  const token = { accessToken: 'at0', refreshToken: 'rt0', expiresAt: scenario.alive ? now + 1 : now - 1 }
  entry = { value: JSON.stringify({ generation: 1, token, askedAt: now - 1000 }), version: '0' }

  const happenings = { crashes: 0, expiries: 0 }
  const unsound = (process: Process): void => {
    for (const sending of sendings) if (sending.by === process) sending.sound = false
  }

  const loseLock = (owner: Process, isTold: boolean): void => {
    holder = undefined
    unsound(owner)
    if (owner.dead) return
    happenings.expiries += 1
    running = owner
    if (isTold) owner.lost?.abort()
  }

  const stepsOf = (process: Process): readonly Action[] =>
    [...process.pending.values()]
      .filter(({ ready }) => ready())
      .map(({ what, perform }) => ({
        name: `${process.name}: ${what}`,
        happen: () => {
          running = process
          // One of two happens: the answer comes, or is lost.
          if (/answer/.test(what)) process.pending.clear()
          perform()
        },
      }))

  const deathOf = (process: Process): Action => ({
    name: `${process.name} dies`,
    happen: () => {
      happenings.crashes += 1
      process.dead = true
      unsound(process)
    },
  })

  const expiriesOf = (owner: Process): readonly Action[] => {
    const unheard = { name: `${owner.name}'s lease ends`, happen: () => loseLock(owner, false) }
    if (owner.dead) return [unheard]
    if (happenings.expiries >= (scenario.expiries ?? 0)) return []
    return [unheard, { name: `${owner.name}'s lease ends, which it hears`, happen: () => loseLock(owner, true) }]
  }

  const actions = (): readonly Action[] => {
    const living = processes.filter(({ dead }) => !dead)
    const mortal = happenings.crashes < (scenario.crashes ?? 0) ? living.filter(({ ended }) => ended === undefined) : []
    return [...living.flatMap(stepsOf), ...mortal.map(deathOf), ...(holder ? expiriesOf(holder) : [])]
  }

  /** Equal for two states from which the same can happen, whatever the processes are called. */
  const fingerprint = (): string => {
    const plain = (order: readonly Process[]) =>
      JSON.stringify([
        entry,
        holder?.name,
        server,
        happenings,
        sendings.map(({ token: sent, by, sound }) => [sent, by.name, sound]),
        order.map(({ name, learnt, dead, ended, pending, lost }) =>
          dead
            ? [name, 'dead']
            : [name, learnt, ended, [...pending.values()].map(({ what }) => what), lost?.signal.aborted],
        ),
      ])
    const named = permutationsOf(processes).map((order) => {
      const letters = new Map(order.map(({ name }, i) => [name, 'abcd'[i]]))
      return plain(order).replace(/\bp\d\b/g, (name) => letters.get(name) ?? name)
    })
    return named.sort()[0] ?? ''
  }

  return {
    start,
    /** Lets everything go on that needs nothing to happen. */
    settle: () => setImmediate(),
    actions,
    wrongs,
    server,
    processes,
    sendings,
    newId: () => {
      if (!running) throw new Error('nobody runs')
      running.ids += 1
      return `${running.name}-${running.ids}`
    },
    fingerprint,
  }
}
