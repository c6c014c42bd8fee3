import { describe, expect, it } from 'vitest'
import { bearerChallenge, bearerFetch, createClient, OAuthError, type TokenSource } from '../../src/index.js'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { visible } from '../fixtures/visible.js'
import { ok, sourceOf, tokenOf, unauthorized, wire } from './wire.js'

const origins = ['https://api.example.com']
const url = 'https://api.example.com/things'

describe('a 401', () => {
  it.each([
    ['without a challenge', undefined],
    ['with a challenge that cannot be read', '"'],
    ['of invalid_token', 'Bearer realm="a", error="invalid_token"'],
    ['without an error', 'Bearer realm="a"'],
    ['in any case', 'BEARER Error="invalid_token"'],
    ['with an error of its own', 'Bearer error="token_expired"'],
    ['after another scheme', 'Basic realm="a, Bearer error=\\"invalid_request\\"", Bearer'],
    ['after a token68', 'Negotiate YII=, Bearer error="invalid_token"'],
    ['from a gateway and the API behind it', 'Bearer realm="gateway", Bearer error="invalid_token"'],
  ])('%s is answered by one renewal and one retry', async (_, challenge) => {
    const source = sourceOf('old', 'new')
    const api = wire(unauthorized(challenge), ok())
    const response = await bearerFetch(source, { origins, fetch: api.fetch })(url)
    expect(response.status).toBe(200)
    expect(api.seen.map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer new'])
    expect(source.asked).toEqual([{}, { rejected: tokenOf('old') }])
  })

  it.each([
    ['asks for another scheme', 'Basic realm="a", DPoP algs="ES256"'],
    ['asks for another scheme that talks of Bearer', 'Basic realm="Bearer error=invalid_token"'],
    ['finds fault with the request', 'Bearer error="invalid_request"'],
    ['wants another scope', 'Bearer error="insufficient_scope", scope="write"'],
    ['wants another login (RFC 9470)', 'Bearer error="insufficient_user_authentication", acr_values="a"'],
    ['says so behind a gateway', 'Bearer realm="gateway", Bearer error="insufficient_scope"'],
  ])('that %s does not cost a renewal', async (_, challenge) => {
    const source = sourceOf('old', 'new')
    const api = wire(unauthorized(challenge, 'why'))
    const response = await bearerFetch(source, { origins, fetch: api.fetch })(url)
    expect([response.status, await response.text()]).toEqual([401, 'why'])
    expect([api.seen.length, source.asked.length]).toEqual([1, 1])
  })

  it('in which the header comes twice is read whole', async () => {
    const headers = new Headers([
      ['www-authenticate', 'Basic realm="a"'],
      ['www-authenticate', 'Bearer error="invalid_token"'],
    ])
    const api = wire(new Response(null, { status: 401, headers }), ok())
    expect((await bearerFetch(sourceOf('old', 'new'), { origins, fetch: api.fetch })(url)).status).toBe(200)
  })

  it('for the new token too is handed on', async () => {
    const source = sourceOf('one', 'two', 'three')
    const api = wire(unauthorized(), unauthorized(undefined, 'still not'))
    const response = await bearerFetch(source, { origins, fetch: api.fetch })(url)
    expect([response.status, await response.text()]).toEqual([401, 'still not'])
    expect(source.asked.length).toBe(2)
  })

  it('is handed on as it is when the source gives the same token again', async () => {
    const source = sourceOf('only')
    const api = wire(unauthorized(undefined, 'why'))
    const response = await bearerFetch(source, { origins, fetch: api.fetch })(url)
    expect([response.status, await response.text()]).toEqual([401, 'why'])
    expect(source.asked.length).toBe(2)
  })

  it('becomes the failure of the source when no new token can be had, and its answer is let go', async () => {
    let cancelled = false
    const answer = new ReadableStream({
      cancel: () => {
        cancelled = true
      },
    })
    const api = wire(unauthorized(undefined, answer))
    const source: TokenSource = {
      token: async (options) => {
        if (options?.rejected) throw new OAuthError('session_ended', 'authorize again')
        return tokenOf('old')
      },
    }
    const failure = await failureOf(bearerFetch(source, { origins, fetch: api.fetch })(url))
    expect([failure.code, cancelled, api.seen.length]).toEqual(['session_ended', true, 1])
  })

  it('lets go of its own body before the retry', async () => {
    const order: string[] = []
    const body = new ReadableStream({
      cancel: () => {
        order.push('cancelled')
      },
    })
    const again = () => {
      order.push('sent again')
      return ok()
    }
    const api = wire(unauthorized(undefined, body), again)
    await bearerFetch(sourceOf('old', 'new'), { origins, fetch: api.fetch })(url)
    expect(order).toEqual(['cancelled', 'sent again'])
  })

  it('whose body somebody else has read already is retried all the same', async () => {
    const api = wire(unauthorized(undefined, 'logged'), ok())
    const logging: typeof globalThis.fetch = async (...given) => {
      const response = await api.fetch(...given)
      if (response.status === 401) await response.text()
      return response
    }
    const response = await bearerFetch(sourceOf('old', 'new'), { origins, fetch: logging })(url)
    expect(await response.text()).toBe('ok')
  })

  it('does not change what was sent before', async () => {
    const inits: (RequestInit | undefined)[] = []
    const api = wire(unauthorized(), ok())
    const recording: typeof globalThis.fetch = (input, init) => {
      inits.push(init)
      return api.fetch(input, init)
    }
    await bearerFetch(sourceOf('old', 'new'), { origins, fetch: recording })(url)
    const sent = inits.map((init) => new Headers(init?.headers).get('authorization'))
    expect(sent).toEqual(['Bearer old', 'Bearer new'])
  })
})

describe('no token, no request', () => {
  it.each<[string, TokenSource]>([
    ['fails', { token: () => Promise.reject(new OAuthError('session_ended', 'authorize again')) }],
    ['gives an empty one', { token: async () => tokenOf('') }],
    ['gives one that would forge a header', { token: async () => tokenOf('s3cret\r\nx-admin: 1') }],
    ['gives one that no header can hold', { current: () => tokenOf('s3cret\u2028'), token: async () => tokenOf('at') }],
    ['gives something else', { token: async () => JSON.parse('{}') }],
  ])('if the source %s', async (_, source) => {
    const api = wire()
    const failure = await failureOf(bearerFetch(source, { origins, fetch: api.fetch })(url))
    expect(['session_ended', 'invalid_argument']).toContain(failure.code)
    expect(visible(failure)).not.toContain('s3cret')
    expect(api.seen).toEqual([])
  })

  it('and no request once more if the new one is unusable', async () => {
    const api = wire(unauthorized())
    const failure = await failureOf(bearerFetch(sourceOf('old', 'a\nb'), { origins, fetch: api.fetch })(url))
    expect([failure.code, api.seen.length]).toEqual(['invalid_argument', 1])
  })
})

describe('a 403', () => {
  it('of insufficient_scope is handed on with a typed hint, and is no loop', async () => {
    const challenge =
      'Bearer realm="a", error="insufficient_scope", error_description="more, please", scope="read write"'
    const api = wire(new Response('no', { status: 403, headers: { 'www-authenticate': challenge } }))
    const source = sourceOf('at', 'new')
    const response = await bearerFetch(source, { origins, fetch: api.fetch })(url)
    expect(bearerChallenge(response)).toEqual({
      realm: 'a',
      scope: 'read write',
      error: 'insufficient_scope',
      errorDescription: 'more, please',
    })
    expect([await response.text(), api.seen.length, source.asked.length]).toEqual(['no', 1, 1])
  })

  it('without a Bearer challenge has no hint', () => {
    expect(bearerChallenge(new Response(null, { status: 403 }))).toBeUndefined()
    expect(bearerChallenge(unauthorized('Basic realm="a"'))).toBeUndefined()
    expect(bearerChallenge(unauthorized('Basic realm="a", Bearer'))).toEqual({})
  })
})

describe('with the sources of a client', () => {
  const setUp = () => {
    const clock = fakeClock()
    const clients = [{ clientId: 'service', clientSecret: 's3cret', scope: 'read write' }]
    const mock = createMockAuthorizationServer({ clients, clock })
    const credentials = { clientId: 'service', clientSecret: 's3cret' }
    const client = createClient({ server: mock.server, ...credentials, fetch: mock.fetch, clock })
    const options = { origins: [new URL(mock.resource).origin], fetch: mock.fetch }
    const count = (endpoint: string) => mock.requests.filter((request) => request.endpoint === endpoint).length
    return { clock, mock, client, options, count }
  }

  it('a token that was revoked is renewed once, however many calls learn of it', async () => {
    const { mock, client, options, count } = setUp()
    const source = client.clientCredentialsSource({ scope: 'read' })
    const api = bearerFetch(source, options)
    expect((await api(mock.resource)).status).toBe(200)
    await client.revoke(await source.token())
    const answers = await Promise.all(Array.from({ length: 50 }, () => api(mock.resource)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(count('token')).toBe(2)
  })

  it('an API that refuses every token does not cost a renewal a call', async () => {
    const { clock, mock, client, options, count } = setUp()
    const refusing: typeof globalThis.fetch = async () => unauthorized()
    const api = bearerFetch(client.clientCredentialsSource(), { ...options, fetch: refusing })
    for (let call = 0; call < 20; call++) expect((await api(mock.resource)).status).toBe(401)
    expect(count('token')).toBe(2)
    clock.set(clock.now() + 31_000)
    for (let call = 0; call < 20; call++) await api(mock.resource)
    expect(count('token')).toBe(3)
  })

  it('a session that the server has ended fails with a typed error, and sends nothing more', async () => {
    const { mock, client, options, count } = setUp()
    const token = mock.issue({ clientId: 'service', scope: 'read' })
    const session = client.sessionSource({ token })
    const api = bearerFetch(session, options)
    expect((await api(mock.resource)).status).toBe(200)
    await client.revoke(token, { hint: 'refresh_token' })
    expect((await failureOf(api(mock.resource))).code).toBe('session_ended')
    const sent = count('resource')
    expect((await failureOf(api(mock.resource))).code).toBe('session_ended')
    expect(count('resource')).toBe(sent)
  })

  it('a scope that is missing is told by the resource', async () => {
    const { mock, client, options } = setUp()
    const api = bearerFetch(client.clientCredentialsSource({ scope: 'read' }), options)
    const response = await api(`${mock.resource}?scope=write`)
    expect([response.status, bearerChallenge(response)?.scope]).toEqual([403, 'write'])
  })

  it('nothing that inspects the wrapped fetch finds a secret', async () => {
    const { mock, client, options } = setUp()
    const source = client.clientCredentialsSource()
    const api = bearerFetch(source, options)
    await api(mock.resource)
    const { accessToken } = await source.token()
    const seen = visible(api)
    expect(seen).not.toContain(accessToken)
    expect(seen).not.toContain('s3cret')
  })
})
