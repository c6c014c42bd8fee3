import { OAuthError } from '../../src/core/errors.js'
import { type SharedSession, shareSession } from '../../src/tokens/shared-session.js'
import type { SessionToken } from '../../src/tokens/source.js'
import type { TokenStore } from '../../src/tokens/store.js'
import { turn } from '../fixtures/fake-clock.js'
import { type Job, type Process, processOf, type Way, wait, waysOf } from './order-process.js'
import { orderServer } from './order-server.js'
import { orderStore } from './order-store.js'

/** What is tried: a server that punishes reuse or not, a last token that is alive or not, and what may go wrong. */
export interface Scenario {
  readonly processes: number
  /** How often each process renews. @default 1 */
  readonly rounds?: number
  /** One process more, whose user logs in again or out. */
  readonly beside?: Exclude<Job, 'renew'>
  /** The login brings a refresh token alone. */
  readonly bare?: boolean
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
  /** How often the store may do a write, and the word of it be lost. */
  readonly lostWords?: number
  /** How often the store may refuse a write. */
  readonly refusedWrites?: number
  /** How often the store may go back to what was there before its last write. */
  readonly forgotten?: number
  /** Takes a step out of the order. */
  readonly without?: (store: TokenStore) => Partial<TokenStore>
}

const permutationsOf = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  items.length < 2
    ? [items]
    : items.flatMap((item, i) => permutationsOf(items.toSpliced(i, 1)).map((rest) => [item, ...rest]))

const now = 1_000_000

/** A world of processes in which nothing happens by itself, over the real code. */
export const worldOf = (scenario: Scenario) => {
  const { lostWords = 0, refusedWrites = 0, forgotten = 0, rounds = 1 } = scenario
  const processes: Process[] = []
  let running: Process | undefined
  /** The token of a login, stored before anything begins. */
  const token = { accessToken: 'at0', refreshToken: 'rt0', expiresAt: scenario.alive ? now + 1 : now - 1 }
  const nextLogin: SessionToken = {
    ...(!scenario.bare && { accessToken: 'login-at0', expiresAt: now + 1000 }),
    refreshToken: 'login-rt0',
  }
  const store = orderStore({ generation: 1, token, askedAt: now - 1000 }, { lostWords, refusedWrites, forgotten })
  const server = orderServer({ grace: !!scenario.grace, mayForget: forgotten > 0, holder: store.holder })

  const exchange = async (process: Process, { refreshToken = '' }: SessionToken) => {
    const answer = await wait(process, [{ name: 'send', perform: () => server.receive(process, refreshToken) }])
    // What is on its way is not known yet.
    process.learnt.pop()
    const { accessToken, refreshToken: next } = await wait(process, [
      {
        name: 'answer',
        perform: () => {
          const answered = answer()
          process.saw = Math.max(process.saw, process.sends + 1)
          return answered
        },
      },
      {
        name: 'lose the answer',
        ready: () => !!scenario.lostAnswers,
        perform: () => {
          server.unsound(process)
          throw new OAuthError('connection_lost', 'broke', { delivery: 'ambiguous' })
        },
      },
    ])
    return { accessToken, refreshToken: next, tokenType: 'Bearer', expiresAt: now + 1000, raw: {} }
  }

  const sessionOf = (process: Process): SharedSession => {
    const sound = store.for(process)
    return shareSession({
      store: { ...sound, ...scenario.without?.(sound) },
      key: 'session',
      // What has a signal is a deadline, and this world has none.
      clock: {
        now: () => now,
        sleep: (_, signal) =>
          signal ? new Promise(() => {}) : wait(process, [{ name: 'pause', perform: () => undefined }]),
      },
      freshness: {},
      exchange: (held) => exchange(process, held),
      discard: async () => {},
      reuseIsForgiven: !!scenario.grace,
      credentials: { proven: true },
      seed: () => undefined,
      owner: '',
    })
  }

  /** What a process does, which goes on whether the store could be told of a login or not. */
  const work = async (job: Job, session: SharedSession): Promise<string> => {
    let held: SessionToken | undefined = token
    let got = ''
    if (job === 'login') await session.replace(nextLogin).catch(() => {})
    if (job === 'login') held = nextLogin
    if (job === 'logout') await session.end().catch(() => {})
    if (job === 'logout') held = undefined
    for (let round = 0; round < rounds; round++) {
      try {
        const granted = await session.renew(held, round > 0)
        held = granted.token
        got = granted.token.accessToken
      } catch (failure) {
        got = (failure as OAuthError).code
      }
    }
    return got
  }

  const start = (job: Job = 'renew'): Process => {
    const process = processOf(`p${processes.length + 1}`, job)
    processes.push(process)
    running = process
    void work(job, sessionOf(process)).then((got) => {
      process.ended = got
      const isOld = /^at\d$/.test(got)
      // Whoever has logged in or out knows of it, also where the store could not be told.
      const knowsBetter = process.heard || job !== 'renew'
      if (isOld && knowsBetter && !forgotten) {
        server.wrongs.push(`${process.name} got ${got} of the old login after the ${scenario.beside}`)
      }
    })
    return process
  }

  const happenings = { crashes: 0, expiries: 0 }

  const loseLock = (owner: Process, isTold: boolean): void => {
    store.release()
    server.unsound(owner)
    if (owner.dead) return
    happenings.expiries += 1
    running = owner
    if (isTold) owner.lost?.abort()
  }

  const stepsOf = (process: Process): readonly Way<void>[] =>
    waysOf(process).map(({ name, perform }) => ({
      name,
      perform: () => {
        running = process
        perform()
      },
    }))

  const deathOf = (process: Process): Way<void> => ({
    name: `${process.name} dies`,
    perform: () => {
      happenings.crashes += 1
      process.dead = true
      server.unsound(process)
    },
  })

  const expiriesOf = (owner: Process): readonly Way<void>[] => {
    const unheard = { name: `${owner.name}'s lease ends`, perform: () => loseLock(owner, false) }
    if (owner.dead) return [unheard]
    if (happenings.expiries >= (scenario.expiries ?? 0)) return []
    return [unheard, { name: `${owner.name}'s lease ends, which it hears`, perform: () => loseLock(owner, true) }]
  }

  const isBusy = ({ dead, ended, pending }: Process): boolean => !dead && (ended === undefined || pending.size > 0)

  /** All that can happen next. */
  const actions = (): readonly Way<void>[] => {
    const living = processes.filter(({ dead }) => !dead)
    const mortal = happenings.crashes < (scenario.crashes ?? 0) ? living.filter(isBusy) : []
    const holder = store.holder()
    return [
      ...living.flatMap(stepsOf),
      ...mortal.map(deathOf),
      ...(holder ? expiriesOf(holder) : []),
      ...(living.some(isBusy) ? store.forget() : []),
    ]
  }

  /** Equal for two states from which the same can happen, whatever the processes are called. */
  const fingerprint = (): string => {
    const plain = (order: readonly Process[]) =>
      JSON.stringify([
        ...[store.state(), server.state(), happenings],
        order.map(({ name, job, learnt, dead, ended, pending, lost, heard }) =>
          dead
            ? [name, 'dead']
            : [
                ...[name, job, learnt, ended, heard, lost?.signal.aborted],
                [...pending].map(({ ways }) => ways.map((way) => way.name)),
              ],
        ),
      ])
    const alike = processes.filter(({ job }) => job === 'renew')
    const others = processes.filter(({ job }) => job !== 'renew')
    const named = permutationsOf(alike).map((some) => {
      const order = [...some, ...others]
      const letters = new Map(order.map(({ name }, i) => [name, 'abcd'[i]]))
      return plain(order).replace(/\bp\d\b/g, (name) => letters.get(name) ?? name)
    })
    return named.sort()[0] ?? ''
  }

  return {
    start,
    /** Lets everything go on that needs nothing to happen. */
    settle: turn,
    actions,
    /** Nobody does anything any more. */
    isOver: () => !processes.some(isBusy),
    told: store.told,
    server,
    processes,
    newId: () => {
      if (!running) throw new Error('nobody runs')
      running.ids += 1
      return `${running.name}-${running.ids}`
    },
    fingerprint,
  }
}
