import { describe, expect, it } from 'vitest'
import { createMockAuthorizationServer, type MockClient } from '../../src/testing/index.js'
import { askResource, askToken, basic } from './wire.js'

const machine: MockClient = { clientId: 'machine', clientSecret: 's3cret', scope: 'read write' }
const clients: readonly MockClient[] = [
  machine,
  { clientId: 'any', clientSecret: 's3cret' },
  { clientId: 'page' },
  { clientId: 'web', clientSecret: 's3cret', grantTypes: ['authorization_code'] },
]
const mock = createMockAuthorizationServer({ clients })
const credentials = basic('machine', 's3cret')
const grant = { grant_type: 'client_credentials' }

describe('a request', () => {
  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('by %s is not allowed', async (method) => {
    const answer = await mock.fetch(mock.server.tokenEndpoint, { method, headers: credentials })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it.each([
    ['JSON', 'application/json', JSON.stringify(grant)],
    ['multipart', 'multipart/form-data; boundary=x', '--x--'],
    ['plain text', 'text/plain', 'grant_type=client_credentials'],
    ['another charset', 'application/x-www-form-urlencoded;charset=latin1', 'grant_type=client_credentials'],
    ['a broken escape', 'application/x-www-form-urlencoded', 'grant_type=client_credentials&scope=%zz'],
    ['bytes that are no UTF-8', 'application/x-www-form-urlencoded', 'grant_type=client_credentials&scope=%ff'],
  ])('in %s is invalid_request', async (_, type, body) => {
    const headers = { ...credentials, 'content-type': type }
    const answer = await mock.fetch(mock.server.tokenEndpoint, { method: 'POST', headers, body })
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_request' })])
  })

  it.each(['scope=read&scope=write', 'scope=read&scope=read', 'grant_type=client_credentials', 'x=1&x='])(
    'that repeats a parameter is invalid_request: %s',
    async (again) => {
      const answer = await askToken(mock, `grant_type=client_credentials&${again}`, credentials)
      expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } })
    },
  )

  it('may name several resources (RFC 8707 §2)', async () => {
    const form = 'grant_type=client_credentials&resource=https://a.test&resource=https://b.test'
    expect((await askToken(mock, form, credentials)).status).toBe(200)
  })

  it('with parameters in the URL is invalid_request (RFC 6749 §2.3.1)', async () => {
    const answer = await mock.fetch(`${mock.server.tokenEndpoint}?client_id=machine&client_secret=s3cret`, {
      method: 'POST',
      body: new URLSearchParams(grant),
    })
    expect(answer.status).toBe(400)
  })

  it.each([
    'tokenEndpoint',
    'deviceAuthorizationEndpoint',
    'pushedAuthorizationRequestEndpoint',
    'revocationEndpoint',
    'introspectionEndpoint',
  ] as const)('keeps the query that the %s has itself, and adds nothing to it (RFC 6749 §3.2)', async (name) => {
    const url = `${mock.server[name]}?policy=a%20b`
    const alias = url.replace('as.test', 'mtls.as.test')
    const server = { ...mock.server, [name]: url, mtlsEndpointAliases: { [name]: alias } }
    const strict = createMockAuthorizationServer({ clients, server })
    const ask = async (to: string) => {
      await strict.fetch(to, { method: 'POST', body: new URLSearchParams(grant) })
      return strict.requests.at(-1)?.refused
    }
    for (const own of [url, alias]) {
      expect(await ask(own)).toBe('the request names no client')
      expect(await ask(`${own}&client_id=machine`)).toBe('parameters belong in the body, not in the URL')
      expect(await ask(own.replace('a%20b', 'other'))).toBe('parameters belong in the body, not in the URL')
    }
  })

  it('without a grant, or with an empty one, is invalid_request', async () => {
    for (const form of [{}, { grant_type: '' }]) {
      expect(await askToken(mock, form, credentials)).toMatchObject({ status: 400, json: { error: 'invalid_request' } })
    }
  })

  it.each(['password', 'urn:ietf:params:oauth:grant-type:unheard-of', '__proto__', 'Client_Credentials'])(
    'for the grant %s is unsupported_grant_type',
    async (grant_type) => {
      const answer = await askToken(mock, { grant_type }, credentials)
      expect(answer).toMatchObject({ status: 400, json: { error: 'unsupported_grant_type' } })
    },
  )

  it('for a grant that is not the client’s is unauthorized_client', async () => {
    const answer = await askToken(mock, grant, basic('web', 's3cret'))
    expect(answer).toMatchObject({ status: 400, json: { error: 'unauthorized_client' } })
  })
})

describe('every answer', () => {
  it('stays in no cache and is JSON, a token as well as an error', async () => {
    const token = await askToken(mock, grant, credentials)
    const error = await askToken(mock, grant)
    for (const { headers } of [token, error]) {
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('pragma')).toBe('no-cache')
      expect(headers.get('content-type')).toBe('application/json')
    }
  })
})

describe('client credentials', () => {
  it('give an access token of the client, and no refresh token', async () => {
    const { json } = await askToken(mock, grant, credentials)
    expect(json).toEqual({
      access_token: expect.stringMatching(/^access-[\w-]{32}$/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'read write',
    })
    expect((await askResource(mock, json['access_token'])).json).toEqual({ clientId: 'machine', scope: 'read write' })
  })

  it('give the scope asked for, and name it', async () => {
    expect((await askToken(mock, { ...grant, scope: 'write' }, credentials)).json['scope']).toBe('write')
    expect((await askToken(mock, { ...grant, scope: 'read read' }, credentials)).json['scope']).toBe('read')
    expect((await askToken(mock, { ...grant, scope: 'x y' }, basic('any', 's3cret'))).json['scope']).toBe('x y')
    expect((await askToken(mock, grant, basic('any', 's3cret'))).json).not.toHaveProperty('scope')
  })

  it.each(['read admin', 'read  write', ' read', 'read\\'])('refuse the scope %j', async (scope) => {
    const answer = await askToken(mock, { ...grant, scope }, credentials)
    expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_scope' } })
  })

  it('are not for public clients', async () => {
    const answer = await askToken(mock, { ...grant, client_id: 'page' })
    expect(answer).toMatchObject({ status: 400, json: { error: 'unauthorized_client' } })
  })

  it('live as long as the mock is told', async () => {
    const short = createMockAuthorizationServer({ clients: [machine], accessTokenLifetime: 5 })
    expect((await askToken(short, grant, credentials)).json['expires_in']).toBe(5)
  })
})
