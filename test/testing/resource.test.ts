import { describe, expect, it } from 'vitest'
import { challengesOf } from '../../src/core/challenge.js'
import { createClient, discover, discoverResource } from '../../src/index.js'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { askResource, get } from './wire.js'

const clock = fakeClock()
const mock = createMockAuthorizationServer({ clients: [{ clientId: 'web', scope: 'read write' }], clock })
const token = mock.issue({ clientId: 'web', subject: 'ann' })
/** RFC 9728 §5.1. */
const pointer = 'resource_metadata="https://as.test/.well-known/oauth-protected-resource/resource"'
const challengeOf = ({ headers }: { readonly headers: Headers }) => headers.get('www-authenticate')

it('tells whose token it was given', async () => {
  expect(mock.resource).toBe('https://as.test/resource')
  const answer = await askResource(mock, token.accessToken)
  expect(answer).toMatchObject({ status: 200, json: { clientId: 'web', subject: 'ann', scope: 'read write' } })
  expect((await get(mock, mock.resource, { authorization: `bearer ${token.accessToken}` })).status).toBe(200)
})

describe('refuses', () => {
  it.each<[string, string, Record<string, string>]>([
    ['no token', '', {}],
    ['another scheme', '', { authorization: `Basic ${btoa('web:s3cret')}` }],
    ['a token in the query', `?access_token=${token.accessToken}`, {}],
  ])(
    '%s, and says no more than that one is wanted, and where the metadata are (RFC 6750 §3.1)',
    async (_, query, headers) => {
      const answer = await get(mock, `${mock.resource}${query}`, headers)
      expect([answer.status, challengeOf(answer)]).toEqual([401, `Bearer realm="mock", ${pointer}`])
    },
  )

  it.each<[string, string, string, string]>([
    ['an empty one', '', 'Bearer', 'the Authorization header is not one scheme and one token'],
    [
      'two of them',
      '',
      `Bearer ${token.accessToken}, Bearer ${token.accessToken}`,
      'the Authorization header is not one scheme and one token',
    ],
    [
      'one in the header and one in the query',
      '?access_token=a',
      `Bearer ${token.accessToken}`,
      'the access token came in more than one way',
    ],
  ])('%s as invalid_request', async (_, query, authorization, why) => {
    const answer = await get(mock, `${mock.resource}${query}`, { authorization })
    expect(answer.status).toBe(400)
    expect(challengeOf(answer)).toBe(`Bearer realm="mock", error="invalid_request", error_description="${why}"`)
    expect(mock.requests.at(-1)?.refused).toBe(why)
  })

  const expired = mock.issue({ clientId: 'web', expiresIn: 0 })
  const revoked = mock.issue({ clientId: 'web' })
  mock.revoke(revoked.accessToken)
  const ended = mock.issue({ clientId: 'web' })
  mock.revoke(`${ended.refreshToken}`)

  it.each<[string, string | undefined, string]>([
    ['an unknown token', 'unknown', 'the access token is unknown here'],
    ['a refresh token', token.refreshToken, 'this is a refresh token: it is for the token endpoint alone'],
    ['an expired one', expired.accessToken, 'the access token has expired'],
    ['a revoked one', revoked.accessToken, 'the access token was revoked'],
    [
      'one of a session that has ended',
      ended.accessToken,
      'the access token was revoked with its family: its refresh token was revoked',
    ],
  ])('%s as invalid_token, and says why (RFC 6750 §3)', async (_, value, why) => {
    const answer = await askResource(mock, value)
    expect(answer.status).toBe(401)
    expect(challengeOf(answer)).toBe(
      `Bearer realm="mock", error="invalid_token", error_description="${why}", ${pointer}`,
    )
    expect(answer.json).toEqual({ error: 'invalid_token', error_description: why })
    expect(mock.requests.at(-1)).toMatchObject({ status: 401, refused: why })
  })

  it('an ID token, which is for the client alone', async () => {
    const redirectUri = 'https://app.test/cb'
    const its = createMockAuthorizationServer({ clients: [{ clientId: 'page', redirectUris: [redirectUri] }] })
    const client = createClient({ server: its.server, clientId: 'page', fetch: its.fetch })
    const request = await client.authorizationRequest({ redirectUri, scope: 'openid' })
    const { idToken } = await client.exchangeCode(await its.authorize(request.url), request)
    const answer = await askResource(its, idToken)
    expect(answer.json).toEqual({
      error: 'invalid_token',
      error_description: 'this is an ID token: it is for the client alone',
    })
  })

  it('without a word in the challenge of a service that gives none, but with one in the journal', async () => {
    const smokeball = createMockAuthorizationServer({ profile: 'smokeball', clients: [] })
    const answer = await askResource(smokeball, 'unknown')
    expect(challengeOf(answer)).toBe('Bearer realm="mock", error="invalid_token"')
    expect(smokeball.requests.at(-1)?.refused).toBe('the access token is unknown here')
  })

  it.each<[string, string, Record<string, string>, string]>([
    [
      'in the query',
      '?access_token=a',
      {},
      'there is no Authorization header: an access token in the query is not looked at',
    ],
    [
      'under no scheme',
      '',
      { authorization: `${token.accessToken}` },
      'the Authorization header is neither Bearer nor DPoP',
    ],
  ])('a token %s with a word in the journal alone', async (_, query, headers, why) => {
    expect(challengeOf(await get(mock, `${mock.resource}${query}`, headers))).not.toContain('error')
    expect(mock.requests.at(-1)?.refused).toBe(why)
  })

  it('a token in the body, which no resource has to look at (RFC 6750 §2.2)', async () => {
    const body = new URLSearchParams({ access_token: token.accessToken })
    expect((await mock.fetch(mock.resource, { method: 'POST', body })).status).toBe(401)
    expect(mock.requests.at(-1)?.refused).toBe(
      'there is no Authorization header: an access token in the body is not looked at',
    )
    const headers = { authorization: `Bearer ${token.accessToken}` }
    expect((await mock.fetch(mock.resource, { method: 'POST', body, headers })).status).toBe(400)
  })

  it('what a URL demands comes back as one value, whatever is in it', async () => {
    const answer = await askResource(mock, token.accessToken, '?scope=a"%5C%0Ab%22,error%3D%22none')
    expect(answer.status).toBe(403)
    expect(challengesOf(challengeOf(answer))[0]?.parameters).toMatchObject({
      error: 'insufficient_scope',
      scope: 'a"\\?b",error="none',
    })
  })

  it('a token at the moment it expires', async () => {
    const { accessToken, expiresAt = 0 } = mock.issue({ clientId: 'web' })
    expect(expiresAt).toBe(clock.now() + 3_600_000)
    clock.set(expiresAt - 1)
    expect((await askResource(mock, accessToken)).status).toBe(200)
    clock.set(expiresAt)
    expect((await askResource(mock, accessToken)).status).toBe(401)
  })

  it('a token that lacks the scope demanded, and names it', async () => {
    const { accessToken } = mock.issue({ clientId: 'web', scope: 'read' })
    expect((await askResource(mock, accessToken, '?scope=read')).status).toBe(200)
    const answer = await askResource(mock, accessToken, '?scope=read+write')
    expect(answer.status).toBe(403)
    expect(challengeOf(answer)).toBe(
      'Bearer realm="mock", error="insufficient_scope", error_description="the access token lacks a scope that is demanded", ' +
        'scope="read write"',
    )
  })
})

describe('its metadata', () => {
  it('say whose tokens it takes (RFC 9728)', async () => {
    const answer = await get(mock, 'https://as.test/.well-known/oauth-protected-resource/resource')
    expect(answer).toMatchObject({
      status: 200,
      json: {
        resource: mock.resource,
        authorization_servers: ['https://as.test'],
        bearer_methods_supported: ['header'],
      },
    })
  })

  it('are behind the well-known name, with the path of the issuer, and read by GET', async () => {
    const tenant = createMockAuthorizationServer({ clients: [], issuer: 'https://as.test/tenant' })
    const url = 'https://as.test/.well-known/oauth-protected-resource/tenant/resource'
    expect((await get(tenant, url)).json).toMatchObject({ resource: 'https://as.test/tenant/resource' })
    expect((await tenant.fetch(url, { method: 'POST' })).status).toBe(405)
    expect((await get(tenant, 'https://as.test/.well-known/oauth-protected-resource')).status).toBe(404)
  })

  it('lead from a 401 to the server, on loopback too', async () => {
    const listening = await mock.listen()
    try {
      for (const [url, fetch] of [
        [mock.resource, mock.fetch],
        [listening.resource, globalThis.fetch],
      ] as const) {
        const response = await fetch(`${url}?scope=read`)
        const found = await discoverResource(`${url}?scope=read`, { response, fetch })
        expect(found.resource).toBe(url)
        const server = await discover(`${found.authorizationServers[0]}`, { fetch })
        expect(server.tokenEndpoint).toBe(`${new URL(url).origin}/token`)
      }
    } finally {
      await listening.close()
    }
  })

  it('can be had wrong, as those of a resource that wants the tokens of another', async () => {
    mock.fault('resource_metadata', { type: 'fields', fields: { resource: 'https://bank.test' } })
    const response = await mock.fetch(mock.resource)
    const failure = await failureOf(discoverResource(mock.resource, { response, fetch: mock.fetch, fresh: true }))
    expect(failure.code).toBe('resource_mismatch')
  })

  it('are not there with a profile', async () => {
    const miwa = createMockAuthorizationServer({ profile: 'miwa', clients: [] })
    const { origin, pathname } = new URL(miwa.resource)
    expect((await get(miwa, `${origin}/.well-known/oauth-protected-resource${pathname}`)).status).toBe(404)
    expect(challengeOf(await get(miwa, miwa.resource))).toBe('Bearer realm="mock"')
  })
})
