// The app as it is deployed: two processes, a real PostgreSQL, and a browser that keeps cookies.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { AppProcess } from './app-process.ts'
import { type Browser, createBrowser, leadsTo } from './browser.ts'
import { createSurroundings, type Surroundings } from './surroundings.ts'

/** Nothing here waits for long; a machine may. */
const timeout = 300_000

describe('the web app', { timeout }, () => {
  let surroundings: Surroundings
  let apps: [AppProcess, AppProcess]
  let browser: Browser

  before(async () => {
    surroundings = await createSurroundings()
    apps = await Promise.all([surroundings.start(), surroundings.start({ port: 0 })])
    browser = createBrowser(surroundings)
  })
  after(() => surroundings.close())

  const journal = (endpoint: string) => surroundings.mock.requests.filter((request) => request.endpoint === endpoint)
  const isLoggedIn = async (who: Browser, app = apps[0]) => (await (await who.get(app.url)).text()).includes('Log out')

  it('sends who wants a page of theirs to the login, and back to that page', async () => {
    const [{ url }] = apps
    assert.equal(leadsTo(await browser.get(`${url}/orders`)), '/login?return_to=%2Forders')
    const page = await browser.logIn(url, { returnTo: '/orders' })
    assert.equal(page.status, 200)
    const text = await page.text()
    assert.match(text, /Your orders/)
    assert.match(text, /ada/) // what the API says of whose token it was shown
    assert.match(await (await browser.get(url)).text(), /Hello, Ada Lovelace/)
  })

  it('has protected that login by a state, a nonce and PKCE', () => {
    const [request] = journal('authorize')
    const { searchParams } = new URL(request?.url ?? '')
    assert.equal(searchParams.get('code_challenge_method'), 'S256')
    for (const name of ['state', 'nonce', 'code_challenge']) assert.ok(searchParams.get(name), name)
    const [exchange] = journal('token')
    assert.ok(exchange?.form?.code_verifier)
  })

  it('gives cookies that no script reads and that say nothing', () => {
    const line = browser.setCookies.findLast((cookie) => cookie.startsWith('session=')) ?? ''
    assert.match(line, /^session=[\w-]{43};/)
    for (const attribute of ['HttpOnly', 'SameSite=Lax', 'Path=/']) assert.ok(line.includes(attribute), attribute)
    assert.ok(!browser.cookies.has('login'))
  })

  it('keeps no cookie and no access token in the database that could be used by who reads it', async () => {
    const { database } = surroundings
    const tables = ['bearward_tokens', 'browser_session', 'pending_login']
    const rows = await Promise.all(tables.map((table) => database.query(`select * from ${table}`)))
    const dump = JSON.stringify(rows.map((result) => result.rows))
    const [{ headers: { authorization = '' } = {} } = {}] = journal('resource')
    assert.ok(dump.includes('Ada Lovelace'))
    assert.ok(!dump.includes(browser.cookies.get('session') ?? ''))
    assert.ok(!dump.includes(authorization.replace('Bearer ', '')))
  })

  it('shares the session with a second process, and one of them renews it for both', async () => {
    const { mock, tokenRequests } = surroundings
    const [{ headers: { authorization = '' } = {} } = {}] = journal('resource')
    mock.revoke(authorization.replace('Bearer ', ''))
    const calls = apps.flatMap(({ url }) => Array.from({ length: 10 }, () => browser.get(`${url}/orders`)))
    const answers = await Promise.all(calls)
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
    assert.equal(tokenRequests('refresh_token'), 1)
  })

  it('knows its users after a restart', async () => {
    const { start, tokenRequests } = surroundings
    assert.equal(await apps[0].end('SIGTERM'), 0)
    apps[0] = await start()
    assert.ok(await isLoggedIn(browser))
    assert.equal((await browser.get(`${apps[0].url}/orders`)).status, 200)
    assert.equal(tokenRequests('refresh_token'), 1)
  })

  it('gives a new session with each login, and ends the one of before', async () => {
    const before = browser.cookies.get('session') ?? ''
    const revoked = journal('revocation').length
    await browser.logIn(apps[0].url)
    assert.notEqual(browser.cookies.get('session'), before)
    assert.ok(journal('revocation').length > revoked)
    const old = await fetch(apps[0].url, { headers: { cookie: `session=${before}` } })
    assert.match(await old.text(), /Log in/)
  })

  it('takes no callback of a login that was begun elsewhere', async () => {
    const { mock, origin } = surroundings
    const [{ url }] = apps
    const attacker = createBrowser(surroundings)
    const callback = await mock.authorize(leadsTo(await attacker.get(`${url}/login`)), { user: 'eve' })

    const victim = createBrowser(surroundings)
    assert.equal((await victim.get(callback.replace(origin, url))).status, 400)
    // Also when they have begun one of their own.
    await victim.get(`${url}/login`)
    assert.equal((await victim.get(callback.replace(origin, url))).status, 400)
    assert.equal(await isLoggedIn(victim), false)
  })

  it('takes each callback once', async () => {
    const { mock, origin } = surroundings
    const [{ url }] = apps
    const other = createBrowser(surroundings)
    const callback = await mock.authorize(leadsTo(await other.get(`${url}/login`)), { user: 'eve' })
    assert.equal((await other.get(callback.replace(origin, url))).status, 302)
    assert.equal((await other.get(callback.replace(origin, url))).status, 400)
    assert.ok(await isLoggedIn(other))
    assert.match(await (await other.get(url)).text(), /Hello, &lt;b&gt;Eve/)
  })

  it('says so when the user says no', async () => {
    const other = createBrowser(surroundings)
    const page = await other.logIn(apps[0].url, { deny: true })
    assert.equal(page.status, 403)
    assert.equal(await isLoggedIn(other), false)
  })

  it('leads nobody to another site', async () => {
    const { origin, mock } = surroundings
    const [{ url }] = apps
    const elsewhere = ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)']
    // Here at first sight, with a path that a browser takes for another host.
    const nearly = ['/.//evil.example', '/x/..//evil.example', '/%2e\\/evil.example', `${origin}//evil.example`]
    for (const returnTo of [...elsewhere, ...nearly]) {
      const other = createBrowser(surroundings)
      const away = await other.get(`${url}/login?return_to=${encodeURIComponent(returnTo)}`)
      const callback = await mock.authorize(leadsTo(away), { user: 'ada' })
      const back = await other.get(callback.replace(origin, url))
      assert.equal(leadsTo(back), '/', returnTo)
    }
  })

  it('logs nobody out for a link, or for a form of another site', async () => {
    const [{ url }] = apps
    assert.equal((await browser.get(`${url}/logout`)).status, 404)
    assert.equal((await browser.post(`${url}/logout`, 'https://evil.example')).status, 403)
    assert.ok(await isLoggedIn(browser))
  })

  it('logs out here, revokes the tokens, and logs out at the server', async () => {
    const { issuer, origin } = surroundings
    const session = browser.cookies.get('session') ?? ''
    const revoked = journal('revocation').length

    const answer = await browser.post(`${apps[0].url}/logout`, origin)
    assert.equal(answer.status, 303)
    assert.ok(journal('revocation').length > revoked)
    const there = new URL(leadsTo(answer))
    assert.equal(there.origin, issuer)
    assert.ok(there.searchParams.get('id_token_hint'))
    assert.equal(leadsTo(await fetch(there, { redirect: 'manual' })), `${origin}/`)

    // In both processes, also for who has kept the cookie.
    for (const app of apps) {
      assert.equal(await isLoggedIn(browser, app), false)
      const kept = await fetch(`${app.url}/orders`, { headers: { cookie: `session=${session}` }, redirect: 'manual' })
      assert.match(leadsTo(kept), /^\/login/)
    }
  })

  it('has the user log in again when the server has ended the session', async () => {
    const { mock } = surroundings
    const other = createBrowser(surroundings)
    await other.logIn(apps[0].url, { returnTo: '/orders' })
    const last = journal('resource').at(-1)?.headers.authorization?.replace('Bearer ', '') ?? ''
    const refuse = mock.fault('token[refresh_token]=invalid_grant')
    mock.revoke(last)
    assert.match(leadsTo(await other.get(`${apps[0].url}/orders`)), /^\/login\?return_to=%2Forders/)
    refuse.remove()
    assert.equal((await other.logIn(apps[0].url, { returnTo: '/orders' })).status, 200)
  })

  it('ends what is too old, and tells the server, which may not hear of one of them', async (context) => {
    const { database, mock, start } = surroundings
    await database.query('delete from browser_session')
    const others = [createBrowser(surroundings), createBrowser(surroundings)]
    for (const other of others) await other.logIn(apps[0].url)
    await database.query(`update browser_session set expires_at = now() - interval '1 second'`)
    for (const other of others) assert.equal(await isLoggedIn(other), false)
    const revoked = journal('revocation').length
    mock.fault('revocation=500')
    await apps[0].end('SIGTERM')
    apps[0] = await start()
    const allGone = async () => {
      const { rows } = await database.query('select 1 from browser_session')
      assert.equal(rows.length, 0)
    }
    await context.waitFor(allGone, { timeout })
    const statuses = journal('revocation').map(({ status }) => status)
    assert.deepEqual(statuses.slice(revoked), [500, 200])
    assert.ok(apps[0].events.some(({ event }) => event === 'revocation_failed'))
  })

  it('logs no secret', () => {
    const log = JSON.stringify(surroundings.started.map(({ events }) => events))
    assert.match(log, /token_renewed/)
    assert.ok(!log.includes('made-up-secret'))
    for (const { headers, form } of surroundings.mock.requests) {
      const secrets = [
        headers.authorization?.replace('Bearer ', ''),
        form?.code,
        form?.code_verifier,
        form?.refresh_token,
      ]
      for (const secret of secrets) if (secret) assert.ok(!log.includes(secret))
    }
  })
})
