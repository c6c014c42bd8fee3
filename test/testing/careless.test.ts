import { request as send } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createMockAuthorizationServer, type MockAuthorizationServer } from '../../src/testing/index.js'
import { get } from './wire.js'

const clients = [{ clientId: 'web', clientSecret: 's3cret' }]
const mockOf = () => createMockAuthorizationServer({ clients })
const urlOf = (mock: MockAuthorizationServer, path: string) => `${new URL(mock.server.tokenEndpoint).origin}${path}`

const open = ['/jwks', '/.well-known/oauth-authorization-server', '/.well-known/oauth-protected-resource/resource']

describe('what is open to all asks for no credentials, and refuses them', () => {
  it.each(open.flatMap((path) => ['authorization', 'dpop'].map((header) => [path, header] as const)))(
    'at %s, in the header %s',
    async (path, header) => {
      const mock = mockOf()
      expect((await get(mock, urlOf(mock, path))).status).toBe(200)
      const { status, json } = await get(mock, urlOf(mock, path), { [header]: 'Bearer s3cret' })
      const why = `the header ${header} was sent to an endpoint that is open to all: credentials do not belong there`
      expect([status, json]).toEqual([400, { error: 'invalid_request', error_description: why }])
      expect(mock.requests.at(-1)?.refused).toBe(why)
    },
  )

  it('but a service would not tell', async () => {
    const mock = createMockAuthorizationServer({ profile: 'keycloak', clients })
    expect((await get(mock, `${mock.server.jwksUri}`, { authorization: 'Bearer s3cret' })).status).toBe(200)
  })
})

describe('a secret in a URL is refused', () => {
  it.each([...open, '/register', '/end_session', '/device'])('at %s', async (path) => {
    for (const name of ['client_secret', 'access_token', 'refresh_token']) {
      const mock = mockOf()
      expect((await get(mock, `${urlOf(mock, path)}?${name}=s3cret`)).status).toBe(400)
      const why = `${name} was sent in the URL, where it does not belong`
      expect(mock.requests.at(-1)?.refused).toBe(why)
    }
  })

  it.each(['/resource', '/userinfo'])('at %s, beside a token that is good', async (path) => {
    const mock = mockOf()
    const { accessToken } = mock.issue({ clientId: 'web', scope: 'openid' })
    const authorization = `Bearer ${accessToken}`
    expect((await get(mock, urlOf(mock, path), { authorization })).status).toBe(200)
    expect((await get(mock, `${urlOf(mock, path)}?client_secret=s3cret`, { authorization })).status).toBe(400)
  })
})

it('a GET with a body is refused, which nobody on the way has to pass on (RFC 9110 §9.3.1)', async () => {
  const mock = mockOf()
  const { server, resource, close } = await mock.listen()
  try {
    const { accessToken } = mock.issue({ clientId: 'web' })
    const ask = (url: string, headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        send(url, { method: 'GET', headers: { ...headers, 'content-length': '4' } }, (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        })
          .on('error', reject)
          .end('body')
      })
    expect(await ask(resource, { authorization: `Bearer ${accessToken}` })).toBe(400)
    expect(mock.requests.at(-1)?.refused).toBe('a GET has no body')
    expect(await ask(`${server.jwksUri}`, {})).toBe(400)
  } finally {
    await close()
  }
})
