import { describe, expect, it } from 'vitest'
import { discover, discoverResource } from '../../src/index.js'
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

  it.each<[string, string, string]>([
    ['an empty one', '', 'Bearer'],
    ['two of them', '', `Bearer ${token.accessToken}, Bearer ${token.accessToken}`],
    ['one in the header and one in the query', '?access_token=a', `Bearer ${token.accessToken}`],
  ])('%s as invalid_request', async (_, query, authorization) => {
    const answer = await get(mock, `${mock.resource}${query}`, { authorization })
    expect([answer.status, challengeOf(answer)]).toEqual([400, 'Bearer realm="mock", error="invalid_request"'])
  })

  it('an unknown token, a refresh token and an expired one as invalid_token', async () => {
    const expired = mock.issue({ clientId: 'web', expiresIn: 0 })
    for (const value of ['unknown', token.refreshToken, expired.accessToken]) {
      const answer = await askResource(mock, value)
      expect([answer.status, challengeOf(answer)]).toEqual([
        401,
        `Bearer realm="mock", error="invalid_token", ${pointer}`,
      ])
    }
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
    expect(challengeOf(answer)).toBe('Bearer realm="mock", error="insufficient_scope", scope="read write"')
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
