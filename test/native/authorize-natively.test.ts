import { once } from 'node:events'
import { request as ask } from 'node:http'
import { connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { type Client, createClient, type Token } from '../../src/index.js'
import { authorizeNatively, type NativeAuthorizationOptions } from '../../src/native/index.js'
import {
  createManualClock,
  createMockAuthorizationServer,
  type MockAuthorizationServer,
  type MockAuthorizeOptions,
} from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { describeWith, type Engine } from '../stores/engine.js'

const clientId = 'desk'

const setUp = () => {
  const mock = createMockAuthorizationServer({
    clients: [
      { clientId, redirectUris: ['http://127.0.0.1/callback', 'http://[::1]/callback', 'http://127.0.0.1/back'] },
    ],
  })
  return { mock, client: createClient({ server: mock.server, clientId, fetch: mock.fetch }) }
}

interface Shown {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

const get = async (url: string | URL, init: RequestInit = {}): Promise<Shown> => {
  const { status, headers, ...answer } = await fetch(url, init).then(async (response) => ({
    status: response.status,
    headers: response.headers,
    text: await response.text(),
  }))
  return { status, headers, text: answer.text }
}

/** The user's browser: it goes to the mock, and from there to where it is sent, and keeps the page that it sees in the end. */
const browserAt = (mock: MockAuthorizationServer, user?: MockAuthorizeOptions) => {
  const visited: string[] = []
  let seen: Promise<Shown> | undefined
  return {
    visited,
    open: async (url: string) => {
      visited.push(url)
      seen = get(await mock.authorize(url, user))
      await seen
    },
    page: () => seen as Promise<Shown>,
  }
}

/** Begins a login whose user has not gone anywhere yet. */
const begin = async (client: Client, options: NativeAuthorizationOptions = {}) => {
  let login = Promise.reject<Token>(new Error('not begun'))
  login.catch(() => {})
  const url = await new Promise<string>((resolve, reject) => {
    login = authorizeNatively(client, { openBrowser: false, onUrl: resolve, ...options })
    login.catch(reject)
  })
  const redirectUri = `${new URL(url).searchParams.get('redirect_uri')}`
  return { login, url, redirectUri, origin: new URL(redirectUri).origin }
}

const isClosed = async (origin: string): Promise<boolean> => {
  const { hostname, port } = new URL(origin)
  const socket = connect({ host: hostname.replace(/[[\]]/g, ''), port: Number(port) })
  return Promise.race([
    once(socket, 'connect').then(() => !socket.destroy()),
    once(socket, 'error').then(() => true),
  ]).catch(() => true)
}

describe('a native app', () => {
  it('opens the browser, catches the callback on a free port of loopback, and has a token', async () => {
    const { mock, client } = setUp()
    const { open, visited, page } = browserAt(mock, { user: 'ada' })
    const token = await authorizeNatively(client, { scope: 'read', parameters: { prompt: 'login' }, openBrowser: open })
    expect(token).toMatchObject({ scope: 'read', refreshToken: expect.any(String) })
    const asked = new URL(`${visited}`).searchParams
    expect(asked.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d{4,5}\/callback$/)
    expect(asked.get('code_challenge_method')).toBe('S256')
    expect([asked.get('scope'), asked.get('prompt')]).toEqual(['read', 'login'])
    expect(asked.get('state')).toBeTruthy()
    const { status, headers, text } = await page()
    expect(status).toBe(200)
    expect(text).toContain('Logged in')
    expect(await isClosed(new URL(`${asked.get('redirect_uri')}`).origin)).toBe(true)
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringMatching(/^default-src 'none';.*frame-ancestors 'none'$/),
      'x-content-type-options': 'nosniff',
      connection: 'close',
    })
  })

  it('names the resource in both requests (RFC 8707 §2)', async () => {
    const { mock, client } = setUp()
    const resource = 'https://mcp.example.com/mcp'
    await authorizeNatively(client, { resource, openBrowser: browserAt(mock).open })
    const [asked, exchange] = mock.requests
    expect(new URL(asked?.url ?? '').searchParams.get('resource')).toBe(resource)
    expect(exchange?.form).toMatchObject({ grant_type: 'authorization_code', resource })
  })

  it('shows nothing of the callback on its page', async () => {
    const { mock, client } = setUp()
    const { url, login } = await begin(client)
    const callback = new URL(await mock.authorize(url))
    const { text } = await get(callback)
    await login
    for (const secret of [callback.searchParams.get('code'), callback.searchParams.get('state'), 'access-']) {
      expect(text).not.toContain(`${secret}`)
    }
  })

  it('takes another path, another port and another page', async () => {
    const { mock, client } = setUp()
    const free = createServer().listen(0, '127.0.0.1')
    await once(free, 'listening')
    const { port } = free.address() as { port: number }
    await new Promise((closed) => free.close(closed))
    const { login, redirectUri, url } = await begin(client, { port, path: '/back', successPage: '<h1>Welcome</h1>' })
    expect(redirectUri).toBe(`http://127.0.0.1:${port}/back`)
    expect((await get(await mock.authorize(url))).text).toBe('<h1>Welcome</h1>')
    await login
  })

  it('tells the URL before it opens the browser, and waits on where none can be opened', async () => {
    const { mock, client } = setUp()
    const order: string[] = []
    let told = ''
    const login = authorizeNatively(client, {
      onUrl: (url) => {
        order.push('told')
        told = url
      },
      openBrowser: () => {
        order.push('opened')
        throw new Error('there is no browser')
      },
    })
    await expect.poll(() => order).toEqual(['told', 'opened'])
    await get(await mock.authorize(told))
    expect((await login).accessToken).toMatch(/^access-/)
  })

  it('fails where no browser can be opened, and nobody was told the URL', async () => {
    const { client } = setUp()
    let origin = ''
    const openBrowser = (url: string) => {
      origin = new URL(`${new URL(url).searchParams.get('redirect_uri')}`).origin
      return Promise.reject(new Error('there is no browser'))
    }
    await expect(authorizeNatively(client, { openBrowser })).rejects.toThrow('there is no browser')
    expect(await isClosed(origin)).toBe(true)
  })
})

const ipv6: Engine = {
  name: 'IPv6',
  path: Object.values(networkInterfaces())
    .flat()
    .some((address) => address?.address === '::1')
    ? '::1'
    : undefined,
  remedy: 'give the machine an address ::1',
}

describeWith(ipv6, 'a native app that listens on ::1', () => {
  it('has a token too', async () => {
    const { mock, client } = setUp()
    const { login, redirectUri, url } = await begin(client, { host: '::1' })
    expect(redirectUri).toMatch(/^http:\/\/\[::1\]:\d+\/callback$/)
    await get(await mock.authorize(url))
    expect((await login).accessToken).toMatch(/^access-/)
  })
})

describe('what comes and is not the callback', () => {
  it.each([
    ['another path', '/favicon.ico', {}, 404],
    ['a path that only begins so', '/callback/', {}, 404],
    ['no state', '/callback?code=c', {}, 400],
    ['another state', '/callback?code=c&state=guessed', {}, 400],
    ['an error with another state', '/callback?error=access_denied&state=guessed', {}, 400],
    ['a HEAD request', '/callback', { method: 'HEAD' }, 405],
    ['a POST request', '/callback', { method: 'POST', body: 'code=c' }, 405],
  ])('%s is told so, and the wait goes on', async (_, path, init, status) => {
    const { mock, client } = setUp()
    const { url, login, origin } = await begin(client)
    const state = new URL(url).searchParams.get('state')
    const target = 'method' in init ? `${path}?code=c&state=${state}` : path
    const stray = await get(`${origin}${target}`, init)
    expect(stray.status).toBe(status)
    expect(stray.text).not.toContain('guessed')
    expect(stray.headers.get('cache-control')).toBe('no-store')
    await get(await mock.authorize(url))
    expect((await login).accessToken).toMatch(/^access-/)
    expect(mock.requests.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(1)
  })

  it('two states, one of them right, are told so, too', async () => {
    const { mock, client } = setUp()
    const { url, login, origin } = await begin(client)
    const state = new URL(url).searchParams.get('state')
    expect((await get(`${origin}/callback?code=c&state=${state}&state=guessed`)).status).toBe(400)
    await get(await mock.authorize(url))
    expect((await login).accessToken).toMatch(/^access-/)
  })

  it.each(['evil.test', 'localhost', '127.0.0.1', '127.0.0.1.evil.test'])(
    'a request under the name %s is refused, with the right state too (DNS rebinding)',
    async (name) => {
      const { mock, client } = setUp()
      const { url, login, origin } = await begin(client)
      const callback = new URL(await mock.authorize(url))
      const { port } = new URL(origin)
      const host = name === '127.0.0.1' ? name : `${name}:${port}`
      const [answer] = await once(ask(callback, { headers: { host } }).end(), 'response')
      expect(answer.statusCode).toBe(421)
      answer.resume()
      await get(callback)
      expect((await login).accessToken).toMatch(/^access-/)
    },
  )

  it('the callback again gets the same page, and its code is exchanged once', async () => {
    const { mock, client } = setUp()
    const { url, login } = await begin(client)
    const callback = await mock.authorize(url)
    const pages = await Promise.all([get(callback), get(callback)])
    expect(pages.map(({ status }) => status)).toEqual([200, 200])
    await login
    expect(mock.requests.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(1)
  })
})

describe('a login that fails', () => {
  it.each([
    [
      'because the user says no',
      { deny: true },
      (url: string) => url,
      { code: 'authorization_refused', error: 'access_denied' },
    ],
    [
      'because another server answers (RFC 8252 §8.10)',
      {},
      (url: string) => url.replace(/iss=[^&]*/, 'iss=https%3A%2F%2Fevil.test'),
      { code: 'issuer_mismatch' },
    ],
    [
      'because the code is of no use',
      {},
      (url: string) => url.replace(/code=[^&]*/, 'code=made-up'),
      { code: 'error_response', error: 'invalid_grant' },
    ],
  ])('%s tells the user, and fails with the reason', async (_, user, tampered, failure) => {
    const { mock, client } = setUp()
    const { url, login, origin } = await begin(client)
    const { status, text } = await get(tampered(await mock.authorize(url, user)))
    expect(status).toBe(400)
    expect(text).toContain('Not logged in')
    expect(text).not.toContain('access_denied')
    expect(await failureOf(login)).toMatchObject(failure)
    expect(await isClosed(origin)).toBe(true)
  })

  it('because nobody comes back', async () => {
    const { client } = setUp()
    const clock = createManualClock()
    const { login, origin } = await begin(client, { clock })
    await clock.advance(299_999)
    expect(await isClosed(origin)).toBe(false)
    await clock.advance(1)
    expect(await failureOf(login)).toMatchObject({ code: 'timeout' })
    expect(await isClosed(origin)).toBe(true)
  })

  it('because it is aborted', async () => {
    const { client } = setUp()
    const aborting = new AbortController()
    const { login, origin } = await begin(client, { signal: aborting.signal })
    aborting.abort(new Error('enough'))
    await expect(login).rejects.toThrow('enough')
    expect(await isClosed(origin)).toBe(true)
    const opened: string[] = []
    const options = { signal: AbortSignal.abort(new Error('never')), openBrowser: (url: string) => opened.push(url) }
    await expect(authorizeNatively(client, options)).rejects.toThrow('never')
    expect(opened).toEqual([])
  })

  it('because the port is taken', async () => {
    const { client } = setUp()
    const { login, origin, url } = await begin(client)
    const port = Number(new URL(origin).port)
    const failure = await failureOf(authorizeNatively(client, { port, openBrowser: () => {} }))
    expect(failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining(`${port}`) })
    expect(url).not.toBe('')
    await get(`${origin}/callback?error=access_denied&state=${new URL(url).searchParams.get('state')}`)
    await failureOf(login)
  })

  it.each([
    [{ openBrowser: false as const }, 'onUrl'],
    [{ host: 'localhost' as '::1' }, 'host'],
    [{ port: 65_536 }, 'port'],
    [{ port: -1 }, 'port'],
    [{ path: 'callback' }, 'path'],
    [{ path: '/callback?a=b' }, 'path'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ successPage: 404 as never }, 'successPage'],
  ])('because %j cannot be', async (options, name) => {
    const { client } = setUp()
    const openBrowser = () => expect.fail('it was opened')
    const failure = await failureOf(authorizeNatively(client, { openBrowser, ...options }))
    expect(failure).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining(name) })
  })
})

describe('when it is over', () => {
  it('no connection is left, not one on which nothing was asked either', async () => {
    const { mock, client } = setUp()
    const { url, login, origin } = await begin(client)
    const idle = connect(Number(new URL(origin).port), '127.0.0.1')
    await once(idle, 'connect')
    const closed = once(idle, 'close')
    await get(await mock.authorize(url))
    await login
    await closed
  })

  it('nothing waits for the time that the user had', async () => {
    const { mock, client } = setUp()
    const clock = fakeClock()
    const { url, login } = await begin(client, { clock })
    expect(clock.sleeping()).toBe(1)
    await get(await mock.authorize(url))
    await login
    expect(clock.sleeping()).toBe(0)
  })

  it('a browser that has gone before the page was there does not hold it up', async () => {
    const { mock, client } = setUp()
    mock.fault('token', { type: 'late_answer', ms: 50 })
    const { url, login } = await begin(client)
    const leaving = ask(await mock.authorize(url))
    leaving.on('error', () => {})
    leaving.end()
    await once(leaving, 'finish')
    setTimeout(() => leaving.destroy(), 20)
    expect((await login).accessToken).toMatch(/^access-/)
  })

  it('a browser that never reads the page does not hold it up', async () => {
    const { mock, client } = setUp()
    const clock = createManualClock()
    // More than the buffers of a socket hold.
    const { url, login } = await begin(client, { clock, successPage: 'x'.repeat(20_000_000) })
    const { host, hostname, port, pathname, search } = new URL(await mock.authorize(url))
    const deaf = connect(Number(port), hostname).pause()
    deaf.on('error', () => {})
    deaf.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    let token: Token | undefined
    login.then((granted) => {
      token = granted
    })
    await expect.poll(() => clock.advance(1000).then(() => token?.accessToken)).toMatch(/^access-/)
    deaf.destroy()
  })
})
