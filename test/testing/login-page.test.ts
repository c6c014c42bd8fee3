import { describe, expect, it } from 'vitest'
import {
  createManualClock,
  createMockAuthorizationServer,
  type MockAuthorizationServer,
  type MockAuthorizationServerOptions,
} from '../../src/testing/index.js'
import { askDeviceAuthorization, askToken, authorizationUrl, basic, codeVerifier, s256 } from './wire.js'

const redirect_uri = 'https://app.test/callback'
const clients = [
  { clientId: 'web', clientSecret: 's3cret', redirectUris: [redirect_uri], scope: 'read write', clientName: 'The Web' },
  { clientId: 'other', clientSecret: 's3cret', redirectUris: [redirect_uri] },
  { clientId: 'tv' },
]
const setUp = (options: Partial<MockAuthorizationServerOptions> = {}) => {
  const clock = createManualClock()
  return { clock, mock: createMockAuthorizationServer({ clients, clock, login: 'page', ...options }) }
}

interface Shown {
  readonly status: number
  readonly headers: Headers
  readonly html: string
}

/** A browser with one cookie and no script. */
const browserOf = ({ fetch }: MockAuthorizationServer) => {
  let cookie: string | undefined
  let shown: Shown & { readonly url: string }
  const go = async (url: string, init: RequestInit = {}): Promise<Shown> => {
    const headers = { ...Object(init.headers), ...(cookie !== undefined && { cookie }) }
    const answer = await fetch(url, { redirect: 'manual', ...init, headers })
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie
    shown = { status: answer.status, headers: answer.headers, html: await answer.text(), url }
    return shown
  }
  const submit = (fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) => {
    const action = shown.html.match(/<form method="post" action="([^"]*)"/)?.[1]
    const interaction = shown.html.match(/name="interaction" value="([^"]*)"/)?.[1]
    const body = new URLSearchParams({ interaction: `${interaction}`, ...fields })
    return go(new URL(`${action}`, shown.url).href, { method: 'POST', headers, body })
  }
  return { go, submit }
}

const asked = { client_id: 'web', redirect_uri, scope: 'read', ...s256 }
const callbackIn = ({ headers }: Shown) => Object.fromEntries(new URL(`${headers.get('location')}`).searchParams)
const approval = { user: 'ann', decision: 'approve' }

/** Somebody has logged in before, and has approved what is asked for. */
const loggedIn = async (options?: Partial<MockAuthorizationServerOptions>) => {
  const { mock, clock } = setUp(options)
  const browser = browserOf(mock)
  await browser.go(authorizationUrl(mock, asked))
  await browser.submit(approval)
  return { mock, clock, browser }
}

describe('the login page', () => {
  it('says who asks for what, and nothing is granted before somebody approves', async () => {
    const { mock } = setUp()
    const details = JSON.stringify([{ type: 'payment', amount: 5 }])
    const url = authorizationUrl(mock, { ...asked, resource: 'https://api.test/', authorization_details: details })
    const { status, html, headers } = await browserOf(mock).go(url)
    expect(status).toBe(200)
    expect(headers.get('location')).toBeNull()
    for (const text of ['The Web', 'web', 'read', 'https://api.test/', '&quot;payment&quot;', redirect_uri]) {
      expect(html).toContain(text)
    }
    expect(html).not.toContain('write')
  })

  it('lets the name of a client turn no word but its own around', async () => {
    const { mock } = setUp({ clients: [{ clientId: 'app', clientName: 'App\u202E', redirectUris: [redirect_uri] }] })
    const { html } = await browserOf(mock).go(authorizationUrl(mock, { ...asked, client_id: 'app' }))
    expect(html).toContain('<h1><bdi>App\u202E</bdi> asks for access</h1>')
    expect(html).toContain('<dd><bdi>App\u202E</bdi> ')
  })

  it('gives a code to who approves, under the name that was typed in', async () => {
    const { mock } = setUp()
    const browser = browserOf(mock)
    await browser.go(authorizationUrl(mock, { ...asked, state: 'a b' }))
    const answer = await browser.submit(approval)
    expect(answer.status).toBe(303)
    const { code, state, iss } = callbackIn(answer)
    expect({ state, iss }).toEqual({ state: 'a b', iss: 'https://as.test' })
    const form = { grant_type: 'authorization_code', code: `${code}`, redirect_uri, code_verifier: codeVerifier }
    const { json } = await askToken(mock, form, basic('web', 's3cret'))
    const resource = await mock.fetch(mock.resource, { headers: { authorization: `Bearer ${json['access_token']}` } })
    expect(await resource.json()).toMatchObject({ subject: 'ann', scope: 'read' })
  })

  it('sends who refuses back with access_denied', async () => {
    const { mock } = setUp()
    const browser = browserOf(mock)
    await browser.go(authorizationUrl(mock, { ...asked, state: 's' }))
    expect(callbackIn(await browser.submit({ user: '', decision: 'refuse' }))).toMatchObject({
      error: 'access_denied',
      state: 's',
    })
    expect(mock.requests.at(-1)).toMatchObject({ refused: 'the user did not approve' })
  })

  it('is not shown for a request that is no good', async () => {
    const { mock } = setUp()
    const browser = browserOf(mock)
    expect(callbackIn(await browser.go(authorizationUrl(mock, { ...asked, scope: 'admin' })))).toMatchObject({
      error: 'invalid_scope',
    })
    const refused = await browser.go(authorizationUrl(mock, { ...asked, redirect_uri: 'https://evil.test/' }))
    expect([refused.status, refused.headers.get('location')]).toEqual([400, null])
    expect(refused.html).toContain('redirect_uri is not registered')
    expect(refused.html).not.toContain('<form')
  })

  it('wants a name', async () => {
    const { mock } = setUp()
    const browser = browserOf(mock)
    await browser.go(authorizationUrl(mock, asked))
    const again = await browser.submit({ user: ' ', decision: 'approve' })
    expect(again).toMatchObject({ status: 400, html: expect.stringContaining('A name is needed') })
    expect(callbackIn(await browser.submit(approval))).toHaveProperty('code')
  })

  it('comes for a posted request, too (OpenID Connect Core §3.1.2.1)', async () => {
    const { mock } = setUp()
    const browser = browserOf(mock)
    // RFC 6749 §3.1: a parameter that it does not know is ignored.
    const body = new URL(authorizationUrl(mock, { ...asked, interaction: 'mine' })).searchParams
    const sent = await browser.go(`${mock.server.authorizationEndpoint}`, { method: 'POST', body })
    expect(sent.status).toBe(303)
    await browser.go(new URL(`${sent.headers.get('location')}`, `${mock.server.authorizationEndpoint}`).href)
    expect(callbackIn(await browser.submit(approval))).toHaveProperty('code')
    const posted = await browser.go(`${mock.server.authorizationEndpoint}`, { method: 'POST', body })
    expect(callbackIn(posted)).toHaveProperty('code')
  })

  it('may be loaded again where the request was pushed, and is answered once', async () => {
    const { mock } = setUp()
    const answer = await mock.fetch(`${mock.server.pushedAuthorizationRequestEndpoint}`, {
      method: 'POST',
      headers: basic('web', 's3cret'),
      body: new URLSearchParams({ response_type: 'code', ...asked }),
    })
    const { request_uri } = (await answer.json()) as { readonly request_uri: string }
    const browser = browserOf(mock)
    const url = `${mock.server.authorizationEndpoint}?${new URLSearchParams({ client_id: 'web', request_uri })}`
    await browser.go(url)
    expect((await browser.go(url)).status).toBe(200)
    expect(callbackIn(await browser.submit(approval))).toHaveProperty('code')
    expect((await browser.go(url)).status).toBe(400)
  })

  it('leaves mock.authorize as it is', async () => {
    const { mock } = setUp()
    expect(await mock.authorize(authorizationUrl(mock, asked))).toContain('code=')
    expect(await mock.authorize(authorizationUrl(mock, asked), { deny: true })).toContain('error=access_denied')
  })

  it('may be shown by one listening mock alone', async () => {
    const { mock } = setUp({ login: 'automatic' })
    const there = await mock.listen({ login: 'page' })
    const ask = (url: string) => mock.fetch(url, { redirect: 'manual' })
    const query = new URLSearchParams({ response_type: 'code', ...asked })
    expect((await fetch(`${there.server.authorizationEndpoint}?${query}`, { redirect: 'manual' })).status).toBe(200)
    expect((await ask(authorizationUrl(mock, asked))).status).toBe(302)
    await there.close()
  })
})

describe('who has logged in before', () => {
  it('is not asked again for what was approved, and is asked for more without logging in again', async () => {
    const { mock, browser } = await loggedIn()
    expect(callbackIn(await browser.go(authorizationUrl(mock, asked)))).toHaveProperty('code')
    const more = await browser.go(authorizationUrl(mock, { ...asked, scope: 'read write' }))
    expect(more.status).toBe(200)
    expect(more.html).toContain('Logged in as <strong><bdi>ann</bdi></strong>')
    expect(more.html).not.toContain('name="user"')
    expect(callbackIn(await browser.submit({ decision: 'approve' }))).toHaveProperty('code')
  })

  it('may take another name', async () => {
    const { mock, browser } = await loggedIn()
    await browser.go(authorizationUrl(mock, { ...asked, prompt: 'consent' }))
    const again = await browser.submit({ decision: 'switch' })
    expect(again.html).toContain('name="user"')
    const { code } = callbackIn(await browser.submit({ user: 'bob', decision: 'approve' }))
    const form = { grant_type: 'authorization_code', code: `${code}`, redirect_uri, code_verifier: codeVerifier }
    const { json } = await askToken(mock, form, basic('web', 's3cret'))
    const resource = await mock.fetch(mock.resource, { headers: { authorization: `Bearer ${json['access_token']}` } })
    expect(await resource.json()).toMatchObject({ subject: 'bob' })
  })

  it('is someone else in another browser', async () => {
    const { mock } = await loggedIn()
    expect((await browserOf(mock).go(authorizationUrl(mock, asked))).html).toContain('name="user"')
  })

  it('is logged out by the end-session endpoint, and told so by a page', async () => {
    const { mock, browser } = await loggedIn()
    const bye = await browser.go(`${mock.server.endSessionEndpoint}`)
    expect(bye).toMatchObject({ status: 200, html: expect.stringContaining('<h1>You are logged out</h1>') })
    expect((await browser.go(authorizationUrl(mock, asked))).html).toContain('name="user"')
  })

  it.each(['login', 'select_account', 'consent login'])('has to log in for prompt=%s', async (prompt) => {
    const { mock, browser } = await loggedIn()
    expect((await browser.go(authorizationUrl(mock, { ...asked, prompt }))).html).toContain('name="user"')
    expect(callbackIn(await browser.submit(approval))).toHaveProperty('code')
  })

  it('has to approve again for prompt=consent', async () => {
    const { mock, browser } = await loggedIn()
    const { html } = await browser.go(authorizationUrl(mock, { ...asked, prompt: 'consent' }))
    expect(html).toContain('Logged in as')
  })

  it('has to log in again where that was too long ago (OpenID Connect Core §3.1.2.1)', async () => {
    const { mock, clock, browser } = await loggedIn()
    await clock.advance(60_000)
    expect(callbackIn(await browser.go(authorizationUrl(mock, { ...asked, max_age: '60' })))).toHaveProperty('code')
    await clock.advance(1)
    const { html } = await browser.go(authorizationUrl(mock, { ...asked, max_age: '60' }))
    expect(html).toContain('no older than 60 seconds')
    expect(html).toContain('name="user"')
  })

  it('has to log in again where it became too long ago before the page', async () => {
    const { clock, browser, mock } = await loggedIn()
    const page = await browser.go(authorizationUrl(mock, { ...asked, scope: 'read write', max_age: '60' }))
    expect(page.html).toContain('Logged in as')
    await clock.advance(60_001)
    expect((await browser.submit({ decision: 'approve' })).html).toContain('name="user"')
    expect(callbackIn(await browser.submit(approval))).toHaveProperty('code')
  })

  it('has to log in more strongly, and says how (RFC 9470 §4)', async () => {
    const { mock, browser } = await loggedIn()
    const query = { ...asked, client_id: 'other', scope: 'openid', acr_values: 'phr pwd' }
    expect((await browser.go(authorizationUrl(mock, query))).html).toContain('<option value="phr">')
    const code = callbackIn(await browser.submit({ ...approval, acr: 'pwd' }))['code']
    const form = { grant_type: 'authorization_code', code: `${code}`, redirect_uri, code_verifier: codeVerifier }
    const { json } = await askToken(mock, form, basic('other', 's3cret'))
    expect(JSON.parse(atob(`${json['id_token']}`.split('.')[1] ?? ''))).toMatchObject({ acr: 'pwd', sub: 'ann' })
    const again = authorizationUrl(mock, { ...query, code_challenge: 'a'.repeat(43) })
    expect(callbackIn(await browser.go(again))).toHaveProperty('code')
  })
})

describe('prompt=none shows no page', () => {
  const silently = { ...asked, prompt: 'none' }

  it('to nobody', async () => {
    const { mock } = setUp()
    expect(callbackIn(await browserOf(mock).go(authorizationUrl(mock, silently)))).toMatchObject({
      error: 'login_required',
    })
  })

  it('to who has approved, or has not (OpenID Connect Core §3.1.2.6)', async () => {
    const { mock, browser } = await loggedIn()
    expect(callbackIn(await browser.go(authorizationUrl(mock, silently)))).toHaveProperty('code')
    const more = await browser.go(authorizationUrl(mock, { ...silently, scope: 'write' }))
    expect(callbackIn(more)).toMatchObject({ error: 'consent_required' })
    const other = await browser.go(authorizationUrl(mock, { ...silently, client_id: 'other' }))
    expect(callbackIn(other)).toMatchObject({ error: 'consent_required' })
  })
})

describe('the form of the login page', () => {
  const shown = async () => {
    const { mock, clock } = setUp()
    const browser = browserOf(mock)
    const page = await browser.go(authorizationUrl(mock, asked))
    return { mock, clock, browser, page }
  }
  const refused = (reason: string) => ({ status: 400, html: expect.stringContaining(reason) })

  it('is good for once', async () => {
    const { mock, browser, page } = await shown()
    const interaction = `${page.html.match(/name="interaction" value="([^"]*)"/)?.[1]}`
    await browser.submit(approval)
    const again = await browser.go(`${mock.server.authorizationEndpoint}`, {
      method: 'POST',
      body: new URLSearchParams({ interaction, ...approval }),
    })
    expect(again).toMatchObject(refused('was used before'))
    expect(again.headers.get('location')).toBeNull()
  })

  it('is good for an hour', async () => {
    const { browser, clock } = await shown()
    await clock.advance(3_600_000)
    expect(await browser.submit(approval)).toMatchObject(refused('is too old'))
  })

  it('is good in no other browser', async () => {
    const { mock, page } = await shown()
    const interaction = `${page.html.match(/name="interaction" value="([^"]*)"/)?.[1]}`
    const other = browserOf(mock)
    const send = () =>
      other.go(`${mock.server.authorizationEndpoint}`, {
        method: 'POST',
        body: new URLSearchParams({ interaction, ...approval }),
      })
    expect(await send()).toMatchObject(refused('another browser'))
    await other.go(authorizationUrl(mock, asked))
    expect(await send()).toMatchObject(refused('another browser'))
  })

  it.each([
    { origin: 'https://evil.test' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://as.test', 'sec-fetch-site': 'same-site' },
  ])('is taken from no page of another site: %o', async (headers) => {
    const { browser } = await shown()
    expect(await browser.submit(approval, headers)).toMatchObject(refused('another site'))
  })

  it('is taken from its own', async () => {
    const { browser } = await shown()
    const headers = { origin: 'https://as.test', 'sec-fetch-site': 'same-origin' }
    expect(callbackIn(await browser.submit(approval, headers))).toHaveProperty('code')
  })

  it('comes with a cookie that no script reads and no other site sends, in a page that nobody frames', async () => {
    const { headers } = (await shown()).page
    expect(headers.get('set-cookie')).toMatch(/^bearward_https=[\w-]{32}; Path=\/; HttpOnly; SameSite=Lax; Secure$/)
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/)
    expect(headers.get('cache-control')).toBe('no-store')
  })
})

it('runs nothing that a request brings', async () => {
  const script = '"><script>alert(1)</script>'
  const scope = 'a</li><script>alert(2)</script>'
  const hostile = {
    clientId: script,
    clientSecret: 's3cret',
    redirectUris: [redirect_uri],
    clientName: `name ${script}`,
  }
  const { mock } = setUp({ clients: [hostile] })
  const { html } = await browserOf(mock).go(
    authorizationUrl(mock, { client_id: script, redirect_uri, scope: scope.replaceAll('"', '') }),
  )
  expect(html).toContain('&lt;script&gt;alert(1)')
  expect(html).toContain('&lt;script&gt;alert(2)')
  expect(html).not.toContain('<script')
})

describe('the page of a device', () => {
  const begin = async () => {
    const { mock, clock } = setUp({ login: 'automatic' })
    const { json } = await askDeviceAuthorization(mock, { client_id: 'tv', scope: 'read' })
    const poll = () =>
      askToken(mock, {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: `${json['device_code']}`,
        client_id: 'tv',
      })
    const at = (name: string) => `${json[name]}`
    return { mock, clock, poll, at, browser: browserOf(mock) }
  }

  it('asks for the code, shows who wants what, and takes yes for an answer (RFC 8628 §3.3)', async () => {
    const { poll, at, browser } = await begin()
    expect((await browser.go(at('verification_uri'))).html).toContain('name="user_code"')
    const typed = at('user_code').toLowerCase().replace('-', ' ')
    const page = await browser.go(`${at('verification_uri')}?${new URLSearchParams({ user_code: typed })}`)
    for (const text of [at('user_code'), 'tv', 'read']) expect(page.html).toContain(text)
    expect((await poll()).json).toMatchObject({ error: 'authorization_pending' })
    expect((await browser.submit(approval)).html).toContain('<h1>Approved</h1>')
  })

  it('comes with the code already typed in (RFC 8628 §3.3.1), and the device has its token', async () => {
    const { mock, poll, at, browser } = await begin()
    await browser.go(at('verification_uri_complete'))
    await browser.submit(approval)
    const { json } = await poll()
    const resource = await mock.fetch(mock.resource, { headers: { authorization: `Bearer ${json['access_token']}` } })
    expect(await resource.json()).toMatchObject({ subject: 'ann', scope: 'read' })
  })

  it('takes no for an answer', async () => {
    const { poll, at, browser } = await begin()
    await browser.go(at('verification_uri_complete'))
    expect((await browser.submit({ user: '', decision: 'refuse' })).html).toContain('You refused')
    expect((await poll()).json).toMatchObject({ error: 'access_denied' })
  })

  it.each(['unknown', 'decided on', 'expired'])('has nothing for a code that is %s', async (kind) => {
    const { mock, clock, at, browser } = await begin()
    if (kind === 'decided on') mock.approveDevice(at('user_code'))
    if (kind === 'expired') await clock.advance(600_000)
    const code = kind === 'unknown' ? 'BBBB-BBBB' : at('user_code')
    const page = await browser.go(`${at('verification_uri')}?user_code=${code}`)
    expect(page).toMatchObject({ status: 400, html: expect.stringContaining('unknown, has expired or was used') })
  })

  it('knows who has logged in before, and lets them take another name', async () => {
    const { mock, at, browser } = await begin()
    await browser.go(at('verification_uri_complete'))
    await browser.submit(approval)
    const { json } = await askDeviceAuthorization(mock, { client_id: 'tv' })
    expect((await browser.go(`${json['verification_uri_complete']}`)).html).toContain('<bdi>ann</bdi>')
    expect((await browser.submit({ decision: 'switch' })).html).toContain('name="user"')
    expect((await browser.submit({ user: '', decision: 'approve' })).html).toContain('A name is needed')
    expect((await browser.submit({ user: 'bob', decision: 'approve' })).html).toContain('Approved')
  })

  it('asks for a name where its user has logged out before it', async () => {
    const { mock, poll, at, browser } = await begin()
    await browser.go(at('verification_uri_complete'))
    await browser.submit(approval)
    const { json } = await askDeviceAuthorization(mock, { client_id: 'tv' })
    const { html } = await browser.go(`${json['verification_uri_complete']}`)
    await browser.go(`${mock.server.endSessionEndpoint}`)
    const interaction = `${html.match(/name="interaction" value="([^"]*)"/)?.[1]}`
    const body = new URLSearchParams({ interaction, decision: 'approve' })
    const again = await browser.go(at('verification_uri'), { method: 'POST', body })
    expect(again.html).toContain('name="user"')
    expect((await browser.submit(approval)).html).toContain('Approved')
    expect((await poll()).status).toBe(200)
  })

  it('is overtaken by a decision elsewhere', async () => {
    const { mock, at, browser } = await begin()
    await browser.go(at('verification_uri_complete'))
    mock.approveDevice(at('user_code'), { deny: true })
    expect((await browser.submit(approval)).status).toBe(400)
  })

  it('is not taken for the page of a login in the same browser, nor that for it', async () => {
    const { mock } = setUp()
    const browser = browserOf(mock)
    const { json } = await askDeviceAuthorization(mock, { client_id: 'tv' })
    const sendTo = (url: unknown, { html }: Shown) => {
      const interaction = `${html.match(/name="interaction" value="([^"]*)"/)?.[1]}`
      return browser.go(`${url}`, { method: 'POST', body: new URLSearchParams({ interaction, ...approval }) })
    }
    const device = await browser.go(`${json['verification_uri_complete']}`)
    const login = await browser.go(authorizationUrl(mock, asked))
    const refused = { status: 400, html: expect.stringContaining('begin anew') }
    expect(await sendTo(mock.server.authorizationEndpoint, device)).toMatchObject(refused)
    expect(await sendTo(json['verification_uri'], login)).toMatchObject(refused)
    expect((await sendTo(json['verification_uri'], device)).status).toBe(200)
    expect((await sendTo(mock.server.authorizationEndpoint, login)).status).toBe(303)
  })
})

describe('what is wrong with a callback', () => {
  it('waits for the user, whatever pages come before', async () => {
    const faults = ['authorize=tampered_callback:unsent_state,error:server_error,tampered_callback:no_state']
    const { mock } = setUp({ faults })
    const browser = browserOf(mock)
    const answers = []
    for (let time = 0; time < 3; time++) {
      expect((await browser.go(authorizationUrl(mock, { ...asked, state: 'sent', prompt: 'login' }))).status).toBe(200)
      answers.push(callbackIn(await browser.submit(approval)))
    }
    expect(answers).toMatchObject([
      { state: expect.not.stringMatching(/^sent$/), code: expect.any(String) },
      { state: 'sent', error: 'server_error' },
      { code: expect.any(String) },
    ])
    expect(answers[2]).not.toHaveProperty('state')
    expect(mock.requests.map(({ faults: hits }) => hits)).toEqual([
      ...[undefined, ['tampered_callback'], undefined, ['error'], undefined, ['tampered_callback']],
    ])
    expect(mock.faults).toEqual([])
    mock.fault('authorize=503x2')
    expect((await browser.go(authorizationUrl(mock, asked))).status).toBe(503)
  })
})
