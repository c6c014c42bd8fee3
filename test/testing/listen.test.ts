import { request } from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createClient, discover } from '../../src/index.js'
import { createMockAuthorizationServer, type MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'

const clients = [{ clientId: 'web', clientSecret: 's3cret', redirectUris: ['https://app.test/callback'] }]
const open: (() => Promise<void>)[] = []
const listening = async (options: Partial<MockAuthorizationServerOptions> = {}) => {
  const mock = createMockAuthorizationServer({ clients, ...options })
  const there = await mock.listen()
  open.push(there.close)
  return { mock, there }
}

afterEach(async () => {
  vi.unstubAllGlobals()
  for (const close of open.splice(0)) await close()
})

describe('listen', () => {
  it('serves the whole of it on loopback, issuer and all', async () => {
    const { mock, there } = await listening({ issuer: 'https://as.test/tenant' })
    expect(there.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(there.server).toEqual({
      ...mock.server,
      issuer: `${there.origin}/tenant`,
      authorizationEndpoint: `${there.origin}/tenant/authorize`,
      tokenEndpoint: `${there.origin}/tenant/token`,
      jwksUri: `${there.origin}/tenant/jwks`,
      deviceAuthorizationEndpoint: `${there.origin}/tenant/device_authorization`,
      pushedAuthorizationRequestEndpoint: `${there.origin}/tenant/par`,
      revocationEndpoint: `${there.origin}/tenant/revoke`,
      registrationEndpoint: `${there.origin}/tenant/register`,
      introspectionEndpoint: `${there.origin}/tenant/introspect`,
      userinfoEndpoint: `${there.origin}/tenant/userinfo`,
      endSessionEndpoint: `${there.origin}/tenant/end_session`,
    })
    const server = await discover(`${there.origin}/tenant`)
    expect(server).toEqual(there.server)

    const client = createClient({ server, clientId: 'web', clientSecret: 's3cret' })
    const login = await client.authorizationRequest({ redirectUri: 'https://app.test/callback' })
    const callback = await mock.authorize(login.url)
    expect(new URL(callback).searchParams.get('iss')).toBe(`${there.origin}/tenant`)
    const { accessToken } = await client.refresh(await client.exchangeCode(callback, login))
    const answer = await fetch(there.resource, { headers: { authorization: `Bearer ${accessToken}` } })
    expect(await answer.json()).toMatchObject({ clientId: 'web', subject: 'user' })
    expect(mock.requests.map(({ endpoint }) => endpoint)).toEqual([
      'discovery',
      'authorize',
      'token',
      'token',
      'resource',
    ])
  })

  it('keeps the facts and paths of a profile', async () => {
    const { mock, there } = await listening({ profile: 'smokeball' })
    expect(there.server).toMatchObject({
      tokenEndpoint: `${there.origin}/oauth2/token`,
      basicEncoding: 'raw',
      basicClientIdInBody: true,
    })
    expect(there.server).not.toHaveProperty('issuer')
    const client = createClient({ server: there.server, clientId: 'web', clientSecret: 's3cret' })
    await client.clientCredentials()
    expect(mock.requests).toMatchObject([{ url: there.server.tokenEndpoint, status: 200 }])
  })

  it('sends the user on by a redirect', async () => {
    const { there } = await listening()
    const query = new URLSearchParams({ response_type: 'code', client_id: 'web', state: 'xyz' })
    const answer = await fetch(`${there.server.authorizationEndpoint}?${query}`, { redirect: 'manual' })
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toMatch(/^https:\/\/app\.test\/callback\?code=.*&state=xyz/)
  })

  it('sees two Authorization headers', async () => {
    const { there } = await listening()
    const status = await new Promise((resolve, reject) => {
      const sent = request(there.server.tokenEndpoint, {
        method: 'POST',
        headers: [
          ...['content-type', 'application/x-www-form-urlencoded', 'host', new URL(there.origin).host],
          ...['authorization', `Basic ${btoa('web:s3cret')}`, 'authorization', `Basic ${btoa('web:s3cret')}`],
        ],
      })
      sent.on('response', (answer) => resolve(answer.resume().statusCode))
      sent.on('error', reject)
      sent.end('grant_type=client_credentials')
    })
    expect(status).toBe(401)
  })

  it('shares its tokens with the mock', async () => {
    const { mock, there } = await listening()
    const authorization = `Bearer ${mock.issue({ clientId: 'web' }).accessToken}`
    expect((await fetch(there.resource, { headers: { authorization } })).status).toBe(200)
  })

  it('is gone once it is closed, although a client kept its connection', async () => {
    const { mock, there } = await listening()
    await (await fetch(there.resource)).text()
    await there.close()
    open.splice(0)
    await expect(fetch(there.resource)).rejects.toThrow(TypeError)
    await expect(mock.fetch(there.resource)).rejects.toThrow(TypeError)
  })

  it('is gone once it is closed, although a request never ended', async () => {
    const { mock, there } = await listening()
    const sent = request(there.server.tokenEndpoint, { method: 'POST' })
    const lost = new Promise((resolve) => sent.on('error', resolve))
    sent.write('grant_type=')
    await new Promise((resolve) => sent.on('socket', (socket) => socket.on('connect', resolve)))
    // Its answer shows that the server has seen the connection before it.
    expect((await fetch(there.resource)).status).toBe(401)
    await there.close()
    expect(await lost).toMatchObject({ code: 'ECONNRESET' })
    expect(mock.requests).toHaveLength(1)
  })

  it('rejects where the port is taken', async () => {
    const { mock, there } = await listening()
    await expect(mock.listen({ port: Number(new URL(there.origin).port) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })

  it.each([undefined, {}])('says so where there is no HTTP server', async (process) => {
    const mock = createMockAuthorizationServer({ clients })
    vi.stubGlobal('process', process)
    const failure = await failureOf(mock.listen())
    vi.unstubAllGlobals()
    expect(failure).toMatchObject({ code: 'unsupported' })
  })
})
