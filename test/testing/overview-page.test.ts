import { request as sendRaw } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import {
  createManualClock,
  createMockAuthorizationServer,
  type MockAuthorizationServerOptions,
} from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { basic } from './wire.js'

const redirectUri = 'https://app.test/callback'
const clients = [{ clientId: 'web', clientSecret: 's3cret-of-web', redirectUris: [redirectUri], clientName: 'The Web' }]
const open: (() => Promise<void>)[] = []
const listening = async (options: Partial<MockAuthorizationServerOptions> = {}) => {
  const mock = createMockAuthorizationServer({ clients, ...options })
  const there = await mock.listen()
  open.push(there.close)
  return { mock, there, home: `${there.origin}/` }
}

afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

const pageAt = async (url: string) => {
  const answer = await fetch(url)
  return { status: answer.status, headers: answer.headers, html: await answer.text() }
}

/** A form of the page, sent as a browser sends it. */
const post = (home: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
  fetch(home, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: new URL(home).origin, ...headers },
    body: new URLSearchParams(fields),
  })

/** What fetch does not let anybody set. */
const withHost = (home: string, host: string, method = 'GET') =>
  new Promise<{ readonly status: number | undefined; readonly body: string }>((resolve, reject) => {
    const headers = { host, origin: `http://${host}` }
    const sent = sendRaw(home, { method, headers }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode, body }), reject)
    })
    sent.once('error', reject)
    sent.end(method === 'POST' ? 'action=clear' : undefined)
  })

const askToken = ({ origin }: { readonly origin: string }) =>
  fetch(`${origin}/token`, {
    method: 'POST',
    headers: basic('web', 's3cret-of-web'),
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })

describe('the page about the mock', () => {
  it('says where the mock is, who is registered, and what came in', async () => {
    const { there, home } = await listening({ issuer: 'https://as.test/tenant' })
    await askToken({ origin: `${there.origin}/tenant` })
    const { status, html } = await pageAt(home)
    expect(status).toBe(200)
    for (const text of [
      `${there.origin}/tenant/.well-known/openid-configuration`,
      `${there.origin}/tenant/token`,
      'The Web',
      redirectUri,
      'POST token',
      'client_credentials',
      'gave access_token',
      'access token <code>…',
    ]) {
      expect(html).toContain(text)
    }
  })

  it('says why a request was refused, and what hit it', async () => {
    const { there, home, mock } = await listening()
    mock.fault('token=503')
    await askToken(there)
    await fetch(`${there.origin}/token`, { method: 'POST', body: new URLSearchParams({ client_id: 'web' }) })
    const { html } = await pageAt(home)
    expect(html).toContain('refused: <bdi>a confidential client must authenticate</bdi>')
    expect(html).toContain('data-label="Faults"><div>status</div></td>')
  })

  it('tells how tokens stand', async () => {
    const { mock, home } = await listening()
    const { accessToken } = mock.issue({ clientId: 'web', refreshToken: false })
    expect((await pageAt(home)).html).toContain('ends in 60 min')
    mock.revoke(accessToken)
    mock.issue({ clientId: 'web', expiresIn: 0, refreshToken: false })
    const { html } = await pageAt(home)
    for (const standing of ['revoked', 'expired']) expect(html).toContain(`<span class="bad">${standing}</span>`)
    expect(html).not.toContain('ends in')
  })

  it('calls a refresh token used where it is good no more, and not before', async () => {
    const standings = async (options: Partial<MockAuthorizationServerOptions>) => {
      const { mock, there, home } = await listening({
        clock: createManualClock(),
        refreshTokenLifetime: 7200,
        ...options,
      })
      const credentials = { clientId: 'web', clientSecret: 's3cret-of-web' }
      await createClient({ server: there.server, ...credentials }).refresh(mock.issue({ clientId: 'web' }))
      const { html } = await pageAt(home)
      const rows = html.split('</tr>').filter((row) => row.includes('refresh token <code>'))
      return rows.map((row) => /(used|ends in [^<]*)<\/span>/.exec(row)?.[1])
    }
    expect(await standings({})).toEqual(['ends in 2 h', 'used'])
    expect(await standings({ refreshTokenGracePeriod: 10 })).toEqual(['ends in 2 h', 'ends in 2 h'])
    expect(await standings({ profile: 'keycloak' })).toEqual(['ends in 2 h', 'ends in 2 h'])
  })

  it('writes its own loading down nowhere', async () => {
    const { mock, home } = await listening()
    await pageAt(home)
    await post(home, { action: 'clear' })
    expect(mock.requests).toEqual([])
  })

  it('leaves what was meant for something else to the journal', async () => {
    const { mock, home } = await listening()
    const form = new URLSearchParams({ grant_type: 'client_credentials' })
    expect((await fetch(home, { method: 'POST', body: form })).status).toBe(404)
    expect((await fetch(home, { method: 'DELETE' })).status).toBe(404)
    expect(mock.requests.map(({ method, endpoint }) => `${method} ${endpoint}`)).toEqual([
      'POST unknown',
      'DELETE unknown',
    ])
  })

  it('is there in process, too, and where a service has no issuer', async () => {
    const { fetch: ask } = createMockAuthorizationServer({ clients, profile: 'smokeball' })
    const { html } = await pageAt(`${(await listening({ profile: 'smokeball' })).home}`)
    expect(html).toContain('It answers like <strong>smokeball</strong>')
    expect(html).not.toContain('Discovery document')
    expect((await ask('https://auth.smokeball.com/')).status).toBe(200)
  })

  it('leaves the place to an endpoint that is there', async () => {
    const server = { tokenEndpoint: 'https://as.test/' }
    const { fetch: ask } = createMockAuthorizationServer({ clients, server })
    expect((await ask('https://as.test/')).status).toBe(405)
  })
})

describe('no secret', () => {
  it('of any request is in the page', async () => {
    const { mock, there, home } = await listening()
    const client = createClient({ server: there.server, clientId: 'web', clientSecret: 's3cret-of-web' })
    const login = await client.authorizationRequest({ redirectUri, scope: 'openid read' })
    const callback = await mock.authorize(login.url)
    const token = await client.exchangeCode(callback, login)
    const renewed = await client.refresh(token)
    await fetch(there.resource, { headers: { authorization: `Bearer ${renewed.accessToken}` } })
    const device = await client.deviceAuthorization()
    await failureOf(
      createClient({ server: there.server, clientId: 'web', clientSecret: 'wr0ng-s3cret' }).clientCredentials(),
    )
    // What somebody mixes up.
    await fetch(`${there.origin}/${renewed.refreshToken}`)
    await fetch(`${there.origin}/a-c0de-sent?code=a-c0de-sent`)
    await fetch(`${there.origin}/sh0rt?code=sh0rt`)
    await fetch(`${there.origin}/token`, { method: 'POST', body: new URLSearchParams({ client_id: 's3cret-of-web' }) })
    await fetch(`${there.origin}/token`, { method: 'POST', headers: basic('s3cret-of-web', 'web') })
    const { html } = await pageAt(home)
    const sent = mock.requests.flatMap(({ form }) =>
      ['code', 'code_verifier', 'refresh_token', 'device_code'].map((name) => form?.[name]),
    )
    const secrets = [
      ...sent,
      ...[token.accessToken, token.refreshToken, token.idToken, renewed.accessToken, renewed.refreshToken],
      ...[
        's3cret-of-web',
        'wr0ng-s3cret',
        'a-c0de-sent',
        'sh0rt',
        'sh0rt',
        login.codeVerifier,
        login.state,
        login.nonce,
      ],
      ...[device.userCode, btoa('web:s3cret-of-web')],
    ].filter((secret): secret is string => secret !== undefined)
    expect(secrets.length).toBeGreaterThan(12)
    expect(secrets.filter((secret) => html.includes(secret))).toEqual([])
  })
})

it('a refusal keeps its words where one of them is a secret', async () => {
  const { there, home } = await listening({ clients: [{ clientId: 'secretary', clientSecret: 'secret' }] })
  await fetch(`${there.origin}/token`, {
    method: 'POST',
    headers: basic('secretary', 'wrong'),
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  const { html } = await pageAt(home)
  expect(html).toContain('refused: <bdi>the client secret is wrong</bdi>')
  expect(html).toContain('<bdi>secretary</bdi>')
})

it('nothing that a request brings runs in the page', async () => {
  const { there, home } = await listening()
  const script = '"><script>alert(1)</script>'
  await fetch(`${there.origin}/<script>alert(2)</script>?client_id=${encodeURIComponent(script)}`, {
    headers: { 'user-agent': script },
  })
  const form = { client_id: script, grant_type: script, code: script }
  await fetch(`${there.origin}/token`, { method: 'POST', body: new URLSearchParams(form) })
  await post(home, { action: 'add', notation: script })
  const { html, headers } = await pageAt(home)
  const mistaken = await (await post(home, { action: 'add', notation: `token=${script}` })).text()
  expect(html).toContain('&lt;script&gt;alert(1)')
  expect(mistaken).toContain('&lt;script&gt;alert(1)')
  for (const page of [html, mistaken]) expect(page.match(/<script/g)).toHaveLength(1)
  expect(headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; img-src data:; style-src 'sha256-[^']{44}'; script-src 'sha256-[^']{44}'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
  )
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

describe('faults at the page', () => {
  it('are added, paused, resumed, removed and cleared', async () => {
    const { mock, there, home } = await listening()
    const added = await post(home, { action: 'add', notation: 'token=503x* resource=token_refused' })
    expect([added.status, added.headers.get('location')]).toEqual([303, '/#faults'])
    expect((await askToken(there)).status).toBe(503)
    const { html } = await pageAt(home)
    expect(html).toContain('<code>token=503x*</code>')
    const [id = '', other = ''] = [...html.matchAll(/name="id" value="(\d+)"/g)]
      .map(([, found]) => found)
      .filter((found, index, all) => all.indexOf(found) === index)
    await post(home, { action: 'pause', id })
    expect((await askToken(there)).status).toBe(200)
    await post(home, { action: 'resume', id })
    expect((await askToken(there)).status).toBe(503)
    await post(home, { action: 'remove', id: other })
    expect(mock.faults).toHaveLength(1)
    await post(home, { action: 'clear' })
    expect((await askToken(there)).status).toBe(200)
    expect((await pageAt(home)).html).toContain('Nothing goes wrong')
  })

  it('are told apart from what is none', async () => {
    const { mock, home } = await listening()
    const answer = await post(home, { action: 'add', notation: 'token=nonsense' })
    expect(answer.status).toBe(400)
    const html = await answer.text()
    expect(html).toContain('no fault is called nonsense')
    expect(html).toContain('value="token=nonsense"')
    expect(mock.faults).toEqual([])
  })
})

describe('the page is for who is at this machine', () => {
  it.each([
    ['without an origin', { origin: '' }],
    ['from another site', { origin: 'https://evil.test' }],
    ['from a page that hides where it is from', { origin: 'null' }],
    ['from another port', { origin: 'http://127.0.0.1:1' }],
    ['from what the browser calls another site', { 'sec-fetch-site': 'cross-site' }],
    ['from what the browser calls another origin', { 'sec-fetch-site': 'same-site' }],
  ])('and changes nothing for a form %s', async (_, headers) => {
    const { mock, home } = await listening()
    const answer = await post(home, { action: 'add', notation: 'token=503' }, headers)
    expect(answer.status).toBe(403)
    expect(mock.faults).toEqual([])
  })

  it('and changes nothing for a link', async () => {
    const { mock, home } = await listening({ faults: ['token=503'] })
    expect((await fetch(`${home}?action=clear`)).status).toBe(200)
    expect(mock.faults).toHaveLength(1)
  })

  it('and not for a name that leads here from elsewhere', async () => {
    const { home } = await listening()
    const { host, port } = new URL(home)
    for (const name of [
      `evil.test:${port}`,
      'evil.test',
      `127.0.0.1.evil.test:${port}`,
      `localhost:${Number(port) + 1}`,
    ]) {
      for (const method of ['GET', 'POST']) expect((await withHost(home, name, method)).status).toBe(403)
    }
    for (const name of [host, `localhost:${port}`]) {
      expect(await withHost(home, name)).toMatchObject({ status: 200, body: expect.stringContaining('Journal') })
    }
  })
})
