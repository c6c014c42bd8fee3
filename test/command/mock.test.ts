import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readyMadeClients } from '../../src/command/mock/clients.js'
import { madeMock } from '../../src/command/mock/made.js'
import { curlLine } from '../../src/command/mock/snippets.js'
import { createClient, discover } from '../../src/index.js'
import type { MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { profileNames } from '../../src/testing/profiles/names.js'
import { mockCommand } from './mock-process.js'

const command = mockCommand()

const onFreePort = (...argv: readonly string[]) => command.run(['--port', '0', ...argv])

/** The lines of its log, without those of the greeting and the summary, and without the time. */
const logOf = (output: string): readonly string[] =>
  output
    .split('\n')
    .filter((line) => /^\d\d:\d\d:\d\d /.test(line))
    .map((line) => line.slice(10).replace(/ {2}after [\d.]+ m?s$/, ''))

const credentials = async (origin: string) =>
  createClient({ server: await discover(origin), clientId: 'confidential', clientSecret: 'made-up-secret' })

/** Posts a form, and takes any answer. */
const post = (url: string, form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(form), headers, redirect: 'manual' })

const codeAlone = ['authorization_code']

describe('bearward mock', () => {
  it('serves at once, with clients that are ready-made', async () => {
    const mock = onFreePort()
    const origin = await mock.origin()
    const client = await credentials(origin)
    const { accessToken } = await client.clientCredentials()
    const answer = await fetch(`${origin}/resource`, { headers: { authorization: `Bearer ${accessToken}` } })
    expect(answer.status).toBe(200)

    const app = createClient({ server: await discover(origin), clientId: 'public' })
    for (const redirectUri of ['http://127.0.0.1:50123/callback', 'http://localhost:3000/auth/callback']) {
      const login = await app.authorizationRequest({ redirectUri })
      const { headers } = await fetch(login.url, { redirect: 'manual' })
      const token = await app.exchangeCode(`${headers.get('location')}`, login)
      expect(token.refreshToken).toEqual(expect.any(String))
    }
    expect(await mock.end()).toBe(0)
  })

  const shellOf = async (options: MockAuthorizationServerOptions) => {
    const { mock, clients } = await madeMock(options)
    const there = await mock.listen()
    onTestFinished(there.close)
    const line = curlLine(there.server, clients, undefined)
    return (await promisify(execFile)('sh', ['-c', `${line}`.replace('curl', 'curl -s')])).stdout
  }

  it.each(profileNames)('prints a line for the shell that works: %s', async (profile) => {
    const told = await shellOf({ profile, clients: readyMadeClients })
    expect(told).toMatch(/"access_token":"|location: http:\/\/127\.0\.0\.1\/callback\?code=/)
  })

  it('prints a line for the shell that works for a client that has users alone', async () => {
    const client = { clientId: 'web', clientSecret: 'x', redirectUris: ['https://app.test/'], grantTypes: codeAlone }
    expect(await shellOf({ clients: [client] })).toContain('location: https://app.test/?code=')
    const { mock, clients } = await madeMock({ clients: [{ ...client, grantTypes: ['refresh_token'] }] })
    expect(curlLine(mock.server, clients, undefined)).toBeUndefined()
  })

  it.each(['smokeball', 'auth0'])('prints a program that works: %s', async (profile) => {
    const mock = onFreePort('--profile', profile)
    await mock.said('Ctrl-C')
    const snippet = mock.output().match(/const client = (createClient[\s\S]*?\n {2}\}\))/)?.[1]
    const make = new Function('createClient', 'discover', `return (async () => ${snippet})()`)
    const client = await make(createClient, discover)
    expect(await client.clientCredentials()).toMatchObject({ accessToken: expect.any(String) })
    await mock.end()
  })

  it('logs a line for each request', async () => {
    const mock = onFreePort()
    const origin = await mock.origin()
    const client = await credentials(origin)
    const login = await client.authorizationRequest({ redirectUri: 'http://127.0.0.1/callback' })
    const { headers } = await fetch(login.url, { redirect: 'manual' })
    const token = await client.exchangeCode(`${headers.get('location')}`, login)
    await client.refresh(token)
    await fetch(`${origin}/favicon.ico`)
    await mock.said('favicon')
    expect(logOf(mock.output())).toEqual([
      '200  GET  /.well-known/oauth-authorization-server',
      '302  GET  /authorize  confidential  → code',
      '200  POST /token     authorization_code  confidential  → access_token, refresh_token',
      '200  POST /token     refresh_token       confidential  → access_token, refresh_token',
      '404  GET  /favicon.ico  no endpoint is at this path',
    ])
    await mock.end()
  })

  it('says why a request was refused, and shows no secret of any request', async () => {
    const mock = command.run(['--port', '0', '--client', 'web=https://app.test/callback'], {
      BEARWARD_MOCK_SECRET_WEB: 'very-secret-secret',
    })
    const origin = await mock.origin()
    const client = createClient({ server: await discover(origin), clientId: 'web', clientSecret: 'very-secret-secret' })
    const login = await client.authorizationRequest({ redirectUri: 'https://app.test/callback', scope: 'openid' })
    const callback = `${(await fetch(login.url, { redirect: 'manual' })).headers.get('location')}`
    const token = await client.exchangeCode(callback, login)
    await client.refresh(token)
    const basic = (secret: string) => ({ authorization: `Basic ${btoa(`web:${secret}`)}` })
    const code = `${new URL(callback).searchParams.get('code')}`
    const form = { grant_type: 'authorization_code', code, code_verifier: login.codeVerifier ?? '' }
    await post(`${origin}/token`, form, basic('very-secret-secret'))
    await post(
      `${origin}/token`,
      { grant_type: 'refresh_token', refresh_token: `${token.refreshToken}` },
      basic('wrong-secret'),
    )
    await post(`${origin}/token`, { grant_type: 'client_credentials', client_id: 'very-secret-secret' })
    await post(`${origin}/token?client_secret=very-secret-secret`, { grant_type: 'very-secret-secret' })
    await fetch(`${origin}/${token.accessToken}?access_token=${token.accessToken}`, {
      headers: { authorization: `Bearer ${token.accessToken}` },
    })
    await fetch(`${origin}/resource?access_token=${token.accessToken}`)
    await fetch(`${origin}/very-secret-secret/x`)
    await mock.said('/x')
    expect(await mock.end()).toBe(0)
    const log = mock.output()
    expect(log).toContain('the code was used before: its tokens are revoked')
    expect(log).toContain('the client secret is wrong')
    expect(log).toContain('no client with this client_id is registered')
    const secrets = [
      ...['very-secret-secret', 'wrong-secret', code, `${login.codeVerifier}`, login.state],
      ...[token.accessToken, `${token.refreshToken}`, `${token.idToken}`],
    ]
    for (const secret of secrets) expect(log).not.toContain(secret)
    expect(mock.errors()).toBe('')
  })

  it('prints nothing that a terminal would obey', async () => {
    const mock = onFreePort()
    const origin = await mock.origin()
    await post(`${origin}/token`, { grant_type: '\u001b]0;owned\u0007', client_id: '\u001b[2J\u202e\n12:00:00  200' })
    await mock.said('POST')
    await mock.end()
    expect(mock.output().replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(logOf(mock.output())).toHaveLength(1)
  })
})

describe('a bad day', () => {
  it('is scripted by --fault, in the log and in the summary', async () => {
    const mock = onFreePort('--fault', 'token=503x2', '--fault', 'resource=token_refusedx3', '--fault', 'jwks=reset')
    const origin = await mock.origin()
    for (let time = 0; time < 3; time++) {
      await post(`${origin}/token`, {
        grant_type: 'client_credentials',
        client_id: 'confidential',
        client_secret: 'made-up-secret',
      })
    }
    await fetch(`${origin}/resource`)
    await expect(fetch(`${origin}/jwks`)).rejects.toThrow('fetch failed')
    await mock.said('/jwks')
    expect(logOf(mock.output())).toEqual([
      '503  POST /token     client_credentials  confidential  fault: status',
      '503  POST /token     client_credentials  confidential  fault: status',
      '200  POST /token     client_credentials  confidential  → access_token',
      expect.stringMatching(/^401 {2}GET {2}\/resource +fault: token_refused/),
      expect.stringMatching(/^--- {2}GET {2}\/jwks +fault: reset {2}the connection was reset$/),
    ])
    expect(await mock.end('SIGTERM')).toBe(0)
    const summary = mock.output().slice(mock.output().indexOf('5 requests'))
    expect(summary).toContain('3 token, 1 resource, 1 jwks')
    expect(summary).toContain('3 client_credentials')
    expect(summary).toContain('1 access_token')
    expect(summary).toContain('1 reset')
    expect(summary).toContain('token=503x2 hit 2 requests, and is used up')
    expect(summary).toContain('resource=token_refusedx3 hit 1 request, and has 2 left')
    expect(summary).toContain('jwks=reset hit 1 request, and is used up')
  })

  it('repeats itself with the same seed, and is another one with another', async () => {
    const statuses = async (seed: string) => {
      const mock = onFreePort('--fault', 'resource=503%0.5', '--seed', seed)
      const origin = await mock.origin()
      const seen: number[] = []
      for (let time = 0; time < 24; time++) seen.push((await fetch(`${origin}/resource`)).status)
      await mock.end()
      return seen
    }
    const [one, again, other] = await Promise.all([statuses('7'), statuses('7'), statuses('8')])
    expect(one).toEqual(again)
    expect(one).not.toEqual(other)
    expect(new Set(one)).toEqual(new Set([503, 401]))
  })

  it('says of a request that hangs that there is no answer yet, and that the client went away', async () => {
    const mock = onFreePort('--fault', 'resource=hang')
    const origin = await mock.origin()
    const gone = new AbortController()
    const hanging = fetch(`${origin}/resource`, { signal: gone.signal })
    await mock.said(/\.\.\. {2}GET {2}\/resource +fault: hang {2}no answer yet/)
    gone.abort()
    await expect(hanging).rejects.toThrow('aborted')
    await mock.said(/--- {2}GET {2}\/resource +fault: hang {2}the client left {2}after \d\.\d s/)
    await mock.end()
  })

  it('ends though a request hangs', async () => {
    const mock = onFreePort('--fault', 'resource=hang')
    const hanging = fetch(`${await mock.origin()}/resource`)
    hanging.catch(() => {})
    await mock.said('no answer yet')
    expect(await mock.end('SIGTERM')).toBe(0)
    await expect(hanging).rejects.toThrow('fetch failed')
    const [, told = ''] = mock.output().split('the client left')
    expect(told).toContain('1 request in')
    expect(told).toMatch(/^ {2}lost +1 abandoned$/m)
  })
})

describe('the ways of telling', () => {
  it('is JSON, a line an event', async () => {
    const mock = onFreePort('--json', '--fault', 'token=503', '--seed', '7', '--profile', 'smokeball')
    await mock.said('\n')
    const { origin } = JSON.parse(mock.output())
    const form = { grant_type: 'client_credentials', client_id: 'confidential' }
    const headers = { authorization: `Basic ${btoa('confidential:made-up-secret')}` }
    await post(`${origin}/oauth2/token`, form, headers)
    await post(`${origin}/oauth2/token`, form, headers)
    await post(`${origin}/oauth2/token`, { ...form, grant_type: 'password' }, headers)
    await mock.said(/password/)
    await mock.end()
    const events = mock
      .output()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const request = {
      event: 'request',
      method: 'POST',
      path: '/oauth2/token',
      endpoint: 'token',
      clientId: 'confidential',
    }
    const time = { at: expect.stringMatching(/^\d{4}-.*Z$/), ms: expect.any(Number) }
    expect(events).toEqual([
      {
        event: 'listening',
        origin,
        page: `${origin}/`,
        resource: `${origin}/resource`,
        profile: 'smokeball',
        faults: ['token=503'],
        seed: 7,
        clients: ['confidential', 'public'],
      },
      { ...request, ...time, grantType: 'client_credentials', status: 503, faults: ['status'] },
      { ...request, ...time, grantType: 'client_credentials', status: 200, issued: ['access_token'] },
      { ...request, ...time, grantType: 'password', status: 400, refused: expect.any(String) },
      {
        event: 'summary',
        ms: expect.any(Number),
        requests: 3,
        endpoints: { token: 3 },
        grants: { client_credentials: 2, password: 1 },
        refused: { [events[3].refused]: 1 },
        lost: {},
        issued: { access_token: 1 },
        faults: [{ fault: 'token=503', hits: 1, left: 0 }],
      },
    ])
  })

  it('counts in the end what the page has long forgotten', async () => {
    const file = join(command.folder, 'short.json')
    await writeFile(file, JSON.stringify({ requestsLimit: 2 }))
    const mock = onFreePort('--config', file, '--json')
    const origin = await mock.origin()
    for (const path of ['a', 'b', 'c']) await (await fetch(`${origin}/${path}`)).text()
    const page = await (await fetch(`${origin}/`, { headers: { accept: 'text/html' } })).text()
    expect(page).toContain('2 requests')
    await mock.end()
    expect(JSON.parse(mock.output().trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      requests: 3,
      endpoints: { unknown: 3 },
    })
  })

  it('is the origin alone with --quiet', async () => {
    const mock = onFreePort('--quiet')
    const origin = await mock.origin()
    await fetch(`${origin}/resource`)
    await mock.end()
    expect(mock.output()).toBe(`${origin}\n`)
    expect(mock.errors()).toBe('')
  })

  it('has colours where they are wanted, and none with NO_COLOR or where nobody looks', async () => {
    const outputOf = async (environment: Readonly<Record<string, string>>) => {
      const mock = command.run(['--port', '0'], environment)
      await fetch(`${await mock.origin()}/resource`)
      await mock.said('/resource\n')
      await mock.end()
      return mock.output()
    }
    expect(await outputOf({})).not.toContain('\u001b')
    expect(await outputOf({ NO_COLOR: '1', TERM: 'xterm-256color' })).not.toContain('\u001b')
    expect(await outputOf({ FORCE_COLOR: '1' })).toContain('\u001b[1m\u001b[33m401')
  })
})

describe('where it listens', () => {
  it('is a port that is taken: one line, and exit code 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const mock = command.run(['--port', `${port}`])
    expect(await mock.ended()).toBe(1)
    expect(mock.errors()).toBe(`bearward: port ${port} is taken: --port names another, and --port 0 takes a free one\n`)
    expect(mock.output()).toBe('')
    taken.close()
  })

  it('is one of several, each with what it has', async () => {
    const [one, other] = [onFreePort('--quiet'), onFreePort('--quiet', '--issuer', '/realms/x')]
    const origins = [await one.origin(), await other.origin()]
    expect(origins[0]).not.toBe(origins[1])
    const metadata = await discover(`${origins[1]}/realms/x`)
    expect(metadata.tokenEndpoint).toBe(`${origins[1]}/realms/x/token`)
    expect(await Promise.all([one.end(), other.end('SIGTERM')])).toEqual([0, 0])
  })

  it('is https, with a certificate in a file that curl takes', async () => {
    const mock = onFreePort('--https', '--certificate', 'authority.pem')
    const origin = await mock.origin()
    expect(origin).toMatch(/^https:/)
    await mock.said('Ctrl-C')
    expect(await readFile(join(command.folder, 'authority.pem'), 'utf8')).toContain('BEGIN CERTIFICATE')
    const line = mock.output().match(/^ {2}(curl (?:.*\\\n)*.*)$/m)?.[1] as string
    expect(line).toContain('--cacert authority.pem')
    const { stdout } = await promisify(execFile)('sh', ['-c', line.replace('curl', 'curl -s')], { cwd: command.folder })
    expect(JSON.parse(stdout)).toMatchObject({ token_type: 'Bearer' })
    await mock.end()
  })

  it('leaves no certificate behind that nobody asked for', async () => {
    const mock = onFreePort('--https', '--json')
    await mock.said('\n')
    const { certificate } = JSON.parse(mock.output())
    expect(await readFile(certificate, 'utf8')).toContain('BEGIN CERTIFICATE')
    await mock.end()
    await expect(readFile(certificate)).rejects.toThrow('ENOENT')
  })
})
