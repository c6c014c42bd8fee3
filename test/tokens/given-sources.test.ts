import { describe, expect, it } from 'vitest'
import { type Client, memoryStore, type Token, type TokenSource } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { settle } from '../fixtures/fake-clock.js'
import { codeOf, lifetime } from './siblings.js'
import { fails, tokenServer } from './token-server.js'

const day = 24 * 3600_000
const subject = { subjectTokenType: 'access_token' } as const

/** A user's tokens, as their session would give them. */
const userSource = (name: string) => {
  let number = 1
  let over = false
  const source: TokenSource = {
    token: async ({ rejected } = {}) => {
      if (over) throw new Error('logged out')
      if (rejected?.accessToken === `${name}${number}`) number += 1
      return { accessToken: `${name}${number}`, tokenType: 'Bearer', raw: {} }
    },
  }
  return {
    source,
    renew: () => {
      number += 1
    },
    logOut: () => {
      over = true
    },
  }
}

const subjects = (server: ReturnType<typeof tokenServer>) => server.sent.map(({ form }) => form.get('subject_token'))

describe('a source of exchanged tokens', () => {
  it('stays fresh: each exchange takes what its subject is by then', async () => {
    const server = tokenServer({ rotate: false })
    const user = userSource('ada')
    const source = server.client.tokenExchangeSource({ ...subject, subjectToken: user.source, audience: 'b' })
    expect((await source.token()).accessToken).toBe('at1')
    expect((await source.token()).accessToken).toBe('at1')
    user.renew()
    server.clock.set(server.clock.now() + 3600_000)
    expect((await source.token()).accessToken).toBe('at2')
    expect(subjects(server)).toEqual(['ada1', 'ada2'])
    expect(server.sent.map(({ form }) => form.get('audience'))).toEqual(['b', 'b'])
  })

  it('renews ahead of expiry while the valid token is served', async () => {
    const server = tokenServer({ rotate: false })
    const source = server.client.tokenExchangeSource({ ...subject, subjectToken: 'st' })
    await source.token()
    server.clock.set(server.clock.now() + 3580_000)
    expect((await source.token()).accessToken).toBe('at1')
    await settle()
    expect(source.current()?.accessToken).toBe('at2')
  })

  it('renews once for a 401 (`rejected`)', async () => {
    const server = tokenServer({ rotate: false })
    const source = server.client.tokenExchangeSource({ ...subject, subjectToken: userSource('ada').source })
    const rejected = await source.token()
    const [one, two] = await Promise.all([source.token({ rejected }), source.token({ rejected })])
    expect([one.accessToken, two.accessToken]).toEqual(['at2', 'at2'])
    expect(server.sent).toHaveLength(2)
  })

  it('has its subject renewed where the server refuses it, and is no ended session', async () => {
    const server = tokenServer({ rotate: false })
    const source = server.client.tokenExchangeSource({ ...subject, subjectToken: userSource('ada').source })
    server.next(fails('invalid_grant'))
    expect((await source.token()).accessToken).toBe('at1')
    expect(subjects(server)).toEqual(['ada1', 'ada2'])
  })

  it.each(['our_invalid_grant', 'invalid_grant_now', 'invalid_scope'])(
    'has no subject renewed where the server refuses something else: %s',
    async (error) => {
      const server = tokenServer({ rotate: false })
      const source = server.client.tokenExchangeSource({ ...subject, subjectToken: userSource('ada').source })
      server.next(fails(error))
      expect(await failureOf(source.token())).toMatchObject({ error })
      expect(subjects(server)).toEqual(['ada1'])
    },
  )

  it('that is refused for good fails with what the server said, and is asked again after a pause', async () => {
    const server = tokenServer({ rotate: false })
    const source = server.client.tokenExchangeSource({ ...subject, subjectToken: 'st' })
    server.next(fails('invalid_grant'))
    for (let call = 0; call < 3; call++) {
      expect(await failureOf(source.token())).toMatchObject({ code: 'error_response', error: 'invalid_grant' })
    }
    expect(server.sent).toHaveLength(1)
    server.clock.set(server.clock.now() + 31_000)
    expect((await source.token()).accessToken).toBe('at1')
  })

  it('goes on at once when the user of its session has logged in again', async () => {
    const server = tokenServer()
    const session = server.client.sessionSource({ token: { refreshToken: 'dead' } })
    const source = server.client.tokenExchangeSource({ ...subject, subjectToken: session })
    server.next(fails('invalid_grant'))
    for (let call = 0; call < 5; call++) {
      expect(await codeOf(source.token())).toBe('session_ended')
      server.clock.set(server.clock.now() + 1000)
    }
    expect(server.sent).toHaveLength(1)
    await session.replace({ accessToken: 'of-the-new-login', refreshToken: 'rt' })
    expect((await source.token()).accessToken).toBe('at1')
    expect(subjects(server)).toEqual([null, 'of-the-new-login'])
  })

  it('serves the token at hand to its end while its subject cannot be had', async () => {
    const server = tokenServer({ rotate: false })
    const user = userSource('ada')
    const source = server.client.tokenExchangeSource({ ...subject, subjectToken: user.source })
    await source.token()
    user.logOut()
    server.clock.set(server.clock.now() + 3595_000)
    expect((await source.token()).accessToken).toBe('at1')
    server.clock.set(server.clock.now() + 5000)
    await expect(source.token()).rejects.toThrow('logged out')
  })
})

type Make = (client: Client, given: string | TokenSource | (() => string)) => TokenSource
const makers: readonly [string, Make][] = [
  ['an exchange', (client, subjectToken) => client.tokenExchangeSource({ ...subject, subjectToken })],
  [
    'an exchange with an actor',
    (client, actorToken) =>
      client.tokenExchangeSource({ ...subject, subjectToken: 'st', actorToken, actorTokenType: 'access_token' }),
  ],
  ['a JWT bearer grant', (client, assertion) => client.jwtBearerSource({ assertion })],
  ['an extension grant', (client, value) => client.extensionGrantSource('urn:example:grant', { value })],
]

describe.each(makers)('the sources of %s', (_, make) => {
  const asked = async (...given: Parameters<Make>[1][]) => {
    const server = tokenServer({ rotate: false })
    const tokens: Token[] = []
    for (const one of given) tokens.push(await make(server.client, one).token())
    return { sent: server.sent.length, different: new Set(tokens.map(({ accessToken }) => accessToken)).size }
  }

  it('share a token where they were given the same texts', async () => {
    expect(await asked('user-a', 'user-a', 'user-b')).toEqual({ sent: 2, different: 2 })
  })

  it('share none where one is given by a function or a source, whoever’s it may be', async () => {
    const give = () => 'user-a'
    expect(await asked(give, give, 'user-a')).toEqual({ sent: 3, different: 3 })
    const { source } = userSource('user')
    expect(await asked(source, source)).toEqual({ sent: 2, different: 2 })
  })

  it('share none where a source keeps its methods in a class, and its fields to itself', async () => {
    class Session implements TokenSource {
      readonly #name: string
      constructor(name: string) {
        this.#name = name
      }
      async token(): Promise<Token> {
        return { accessToken: this.#name, tokenType: 'Bearer', raw: {} }
      }
      toJSON() {
        return 'a session'
      }
    }
    expect(await asked(new Session('a'), new Session('b'))).toEqual({ sent: 2, different: 2 })
  })

  it('keep to what they were made with', async () => {
    const server = tokenServer({ rotate: false })
    const parameters = { user: 'ada' }
    const source = server.client.extensionGrantSource('urn:example:grant', parameters)
    parameters.user = 'eve'
    await source.token()
    expect(server.sent[0]?.form.get('user')).toBe('ada')
  })

  it('are not of one token for different things asked for', async () => {
    const server = tokenServer({ rotate: false })
    await server.client.jwtBearerSource({ assertion: 'a', scope: 'x' }).token()
    await server.client.jwtBearerSource({ assertion: 'a', scope: 'y' }).token()
    await server.client.extensionGrantSource('urn:example:grant', { assertion: 'a' }).token()
    await server.client.extensionGrantSource('urn:example:other', { assertion: 'a' }).token()
    expect(server.sent).toHaveLength(4)
  })
})

describe('in a store', () => {
  it('a token is shared by those who name the same key, and nothing given is in key or value', async () => {
    const server = tokenServer({ rotate: false })
    const inner = memoryStore()
    const seen: string[] = []
    const store = {
      ...inner,
      set: (...given: Parameters<typeof inner.set>) => {
        seen.push(given[0], given[1])
        return inner.set(...given)
      },
    }
    const open = (key: string) =>
      server.client.tokenExchangeSource({ ...subject, subjectToken: () => 'the-subject-token', store, key })
    const run = (source: TokenSource) => server.clock.run(source.token())
    expect((await run(open('ada'))).accessToken).toBe('at1')
    expect((await run(open('ada'))).accessToken).toBe('at1')
    expect((await run(open('eve'))).accessToken).toBe('at2')
    expect(server.sent).toHaveLength(2)
    expect(seen.join()).not.toContain('the-subject-token')
  })

  it('a token of one store is not that of another, though all else is the same', async () => {
    const server = tokenServer({ rotate: false })
    const ask = () =>
      server.clock.run(server.client.jwtBearerSource({ assertion: 'a', store: memoryStore(), key: 'k' }).token())
    expect([(await ask()).accessToken, (await ask()).accessToken]).toEqual(['at1', 'at2'])
  })

  it.each([
    ['given by a function', () => 'a'],
    ['a text', 'a'],
  ])('a token whose assertion is %s needs a key', async (_, assertion) => {
    const { client } = tokenServer()
    const store = memoryStore()
    // @ts-expect-error a store goes with a key
    const failure = await failureOf(() => client.jwtBearerSource({ assertion, store }))
    expect(failure.code).toBe('invalid_argument')
  })

  it('a token is not taken for that of another grant under the same key', async () => {
    const server = tokenServer({ rotate: false })
    const store = memoryStore()
    await server.clock.run(server.client.jwtBearerSource({ assertion: 'a', store, key: 'k' }).token())
    const other = server.client.tokenExchangeSource({ ...subject, subjectToken: 'st', store, key: 'k' })
    expect((await server.clock.run(other.token())).accessToken).toBe('at2')
  })
})

describe('a source that stays warm', () => {
  it('asks for an assertion before the token expires, though nobody asks', async () => {
    const server = tokenServer({ rotate: false, expiresIn: lifetime / 1000 })
    let made = 0
    await using source = server.client.jwtBearerSource({ assertion: () => `a${++made}`, prefetch: true })
    await server.clock.run(source.token())
    await server.clock.pass(lifetime)
    expect(made).toBeGreaterThan(1)
    expect(made * lifetime).toBeLessThan(day)
  })
})
