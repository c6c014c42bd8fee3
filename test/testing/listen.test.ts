import http, { request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
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

  it.each([
    ['a whole URL, as a proxy is sent one (RFC 9112 §3.2.2)', 'GET', (origin: string) => `${origin}/jwks?x=1`, 200],
    ['the URL of somewhere else', 'GET', () => 'http://elsewhere.test', 200],
    ['no place at all (RFC 9112 §3.2.4)', 'OPTIONS', () => '*', 404],
    ['what looks like a host', 'GET', () => '//elsewhere.test/jwks', 404],
  ])('is asked for %s', async (_, method, targetOf, status) => {
    const { there } = await listening()
    const target = targetOf(there.origin)
    const answer = new Promise<http.IncomingMessage>((resolve, reject) => {
      request(there.origin, { method, path: target }, resolve).once('error', reject).end()
    })
    expect((await answer).resume().statusCode).toBe(status)
  })

  it.each(['/', '/jwks', '/.well-known/openid-configuration', '/.well-known/oauth-protected-resource/resource'])(
    'says by HEAD that %s is there (RFC 9110 §9.1)',
    async (path) => {
      const { mock, there } = await listening()
      for (const answer of [
        await fetch(`${there.origin}${path}`, { method: 'HEAD' }),
        await mock.fetch(`https://as.test${path}`, { method: 'HEAD' }),
      ]) {
        expect([answer.status, await answer.text()]).toEqual([200, ''])
      }
    },
  )

  it('keeps no body that is longer than any client has', async () => {
    const { mock, there } = await listening()
    const body = new Uint8Array(16 * 1024 * 1024 + 1)
    const answer = await fetch(there.resource, { method: 'POST', body })
    expect([answer.status, await answer.text()]).toEqual([413, expect.stringContaining('16777216 bytes')])
    expect(mock.requests).toEqual([])
    expect((await fetch(there.resource, { method: 'POST', body: body.slice(1) })).status).toBe(401)
  })

  it.each([
    [80, false, 'http://127.0.0.1'],
    [443, true, 'https://127.0.0.1'],
  ])('is the same mock at port %i, which no URL names', async (port, https, origin) => {
    const mock = createMockAuthorizationServer({ clients })
    const { getBuiltinModule } = process
    const createServer = (options: object) => Object.assign(http.createServer(options), { address: () => ({ port }) })
    vi.stubGlobal('process', { ...process, getBuiltinModule: () => ({ createServer }) })
    const there = await mock.listen({ https })
    vi.stubGlobal('process', { ...process, getBuiltinModule })
    open.push(there.close)
    expect(there.origin).toBe(origin)
    const document = await mock.fetch(`${origin}/.well-known/openid-configuration`)
    expect(await document.json()).toMatchObject({ issuer: origin })
  })

  it.each([false, true])('is gone once it is closed, although a connection says nothing: https %s', async (https) => {
    const mock = createMockAuthorizationServer({ clients })
    const there = await mock.listen({ https })
    const socket = connect(Number(new URL(there.origin).port), '127.0.0.1')
    const ended = text(socket).catch(() => '')
    await new Promise((resolve) => socket.once('connect', resolve))
    // The server has seen the one before once it answers the next.
    await fetch(there.resource).catch(() => undefined)
    await there.close()
    expect(await ended).toBe('')
  })

  it.each([-1, 1.5, 65_536, Number.NaN, '8080x' as unknown as number])('refuses the port %s', async (port) => {
    const mock = createMockAuthorizationServer({ clients })
    expect(await failureOf(mock.listen({ port }))).toMatchObject({ code: 'invalid_argument' })
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
