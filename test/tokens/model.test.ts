import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { isolatesRequests } from '../../src/core/host.js'
import { type Client, createClient, OAuthError, type Token, type TokenSource } from '../../src/index.js'
import { createMockAuthorizationServer, type MockFault } from '../../src/testing/index.js'
import { fakeClock, settle } from '../fixtures/fake-clock.js'

/** What the token endpoint does with a request. `reset_after` has done the work when the connection breaks. */
type Mood = 'well' | 'slow' | 'unavailable' | 'html' | 'refused' | 'reset_before' | 'reset_after' | 'wrong_client'

type Command =
  | { readonly do: 'call' | 'current' | 'reject' | 'abort' | 'revoke' }
  | { readonly do: 'pass' | 'jump'; readonly ms: number }
  | { readonly do: 'mood'; readonly mood: Mood }

const lifetimeMs = 60_000

const faults: Record<Exclude<Mood, 'well' | 'refused'>, MockFault> = {
  slow: { type: 'delay', ms: 3000 },
  unavailable: { type: 'status', status: 503, retryAfter: 2, json: { error: 'temporarily_unavailable' } },
  html: { type: 'page' },
  wrong_client: { type: 'status', status: 401, json: { error: 'invalid_client' } },
  reset_before: { type: 'reset', when: 'before_processing' },
  reset_after: { type: 'reset', when: 'after_processing' },
}

/** The strict mock, with rotation and reuse detection, and an eye on what it must never see. */
const strictServer = (clock: ReturnType<typeof fakeClock>) => {
  const mock = createMockAuthorizationServer({
    clients: [{ clientId: 'id', clientSecret: 's' }],
    accessTokenLifetime: lifetimeMs / 1000,
    clock,
  })
  const seed = mock.issue({ clientId: 'id' })
  let mood: Mood = 'well'
  let busy = 0
  /** Refresh tokens that were exchanged, or whose answer never came. */
  const gone = new Set<string>()
  const seen = { twiceAtOnce: false, reused: false, definitive: false, lost: false }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const sent = new URLSearchParams(String(init?.body)).get('refresh_token')
    busy += 1
    seen.twiceAtOnce ||= busy > 1
    seen.reused ||= !!sent && gone.has(sent)
    try {
      if (mood === 'refused') throw new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })
      const lost = mood.startsWith('reset')
      seen.lost ||= lost
      if (sent && lost) gone.add(sent)
      const answer = await mock.fetch(input, init)
      if (sent && answer.ok) gone.add(sent)
      seen.definitive ||= answer.status === 400
      return answer
    } finally {
      busy -= 1
    }
  }
  return {
    fetch,
    seen,
    seed,
    server: mock.server,
    set: (next: Mood) => {
      mood = next
      mock.clearFaults()
      if (mood !== 'well' && mood !== 'refused') mock.fault('token', faults[mood], { times: Infinity })
    },
    revoke: () => mock.revoke(seed.refreshToken as string),
  }
}

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Command>({ do: 'call' }, { do: 'current' }) },
  { weight: 2, arbitrary: fc.constantFrom<Command>({ do: 'reject' }, { do: 'abort' }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 70_000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('jump' as const), ms: fc.integer({ min: -90_000, max: 90_000 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('mood' as const),
      mood: fc.constantFrom<Mood>(
        ...([
          'well',
          'well',
          'slow',
          'unavailable',
          'html',
          'refused',
          'reset_before',
          'reset_after',
          'wrong_client',
        ] as const),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Command>({ do: 'revoke' }) },
)

const run = async (commands: readonly Command[], sourceOf: (client: Client, seed: Token) => TokenSource) => {
  const clock = fakeClock()
  const server = strictServer(clock)
  const client = createClient({
    server: server.server,
    clientId: 'id',
    clientSecret: 's',
    fetch: server.fetch,
    clock,
  })
  const source = sourceOf(client, server.seed)
  /** True time: what the server's clock would say, whatever is done to ours. */
  let skew = 0
  const trueNow = () => clock.now() - skew
  const diesAt = new Map<string, number>()
  const codes = new Set<string>()
  const handedOutDead: Token[] = []
  let lastToken: Token | undefined
  const pending: Promise<void>[] = []

  const check = (token: Token) => {
    // A token is known by when it was first handed out, in true time: it must not be handed out after its life.
    const known = diesAt.get(token.accessToken) ?? trueNow() + lifetimeMs
    diesAt.set(token.accessToken, known)
    if (trueNow() >= known) handedOutDead.push(token)
    lastToken = token
  }
  const watch = (work: Promise<Token>) => {
    pending.push(
      work.then(check, (error: unknown) => {
        if (error instanceof OAuthError) codes.add(error.code)
        else codes.add(`${error}`)
      }),
    )
  }

  for (const step of commands) {
    if (step.do === 'call') watch(source.token())
    if (step.do === 'current') {
      const token = source.current?.()
      if (token) check(token)
    }
    if (step.do === 'reject' && lastToken) watch(source.token({ rejected: lastToken }))
    if (step.do === 'abort') {
      const controller = new AbortController()
      watch(source.token({ signal: controller.signal }))
      await settle()
      controller.abort(new Error('left'))
    }
    if (step.do === 'mood') server.set(step.mood)
    if (step.do === 'revoke') server.revoke()
    if (step.do === 'jump') {
      // A clock that is set back between two readings, and has caught up by the second, cannot be noticed.
      source.current?.()
      clock.set(clock.now() + step.ms)
      skew += step.ms
      source.current?.()
    }
    if (step.do === 'pass') await clock.pass(step.ms)
    await settle()
    expect(server.seen.twiceAtOnce).toBe(false)
  }
  server.set('well')
  await clock.run(Promise.all(pending))
  expect(handedOutDead).toEqual([])
  return { server, codes, source, clock }
}

const options = { numRuns: 500 }

const known = [
  ...['session_ended', 'session_uncertain', 'timeout', 'unreachable', 'connection_lost'],
  ...['error_response', 'invalid_response', 'Error: left'],
]

describe('whatever happens to a session', () => {
  test.prop([fc.array(command, { maxLength: 40 })], options)(
    'it is renewed once at a time, sends no refresh token twice, and ends for a reason',
    async (commands) => {
      const { server, codes } = await run(commands, (client) =>
        client.sessionSource({ token: { refreshToken: 'rt0' } }),
      )
      expect(server.seen.reused).toBe(false)
      expect([...codes].filter((code) => !known.includes(code))).toEqual([])
      if (codes.has('session_ended')) expect(server.seen.definitive).toBe(true)
      // On workerd a renewal may have been cut off, which is what a clock looks like that was set back meanwhile.
      if (codes.has('session_uncertain')) expect(server.seen.lost || isolatesRequests()).toBe(true)
    },
  )
})

describe('whatever happens to a client-credentials source', () => {
  test.prop([fc.array(command, { maxLength: 40 })], options)(
    'it asks once at a time, and works again when the server does',
    async (commands) => {
      const { codes, source, clock } = await run(commands, (client) => client.clientCredentialsSource())
      expect(codes).not.toContain('session_ended')
      await clock.pass(120_000)
      expect((await clock.run(source.token())).accessToken).toBeTruthy()
    },
  )
})
