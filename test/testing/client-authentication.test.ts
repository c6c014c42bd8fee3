import { describe, expect, it } from 'vitest'
import { createMockAuthorizationServer, type MockClient } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { askRevocation, askToken, basic } from './wire.js'

const clients: readonly MockClient[] = [
  { clientId: 'web', clientSecret: 's3cret' },
  { clientId: 'client:1', clientSecret: 'a b+c%:é' },
  { clientId: 'tab', clientSecret: 'a\tb' },
  { clientId: 'poster', clientSecret: 's3cret', tokenEndpointAuthMethod: 'client_secret_post' },
  { clientId: 'page' },
]
const mock = createMockAuthorizationServer({ clients })
const grant = { grant_type: 'client_credentials' }

describe('is accepted', () => {
  it('in the header', async () => {
    expect((await askToken(mock, grant, basic('web', 's3cret'))).status).toBe(200)
  })

  it('in the header in any case, with the same client_id in the body', async () => {
    const headers = { authorization: `bASIC ${btoa('web:s3cret')}` }
    expect((await askToken(mock, { ...grant, client_id: 'web' }, headers)).status).toBe(200)
  })

  it('in the body', async () => {
    expect((await askToken(mock, { ...grant, client_id: 'web', client_secret: 's3cret' })).status).toBe(200)
  })

  it('with an empty client_secret in the body counting as none (RFC 6749 §3.2)', async () => {
    expect((await askToken(mock, { ...grant, client_secret: '' }, basic('web', 's3cret'))).status).toBe(200)
  })

  it('form-encoded in the header (RFC 6749 §2.3.1)', async () => {
    expect((await askToken(mock, grant, basic('client%3A1', 'a+b%2Bc%25%3A%C3%A9'))).status).toBe(200)
    expect((await askToken(mock, grant, basic('client%3A1', 'a%20b%2Bc%25%3A%C3%A9'))).status).toBe(200)
  })

  it('with a control character that is encoded (RFC 7617 §2)', async () => {
    expect((await askToken(mock, grant, basic('tab', 'a%09b'))).status).toBe(200)
  })

  it('of a public client that names itself', async () => {
    const { refreshToken = '' } = mock.issue({ clientId: 'page' })
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: 'page' }
    expect((await askToken(mock, form)).status).toBe(200)
  })
})

describe('is refused as invalid_client', () => {
  it.each([
    ['a wrong secret in the header', {}, basic('web', 'wrong')],
    ['a secret that lacks its form encoding', {}, basic('client%3A1', 'a b+c%:é')],
    ['a client that is raw in the header', {}, basic('client:1', 'a+b%2Bc%25%3A%C3%A9')],
    ['a header that is no Base64', {}, { authorization: 'Basic web:s3cret' }],
    ['a header without a colon', {}, { authorization: `Basic ${btoa('web')}` }],
    ['a header with a control character', {}, basic('tab', 'a\tb')],
    ['two headers', {}, { authorization: `Basic ${btoa('web:s3cret')}, Basic ${btoa('web:s3cret')}` }],
    ['another scheme', {}, { authorization: 'Bearer abc' }],
    ['a public client with an empty secret', {}, basic('page', '')],
    ['a client that must use the body', {}, basic('poster', 's3cret')],
  ])('with a challenge: %s', async (_, form, headers) => {
    const answer = await askToken(mock, { ...grant, ...form }, headers)
    expect(answer).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="mock"')
  })

  it.each([
    ['a wrong secret in the body', { client_id: 'web', client_secret: 'wrong' }],
    ['a confidential client without its secret', { client_id: 'web' }],
    ['a public client with a secret', { client_id: 'page', client_secret: 's3cret' }],
    ['a secret without a client', { client_secret: 's3cret' }],
    ['nobody', {}],
  ])('without one: %s', async (_, form) => {
    const answer = await askToken(mock, { ...grant, ...form })
    expect(answer).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
    expect(answer.headers.get('www-authenticate')).toBeNull()
  })

  it('an unknown client, in the same words as a wrong secret', async () => {
    const known = await askToken(mock, { ...grant, client_id: 'web', client_secret: 'wrong' })
    const unknown = await askToken(mock, { ...grant, client_id: 'nobody', client_secret: 'wrong' })
    expect([unknown.status, unknown.text]).toEqual([known.status, known.text])
    expect([...unknown.headers]).toEqual([...known.headers])
  })
})

describe('is refused as invalid_request', () => {
  it.each([
    ['a secret in header and body', { client_id: 'web', client_secret: 's3cret' }],
    ['a header and an assertion', { client_assertion: 'a.b.c' }],
    ['another client_id in the body', { client_id: 'page' }],
  ])('%s (RFC 6749 §2.3)', async (_, form) => {
    const answer = await askToken(mock, { ...grant, ...form }, basic('web', 's3cret'))
    expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } })
  })
})

describe('the journal names the client that Basic credentials are of', () => {
  const named = async (clientId: string, header: string, basicEncoding: 'form' | 'raw' = 'form') => {
    const server = { tokenEndpoint: 'https://as.test/token', basicEncoding }
    const own = createMockAuthorizationServer({ server, clients: [{ clientId, clientSecret: 's3cret' }] })
    const { status } = await askToken(own, grant, basic(header, 's3cret'))
    return [status, own.requests.at(-1)?.clientId]
  }

  it.each(['my+app', 'my%20app'])('form-encoded as %s', async (header) => {
    expect(await named('my app', header)).toEqual([200, 'my app'])
  })

  it.each(['my+app', '50%25', '50%', 'caf\u00e9'])('raw as %s', async (clientId) => {
    expect(await named(clientId, clientId, 'raw')).toEqual([200, clientId])
  })

  it.each(['50%', 'caf%E9'])('and none where it cannot be read: %s', async (header) => {
    expect(await named('web', header)).toEqual([401, undefined])
  })

  it.each(['50%', 'a\tb'])('also where their secret cannot be read: %j', async (secret) => {
    await askToken(mock, grant, basic('web', secret))
    expect(mock.requests.at(-1)).toMatchObject({ status: 401, clientId: 'web' })
  })
})

it('is the same at the revocation endpoint', async () => {
  const answer = await askRevocation(mock, { token: 'any' }, basic('web', 'wrong'))
  expect(answer).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
})

describe('a client that cannot be is refused at once', () => {
  it.each<[string, readonly MockClient[]]>([
    ['an empty id', [{ clientId: '' }]],
    ['an empty secret', [{ clientId: 'web', clientSecret: '' }]],
    ['the same id twice', [{ clientId: 'web' }, { clientId: 'web' }]],
    ['a public client with a secret method', [{ clientId: 'web', tokenEndpointAuthMethod: 'client_secret_post' }]],
    ['a secret with no method', [{ clientId: 'web', clientSecret: 's', tokenEndpointAuthMethod: 'none' }]],
    ['a relative redirect URI', [{ clientId: 'web', redirectUris: ['/callback'] }]],
    ['a fragment in a redirect URI', [{ clientId: 'web', redirectUris: ['https://app.test/#a'] }]],
    ['a relative place to go after a logout', [{ clientId: 'web', postLogoutRedirectUris: ['/bye'] }]],
    ['a fragment in such a place', [{ clientId: 'web', postLogoutRedirectUris: ['https://app.test/#bye'] }]],
  ])('%s', async (_, given) => {
    expect(await failureOf(() => createMockAuthorizationServer({ clients: given }))).toMatchObject({
      code: 'invalid_argument',
    })
  })
})
