import { describe, expect, it } from 'vitest'
import { createClient, type TokenExchangeOptions, type TokenSource } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'

const server = { tokenEndpoint: 'https://as.test/token' }
const type = (name: string) => `urn:ietf:params:oauth:token-type:${name}`
const issued = (fields: object = {}) =>
  json({ access_token: 'exchanged', issued_token_type: type('access_token'), token_type: 'Bearer', ...fields })

const setUp = (...answers: Response[]) => {
  const wire = scriptedServer(...(answers.length ? answers : [issued()]))
  const clock = fakeClock()
  return {
    wire,
    clock,
    client: createClient({ server, clientId: 'api', clientSecret: 'its-secret', fetch: wire.fetch, clock }),
  }
}
const subject = { subjectToken: 'user-token', subjectTokenType: 'access_token' } as const

describe('token exchange', () => {
  it('sends the grant, the subject token and its type (RFC 8693 §2.1) with the client authentication', async () => {
    const { client, wire } = setUp()
    await client.tokenExchange(subject)
    expect(Object.fromEntries(wire.only().form)).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'user-token',
      subject_token_type: type('access_token'),
    })
    expect(wire.only().headers.get('authorization')).toBe(`Basic ${btoa('api:its-secret')}`)
  })

  it('sends several resources and audiences as repeated fields, and all the others once', async () => {
    const { client, wire } = setUp()
    await client.tokenExchange({
      ...subject,
      actorToken: 'service-token',
      actorTokenType: 'jwt',
      requestedTokenType: 'urn:example:token',
      resource: ['https://a.test/', 'https://b.test/'],
      audience: ['one', 'two'],
      scope: ['read', 'write'],
      parameters: { vendor: 'x' },
    })
    const { form } = wire.only()
    expect(form.getAll('resource')).toEqual(['https://a.test/', 'https://b.test/'])
    expect(form.getAll('audience')).toEqual(['one', 'two'])
    expect(Object.fromEntries(form)).toMatchObject({
      actor_token: 'service-token',
      actor_token_type: type('jwt'),
      requested_token_type: 'urn:example:token',
      scope: 'read write',
      vendor: 'x',
    })
    expect([...form.keys()]).toHaveLength(12)
  })

  it.each(['access_token', 'refresh_token', 'id_token', 'jwt', 'saml1', 'saml2'] as const)(
    'knows the type %s by its last word',
    async (subjectTokenType) => {
      const { client, wire } = setUp()
      await client.tokenExchange({ subjectToken: 't', subjectTokenType })
      expect(wire.only().form.get('subject_token_type')).toBe(type(subjectTokenType))
    },
  )

  it('gives a token that says what was issued', async () => {
    const { client, clock } = setUp(issued({ expires_in: 60, scope: 'read', refresh_token: 'rt', vendor: 1 }))
    expect(await client.tokenExchange(subject)).toEqual({
      accessToken: 'exchanged',
      tokenType: 'Bearer',
      issuedTokenType: type('access_token'),
      expiresAt: clock.now() + 60_000,
      scope: 'read',
      refreshToken: 'rt',
      raw: { vendor: 1 },
    })
  })

  it.each(['N_A', 'n_a'])(
    'says of what is no access token that it is none: %s (RFC 8693 §2.2.1)',
    async (token_type) => {
      const { client } = setUp(issued({ token_type, issued_token_type: type('id_token') }))
      expect(await client.tokenExchange({ ...subject, requestedTokenType: 'id_token' })).toMatchObject({
        accessToken: 'exchanged',
        tokenType: 'N_A',
        issuedTokenType: type('id_token'),
      })
    },
  )

  it('takes an answer that does not say what was issued (Keycloak before 26)', async () => {
    const { client } = setUp(json({ access_token: 'exchanged', token_type: 'Bearer' }))
    const token = await client.tokenExchange(subject)
    expect(token).toEqual({ accessToken: 'exchanged', tokenType: 'Bearer', raw: {} })
  })

  it('takes N_A from no other grant', async () => {
    const { client } = setUp(issued({ token_type: 'N_A' }))
    expect((await failureOf(client.clientCredentials())).code).toBe('invalid_response')
  })

  it.each([
    ['an empty token', { access_token: '' }],
    ['a type of token that is not known', { token_type: 'mac' }],
    ['a type that ends as that of none', { token_type: 'our_N_A' }],
    ['a type that begins as that of none', { token_type: 'N_A_yet' }],
  ])('refuses an answer with %s', async (_, fields) => {
    expect((await failureOf(setUp(issued(fields)).client.tokenExchange(subject))).code).toBe('invalid_response')
  })

  it.each(['invalid_request', 'invalid_target'])('is told %s', async (error) => {
    const { client } = setUp(json({ error }, 400))
    expect(await failureOf(client.tokenExchange(subject))).toMatchObject({ code: 'error_response', error, status: 400 })
  })

  it.each<[string, object]>([
    ['no subject token', { subjectToken: '' }],
    ['a subject token that is undefined, as an unset variable is', { subjectToken: undefined }],
    ['a source that gives nothing', { subjectToken: { token: async () => undefined } }],
    ['an empty audience', { audience: '' }],
    ['an empty one among audiences', { audience: ['a', ''] }],
    ['an audience that is no text', { audience: 7 }],
    ['an empty requested type', { requestedTokenType: '' }],
    ['an unknown type', { subjectTokenType: 'bearer' }],
    ['no type', { subjectTokenType: undefined }],
    ['an actor without a type', { actorToken: 'a' }],
    ['an actor whose type is empty', { actorToken: 'a', actorTokenType: '' }],
    ['a type without an actor', { actorTokenType: 'jwt' }],
    ['a requested type that is no URI', { requestedTokenType: 'thing' }],
    ['a relative resource', { resource: '/a' }],
    ['a parameter of its own', { parameters: { subject_token: 'x' } }],
    ['a parameter of the client authentication', { parameters: { client_secret: 'x' } }],
    ['a parameter that a function gives', { subjectToken: () => 'a', parameters: { subject_token: 'x' } }],
    ['a function that gives nothing', { subjectToken: () => '' }],
    ['a number for a token', { subjectToken: 7 }],
  ])('sends nothing with %s', async (_, fields) => {
    const { client, wire } = setUp()
    const options = { ...subject, ...fields } as TokenExchangeOptions
    expect((await failureOf(client.tokenExchange(options))).code).toBe('invalid_argument')
    expect(wire.sent).toHaveLength(0)
  })

  it('sends nothing without options', async () => {
    const { client, wire } = setUp()
    const exchange = Reflect.apply(client.tokenExchange, undefined, [])
    expect((await failureOf(exchange)).code).toBe('invalid_argument')
    expect(wire.sent).toHaveLength(0)
  })
})

/** A source that gives one token after another, as they are refused. */
const sourceOf = (...accessTokens: string[]) => {
  let at = 0
  const tokenAt = () => ({
    accessToken: `${accessTokens[at]}`,
    tokenType: 'Bearer',
    idToken: `id-${accessTokens[at]}`,
    raw: {},
  })
  const source: TokenSource = {
    token: async ({ rejected } = {}) => {
      if (rejected?.accessToken === accessTokens[at] && at < accessTokens.length - 1) at += 1
      return tokenAt()
    },
  }
  return source
}

describe('an exchange of what a source gives', () => {
  it('takes its access token, or its ID token where that is the type', async () => {
    const { client, wire } = setUp(issued(), issued())
    await client.tokenExchange({ subjectToken: sourceOf('at1'), subjectTokenType: 'access_token' })
    await client.tokenExchange({ subjectToken: sourceOf('at1'), subjectTokenType: 'id_token' })
    expect(wire.sent.map(({ form }) => form.get('subject_token'))).toEqual(['at1', 'id-at1'])
  })

  it('never takes its refresh token, which is the session’s own', async () => {
    const { client, wire } = setUp()
    const options = { subjectToken: sourceOf('at1'), subjectTokenType: 'refresh_token' } as const
    expect((await failureOf(client.tokenExchange(options))).code).toBe('invalid_argument')
    expect(wire.sent).toHaveLength(0)
  })

  it.each(['invalid_request', 'invalid_grant', 'invalid_token'])(
    'is tried once more with another token after %s',
    async (error) => {
      const { client, wire } = setUp(json({ error }, 400), issued())
      await client.tokenExchange({ subjectToken: sourceOf('old', 'new', 'newer'), subjectTokenType: 'access_token' })
      expect(wire.sent.map(({ form }) => form.get('subject_token'))).toEqual(['old', 'new'])
    },
  )

  it('takes of subject and actor what the type of each says, and is tried again where one of them has another token', async () => {
    const { client, wire } = setUp(json({ error: 'invalid_request' }, 400), issued())
    await client.tokenExchange({
      ...{ subjectToken: sourceOf('old', 'new'), subjectTokenType: 'access_token' },
      ...{ actorToken: sourceOf('service'), actorTokenType: 'id_token' },
    })
    const sent = wire.sent.map(({ form }) => [form.get('subject_token'), form.get('actor_token')])
    expect(sent).toEqual([
      ['old', 'id-service'],
      ['new', 'id-service'],
    ])
  })

  it('leaves the wait for its subject with who has asked', async () => {
    const { client, wire } = setUp()
    const caller = new AbortController()
    const subjectToken: TokenSource = {
      token: ({ signal } = {}) => {
        setTimeout(() => caller.abort(new RangeError('no longer wanted')))
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
      },
    }
    const left = client.tokenExchange({ subjectToken, subjectTokenType: 'access_token', signal: caller.signal })
    await expect(left).rejects.toThrow(new RangeError('no longer wanted'))
    expect(wire.sent).toHaveLength(0)
  })

  it('is not tried again where the source has no other token, or something else is wrong', async () => {
    const same = setUp(json({ error: 'invalid_request' }, 400))
    const options = (...tokens: string[]) =>
      ({ subjectToken: sourceOf(...tokens), subjectTokenType: 'access_token' }) as const
    expect((await failureOf(same.client.tokenExchange(options('one')))).code).toBe('error_response')
    expect(same.wire.sent).toHaveLength(1)
    const other = setUp(json({ error: 'invalid_target' }, 400))
    expect((await failureOf(other.client.tokenExchange(options('one', 'two')))).code).toBe('error_response')
    expect(other.wire.sent).toHaveLength(1)
  })
})
