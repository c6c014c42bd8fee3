import { describe, expect, it } from 'vitest'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { askResource, get } from './wire.js'

const clock = fakeClock()
const mock = createMockAuthorizationServer({ clients: [{ clientId: 'web', scope: 'read write' }], clock })
const token = mock.issue({ clientId: 'web', subject: 'ann' })
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
  ])('%s, and says no more than that one is wanted (RFC 6750 §3.1)', async (_, query, headers) => {
    const answer = await get(mock, `${mock.resource}${query}`, headers)
    expect([answer.status, challengeOf(answer)]).toEqual([401, 'Bearer realm="mock"'])
  })

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
      expect([answer.status, challengeOf(answer)]).toEqual([401, 'Bearer realm="mock", error="invalid_token"'])
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
