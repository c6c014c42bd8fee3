import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { type AuthorizationRequest, authorizationResponse } from '../../src/authorize.js'
import { createClient, discover, OAuthError } from '../../src/index.js'
import { scriptedServer } from '../fixtures/scripted-server.js'

const server = { tokenEndpoint: 'https://as.test/token' }

/** Either it works, or it fails with the one typed error. */
const settles = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    return await work
  } catch (error) {
    expect(error).toBeInstanceOf(OAuthError)
    return undefined
  }
}

const name = fc.constantFrom(
  ...['access_token', 'token_type', 'expires_in', 'refresh_token', 'refresh_token_expires_in', 'scope', 'id_token'],
  ...['error', 'error_description', 'error_uri', '__proto__', 'constructor', 'toString', 'issuer', 'token_endpoint'],
)

/** Objects that are nearly right: the names of the RFC with any values. */
const nearly = fc.oneof(
  fc.json(),
  fc.dictionary(name, fc.jsonValue()).map((fields) => JSON.stringify(fields)),
  fc.dictionary(name, fc.string()).map((fields) => JSON.stringify({ access_token: 'at', ...fields })),
  fc.dictionary(name, fc.string()).map((fields) => `${new URLSearchParams(fields)}`),
)

/** What a bad connection makes of an answer. */
const mutated = fc.tuple(nearly, fc.nat(), fc.string(), fc.nat(3)).map(([body, at, noise, kind]) => {
  const cut = body.length ? at % body.length : 0
  if (kind === 0) return body.slice(0, cut)
  if (kind === 1) return `${body.slice(0, cut)}${noise}${body.slice(cut)}`
  if (kind === 2) return `${body}${body}`
  return body
})

const header = fc.oneof(
  fc.constantFrom('application/json', 'text/html', 'x', 'Thu, 01 Jan 1970 00:00:00 GMT', '-1', '0', '1e3', 'NaN'),
  fc.stringMatching(/^[\x21-\x7e]{0,40}$/),
)

const answer = fc.record({
  body: fc.oneof(fc.string(), nearly, mutated),
  status: fc.oneof(fc.constant(200), fc.integer({ min: 200, max: 599 })),
  headers: fc.dictionary(fc.constantFrom('content-type', 'retry-after', 'date', 'www-authenticate'), header),
})

const respond = ({ body, status, headers }: { body: string; status: number; headers: Record<string, string> }) =>
  new Response([204, 205, 304].includes(status) ? null : body, { status, headers })

const clock = {
  now: () => 0,
  sleep: (ms: number) => (ms === 10_000 ? new Promise<void>(() => {}) : Promise.resolve()),
}

describe('whatever a token endpoint answers', () => {
  test.prop([answer], { numRuns: 500 })('a token is whole, or the error is typed', async (given) => {
    const wire = scriptedServer(...[1, 2, 3].map(() => respond(given)))
    const client = createClient({ server, clientId: 'id', clientSecret: 'a-secret', fetch: wire.fetch, clock })
    const token = (await settles(client.refresh('a-refresh-token'))) as Record<string, unknown> | undefined
    if (!token) return
    expect(token['accessToken']).toMatch(/^[\x20-\x7e]+$/)
    expect(token['tokenType']).toBe('Bearer')
    expect(JSON.parse(JSON.stringify(token))).toEqual(token)
    expect(Object.getPrototypeOf(token)).toBe(Object.prototype)
    for (const moment of ['expiresAt', 'refreshTokenExpiresAt']) {
      expect(token[moment] ?? 0).toSatisfy((at) => Number.isFinite(at))
    }
    expect(() => new Headers({ authorization: `Bearer ${token['accessToken']}` })).not.toThrow()
  })

  test.prop([answer])('a revocation ends', async (given) => {
    const wire = scriptedServer(...[1, 2, 3].map(() => respond(given)))
    const endpoints = { ...server, revocationEndpoint: 'https://as.test/revoke' }
    const client = createClient({ server: endpoints, clientId: 'id', fetch: wire.fetch, clock })
    await settles(client.revoke('at'))
  })

  test.prop([answer])('a discovery ends', async (given) => {
    const wire = scriptedServer(...[1, 2, 3, 4, 5, 6].map(() => respond(given)))
    await settles(discover('https://as.test', { fetch: wire.fetch, clock }))
  })
})

describe('whatever a metadata document says', () => {
  const field = fc.constantFrom(
    ...['token_endpoint_auth_methods_supported', 'grant_types_supported', 'revocation_endpoint', 'expires_in'],
    ...['default_expires_in', 'basic_encoding', 'authorization_response_iss_parameter_supported', '__proto__', 'then'],
  )
  const value = fc.oneof(
    fc.jsonValue(),
    fc.subarray(['client_secret_post', 'client_secret_basic', 'none', 'toString', 'constructor', '__proto__']),
  )

  test.prop([fc.dictionary(field, value)], { numRuns: 300 })(
    'its server gives a token, or the error is typed',
    async (given) => {
      const document = JSON.stringify({ ...given, issuer: 'https://as.test', token_endpoint: 'https://as.test/token' })
      const wire = scriptedServer(new Response(document), new Response('{"access_token":"at","refresh_token":"rt"}'))
      const work = discover('https://as.test', { fetch: wire.fetch, clock }).then((found) =>
        createClient({
          server: found,
          clientId: 'id',
          clientSecret: 's',
          fetch: wire.fetch,
          clock,
        }).clientCredentials(),
      )
      const token = (await settles(work)) as Record<string, unknown> | undefined
      if (token) expect(JSON.parse(JSON.stringify(token))).toEqual(token)
    },
  )
})

describe('whatever a callback says', () => {
  const pending: AuthorizationRequest = {
    url: '',
    state: 'the-state',
    clientId: 'web',
    redirectUri: 'https://app.test/cb',
    issuer: 'https://as.test',
    issuerRequired: true,
  }
  const parameter = fc.tuple(
    fc.constantFrom('code', 'state', 'iss', 'error', 'error_description', 'error_uri', '__proto__'),
    fc.oneof(fc.constantFrom('the-state', 'https://as.test', 'c', ''), fc.string()),
  )
  const query = fc.oneof(
    fc.array(parameter).map((pairs) => `${new URLSearchParams(pairs)}`),
    fc.string(),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
  )

  test.prop([query], { numRuns: 500 })('a code comes out only of a right one', async (text) => {
    const response = (await settles(authorizationResponse(text, pending))) as { code: string } | undefined
    if (!response) return
    const sent = new URLSearchParams(text.replace(/^[^?]*\?|#.*/g, ''))
    expect(sent.getAll('code')).toEqual([response.code])
    expect(sent.getAll('state')).toEqual(['the-state'])
    expect(sent.getAll('iss')).toEqual(['https://as.test'])
    expect(sent.get('error') || '').toBe('')
  })

  test.prop([fc.constantFrom(undefined, null, 42, true, {}, [], new Date(0))])(
    'even where it is no callback at all',
    async (thing) => {
      await settles(authorizationResponse(thing as string, pending))
    },
  )
})
