import { describe, expect, it, onTestFinished } from 'vitest'
import type { MockFault } from '../../src/testing/index.js'
import { askCredentials, askRefresh, askResource, reach, sessionOf, ways } from './ways.js'

describe.each(ways)('%s, a server', (way) => {
  it.each([429, 503])('answers %d with Retry-After in seconds', async (status) => {
    const here = await reach(way)
    const { refreshToken, isUsed } = sessionOf(here)
    here.mock.fault('token', { type: 'status', status, retryAfter: 2, json: { error: 'slow_down' } })
    const answer = await askRefresh(here, refreshToken)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, '2'])
    expect(await answer.json()).toEqual({ error: 'slow_down' })
    expect(await isUsed()).toBe(false)
  })

  it('answers 503 with Retry-After as a date on its clock', async () => {
    const here = await reach(way)
    here.mock.fault('token', { type: 'status', status: 503, retryAfter: 90, retryAfterForm: 'date' })
    const { headers } = await askCredentials(here)
    expect(headers.get('date')).toBe('Tue, 01 Jan 2030 00:00:00 GMT')
    expect(headers.get('retry-after')).toBe('Tue, 01 Jan 2030 00:01:30 GMT')
  })

  it('answers any status, empty and with headers', async () => {
    const here = await reach(way)
    here.mock.fault('token', { type: 'status', status: 400, headers: { 'x-request-id': '7' } })
    const answer = await askCredentials(here)
    expect([answer.status, answer.headers.get('x-request-id'), answer.headers.has('retry-after')]).toEqual([
      400,
      '7',
      false,
    ])
    expect(await answer.text()).toBe('')
  })

  it.each<[MockFault, boolean]>([
    [{ type: 'page' }, false],
    [{ type: 'page', processed: true }, true],
    [{ type: 'status', status: 502 }, false],
    [{ type: 'status', status: 502, processed: true }, true],
  ])('has with %j done the work: %j', async (fault, used) => {
    const here = await reach(way)
    const { refreshToken, isUsed } = sessionOf(here)
    here.mock.fault('token', fault)
    const answer = await askRefresh(here, refreshToken)
    expect(answer.status).toBe(502)
    if (fault.type === 'page') {
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
      expect(await answer.text()).toMatch(/^<!doctype html>/)
    }
    expect(await isUsed()).toBe(used)
  })

  it('truncates the body, and ends it as if it were whole', async () => {
    const here = await reach(way)
    const { refreshToken, isUsed } = sessionOf(here)
    here.mock.fault('token', { type: 'truncated' })
    const answer = await askRefresh(here, refreshToken)
    expect(answer.status).toBe(200)
    const text = await answer.text()
    expect(text).toMatch(/^\{"access_token":/)
    expect(() => JSON.parse(text)).toThrow(SyntaxError)
    expect(await isUsed()).toBe(true)
  })

  it('streams 10 MiB, and then the answer', async () => {
    const here = await reach(way)
    here.mock.fault('token', { type: 'oversized' })
    const text = await (await askCredentials(here)).text()
    expect(text.length).toBeGreaterThan(10 * 2 ** 20)
    expect(text.length).toBeLessThan(10 * 2 ** 20 + 1000)
    expect(JSON.parse(text)).toMatchObject({ expires_in: 3600 })
  })

  it('streams as much as it is told', async () => {
    const here = await reach(way)
    here.mock.fault('token', { type: 'oversized', bytes: 100_000 })
    expect((await (await askCredentials(here)).text()).search(/\S/)).toBe(100_000)
  })

  it('puts odd fields into its answer, and leaves fields out', async () => {
    const here = await reach(way)
    here.mock.fault('token', { type: 'fields', fields: { expires_in: '3600', token_type: undefined, hint: null } })
    expect(await (await askCredentials(here)).json()).toEqual({
      access_token: expect.any(String),
      expires_in: '3600',
      scope: 'read',
      hint: null,
    })
  })

  it('has no fields to put into a page', async () => {
    const here = await reach(way)
    here.mock.fault('token', [{ type: 'fields', fields: { expires_in: '3600' } }, { type: 'page' }])
    const answer = await askCredentials(here)
    expect([answer.status, await answer.text()]).toEqual([502, expect.stringMatching(/^<!doctype html>/)])
  })

  it('answers an error with status 200', async () => {
    const here = await reach(way)
    const { refreshToken, isUsed } = sessionOf(here)
    here.mock.fault('token', { type: 'error_in_200', error: 'bad_refresh_token', errorDescription: 'no' })
    const answer = await askRefresh(here, refreshToken)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ error: 'bad_refresh_token', error_description: 'no' })
    expect(await isUsed()).toBe(false)
  })

  it.each([302, 307] as const)('redirects elsewhere by a %d', async (status) => {
    const here = await reach(way)
    here.mock.fault('token', { type: 'redirect', location: 'https://elsewhere.test/token', status })
    const answer = await askCredentials(here, { redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).toEqual([status, 'https://elsewhere.test/token'])
  })

  it.each([
    [301, 'GET', 405],
    [302, 'GET', 405],
    [303, 'GET', 405],
    [307, 'POST', 200],
    [308, 'POST', 200],
  ] as const)('has a %d followed by a %s', async (status, method, final) => {
    const here = await reach(way)
    here.mock.fault('token', { type: 'redirect', location: here.server.tokenEndpoint, status })
    expect((await askCredentials(here)).status).toBe(final)
    const seen = here.mock.requests.map((request) => [request.method, 'content-type' in request.headers])
    expect(seen).toEqual([
      ['POST', true],
      [method, method === 'POST'],
    ])
  })

  it('has a redirect to another origin followed without the token', async () => {
    const here = await reach(way)
    const elsewhere = await here.mock.listen()
    onTestFinished(elsewhere.close)
    here.mock.fault('resource', { type: 'redirect', location: elsewhere.resource })
    const { accessToken } = here.mock.issue({ clientId: 'web' })
    expect((await askResource(here, accessToken)).status).toBe(401)
    expect(here.mock.requests.map(({ headers }) => 'authorization' in headers)).toEqual([true, false])
  })

  it('has a PUT followed as a PUT, and a location beside another status not at all (Fetch §4.4)', async () => {
    const here = await reach(way)
    here.mock.fault('resource', { type: 'redirect', location: `${here.resource}?moved` })
    await here.fetch(here.resource, { method: 'PUT', body: 'x' })
    here.mock.fault('resource', { type: 'headers', headers: { location: here.server.tokenEndpoint } })
    expect((await here.fetch(here.resource)).status).toBe(401)
    expect(here.mock.requests.map(({ method, url }) => `${method} ${new URL(url).search}`)).toEqual([
      'PUT ',
      'PUT ?moved',
      'GET ',
    ])
  })

  it('has a redirect to itself not followed for ever', async () => {
    const here = await reach(way)
    here.mock.fault('resource', { type: 'redirect', location: here.resource }, { times: Infinity })
    await expect(here.fetch(here.resource)).rejects.toThrow(TypeError)
    expect(here.mock.requests).toHaveLength(21)
  })

  it('that loses the rotation gives no refresh token', async () => {
    const here = await reach(way)
    const { refreshToken, isUsed } = sessionOf(here)
    here.mock.fault('token', { type: 'lost_rotation', answers: 'no_refresh_token' })
    const json = await (await askRefresh(here, refreshToken)).json()
    expect(json).toHaveProperty('access_token')
    expect(json).not.toHaveProperty('refresh_token')
    expect(await isUsed()).toBe(true)
  })

  it('that loses the rotation gives the refresh token that is used up', async () => {
    const here = await reach(way)
    const { refreshToken, isUsed } = sessionOf(here)
    here.mock.fault('token', { type: 'lost_rotation', answers: 'old_refresh_token' })
    expect(await (await askRefresh(here, refreshToken)).json()).toMatchObject({ refresh_token: refreshToken })
    expect(await isUsed()).toBe(true)
  })

  it('leaves an answer without rotation as it is', async () => {
    const here = await reach(way)
    const fault = { type: 'lost_rotation', answers: 'old_refresh_token' } as const
    here.mock.fault('token', fault, { times: Infinity })
    expect(await (await askCredentials(here)).json()).not.toHaveProperty('refresh_token')
    const refused = await (await askRefresh(here, 'unknown')).json()
    expect(refused).toMatchObject({ error: 'invalid_grant' })
    expect(refused).not.toHaveProperty('refresh_token')
  })

  it('refuses good tokens at the resource', async () => {
    const here = await reach(way)
    const { accessToken } = here.mock.issue({ clientId: 'web' })
    here.mock.fault('resource', { type: 'token_refused' }, { times: 2 })
    const answer = await askResource(here, accessToken)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="mock", error="invalid_token"')
    expect((await here.fetch(here.resource)).headers.get('www-authenticate')).not.toContain('error')
    expect((await askResource(here, accessToken)).status).toBe(200)
  })

  it('wants more scope at the resource than anybody has', async () => {
    const here = await reach(way)
    const { accessToken } = here.mock.issue({ clientId: 'web' })
    here.mock.fault('resource', { type: 'insufficient_scope', scope: 'admin' })
    here.mock.fault('resource', { type: 'insufficient_scope' })
    const challenges = []
    for (let time = 0; time < 2; time++) {
      const answer = await askResource(here, accessToken)
      expect(answer.status).toBe(403)
      challenges.push(answer.headers.get('www-authenticate'))
    }
    expect(challenges).toEqual([
      'Bearer realm="mock", error="insufficient_scope", scope="admin"',
      'Bearer realm="mock", error="insufficient_scope"',
    ])
  })

  it('misbehaves at each of its endpoints', async () => {
    const here = await reach(way)
    const urls = [
      ['authorize', `${here.server.authorizationEndpoint}`],
      ['token', here.server.tokenEndpoint],
      ['revocation', `${here.server.revocationEndpoint}`],
      ['resource', here.resource],
      ['discovery', `${here.server.issuer}/.well-known/openid-configuration`],
    ] as const
    for (const [endpoint, url] of urls) {
      here.mock.fault(endpoint, { type: 'status', status: 418 })
      expect((await here.fetch(url)).status).toBe(418)
    }
    expect(here.mock.requests.map(({ endpoint, faults }) => `${endpoint} ${faults}`)).toEqual(
      urls.map(([endpoint]) => `${endpoint} status`),
    )
  })

  it('is hit by several faults at once, the first outermost', async () => {
    const here = await reach(way)
    here.mock.fault('token', [
      { type: 'fields', fields: { expires_in: null } },
      { type: 'late_answer', ms: 300 },
      { type: 'fields', fields: { expires_in: 1, scope: 'inner' } },
    ])
    const start = here.clock.now()
    const json = await here.clock.run(askCredentials(here).then((answer) => answer.json()))
    expect(json).toMatchObject({ expires_in: null, scope: 'inner' })
    expect(here.clock.now() - start).toBe(300)
    expect(here.mock.requests).toMatchObject([{ at: start, faults: ['fields', 'late_answer', 'fields'], status: 200 }])
  })
})
