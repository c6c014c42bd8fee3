import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'

const server = { tokenEndpoint: 'https://as.test/token' }
const now = Date.UTC(2030, 0, 1)

const clientOf = (answer: Response, facts: object = {}) =>
  createClient({
    server: { ...server, ...facts },
    clientId: 'id',
    clientSecret: 'the-client-secret',
    fetch: scriptedServer(answer).fetch,
    clock: fakeClock(now),
  })

const tokenFrom = (answer: Response, facts?: object) => clientOf(answer, facts).clientCredentials({ scope: 'a b' })

const refusalOf = (answer: Response) => failureOf(tokenFrom(answer))

describe('a token response', () => {
  it('becomes a token whose lifetime counts from the moment the request was sent', async () => {
    const clock = fakeClock(now)
    const wire = scriptedServer(() => {
      clock.set(now + 5000)
      return json({ access_token: 'at', token_type: 'Bearer', expires_in: 60 })
    })
    const client = createClient({ server, clientId: 'id', clientSecret: 's', fetch: wire.fetch, clock })
    expect((await client.clientCredentials()).expiresAt).toBe(now + 60_000)
  })

  it('is the same token after a trip through JSON', async () => {
    const token = await tokenFrom(json({ access_token: 'at', expires_in: 60, refresh_token: 'rt', team: { id: 1 } }))
    expect(JSON.parse(JSON.stringify(token))).toStrictEqual({
      accessToken: 'at',
      tokenType: 'Bearer',
      expiresAt: now + 60_000,
      refreshToken: 'rt',
      scope: 'a b',
      requestedScope: 'a b',
      raw: { team: { id: 1 } },
    })
  })

  it.each([
    ['token_type', { token_type: { toString: 1 } }, 'token_type is missing or unusable'],
    ['scope', { scope: [{ toString: 1 }, 'read'] }, undefined],
    ['expires_in', { expires_in: { valueOf: 1 } }, undefined],
  ])('may hold what cannot be made a text: %s', async (_, fields, problem) => {
    const answer = json({ access_token: 'at', ...fields })
    if (problem) expect((await refusalOf(answer)).message).toContain(problem)
    else expect((await tokenFrom(answer)).accessToken).toBe('at')
  })

  it.each([
    ['a number', 60, 60],
    ['digits in a string', '60', 60],
    ['a fraction', 59.5, 59.5],
    ['zero', 0, 0],
    ['a negative number', -60, 0],
  ])('may say expires_in as %s', async (_, expires_in, seconds) => {
    expect((await tokenFrom(json({ access_token: 'at', expires_in }))).expiresAt).toBe(now + seconds * 1000)
  })

  it.each([
    ['missing', undefined],
    ['null', null],
    ['an empty text', ''],
    ['a blank text', ' '],
    ['a word', 'soon'],
    ['true', true],
    ['an object', {}],
  ])('leaves the lifetime unknown where expires_in is %s', async (_, expires_in) => {
    const token = await tokenFrom(json({ access_token: 'at', expires_in }))
    expect(token.expiresAt).toBeUndefined()
    expect(token.accessToken).toBe('at')
  })

  it('takes the lifetime that the server is known to give where the answer names none', async () => {
    const facts = { defaultExpiresIn: 3600, defaultRefreshTokenExpiresIn: 7200 }
    const token = await tokenFrom(json({ access_token: 'at', refresh_token: 'rt' }), facts)
    expect(token).toMatchObject({ expiresAt: now + 3_600_000, refreshTokenExpiresAt: now + 7_200_000 })
    const told = await tokenFrom(json({ access_token: 'at', expires_in: 5 }), facts)
    expect(told.expiresAt).toBe(now + 5000)
    expect(told.refreshTokenExpiresAt).toBeUndefined()
  })

  it.each(['1e999', '9'.repeat(400), '31536000000000'])('survives an absurd lifetime: %.20s', async (absurd) => {
    const { expiresAt } = await tokenFrom(new Response(`{"access_token":"at","expires_in":${absurd}}`))
    expect(new Date(expiresAt ?? Number.NaN).getTime()).toBe(8.64e15)
  })

  it('reads the lifetime of the refresh token where the server tells it', async () => {
    const answer = json({ access_token: 'at', refresh_token: 'rt', refresh_token_expires_in: 120 })
    expect((await tokenFrom(answer)).refreshTokenExpiresAt).toBe(now + 120_000)
  })

  it('reads it under the name that Keycloak has for it, where 0 is no end', async () => {
    const told = json({ access_token: 'at', refresh_token: 'rt', refresh_expires_in: 1800 })
    expect((await tokenFrom(told)).refreshTokenExpiresAt).toBe(now + 1_800_000)
    const offline = await tokenFrom(json({ access_token: 'at', refresh_token: 'rt', refresh_expires_in: 0 }))
    expect(offline).not.toHaveProperty('refreshTokenExpiresAt')
    expect(offline.raw).toEqual({})
  })

  it.each(['Bearer', 'bearer', 'BEARER', 'bot', 'user', undefined, null])(
    'may say token_type %s',
    async (token_type) => {
      expect((await tokenFrom(json({ access_token: 'at', token_type }))).tokenType).toBe('Bearer')
    },
  )

  it.each(['mac', 'DPoP', 'xDPoP', 'DPoPx', 'N_A', 'robot', 'our-bot', '', 7, {}, 'bearer '])(
    'is refused with token_type %j',
    async (token_type) => {
      const error = await refusalOf(json({ access_token: 'at', token_type }))
      expect(error).toMatchObject({ code: 'invalid_response', message: expect.stringContaining('token_type') })
    },
  )

  it('tells scope granted and scope asked for apart', async () => {
    const whole = await tokenFrom(json({ access_token: 'at' }))
    expect(whole).toMatchObject({ scope: 'a b', requestedScope: 'a b' })
    const reduced = await tokenFrom(json({ access_token: 'at', scope: 'a' }))
    expect(reduced).toMatchObject({ scope: 'a', requestedScope: 'a b' })
    const nothing = await tokenFrom(json({ access_token: 'at', scope: '' }))
    expect(nothing).toMatchObject({ scope: '', requestedScope: 'a b' })
  })

  it('may list the scopes in an array', async () => {
    expect((await tokenFrom(json({ access_token: 'at', scope: ['a', 'c'] }))).scope).toBe('a c')
  })

  it.each([null, '', 7])('has no refresh token where it says %j', async (refresh_token) => {
    expect(await tokenFrom(json({ access_token: 'at', refresh_token }))).not.toHaveProperty('refreshToken')
  })

  it.each([['application/json;charset=UTF-8'], ['text/plain'], ['text/html'], ['application/octet-stream'], ['']])(
    'may come as %j',
    async (contentType) => {
      const answer = new Response(new TextEncoder().encode('{"access_token":"at"}'))
      if (contentType) answer.headers.set('content-type', contentType)
      expect((await tokenFrom(answer)).accessToken).toBe('at')
    },
  )

  it('may start with a byte order mark', async () => {
    expect((await tokenFrom(new Response('\ufeff{"access_token":"at"}'))).accessToken).toBe('at')
  })

  it('may be a form', async () => {
    const answer = new Response('access_token=a%2Bt&scope=x%20y&expires_in=60', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(await tokenFrom(answer)).toMatchObject({ accessToken: 'a+t', scope: 'x y', expiresAt: now + 60_000 })
  })

  it('reads a repeated key as JSON.parse does', async () => {
    expect((await tokenFrom(new Response('{"access_token":"a","access_token":"b"}'))).accessToken).toBe('b')
  })

  it('changes no prototype', async () => {
    const tricks = '"__proto__":{"polluted":1,"accessToken":"evil"},"constructor":{"prototype":{"polluted":1}}'
    const token = await tokenFrom(new Response(`{"access_token":"at",${tricks}}`))
    expect(token.accessToken).toBe('at')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.getPrototypeOf(token)).toBe(Object.prototype)
    expect(Object.getPrototypeOf(token.raw)).toBe(Object.prototype)
    expect((await refusalOf(new Response(`{"__proto__":{"access_token":"evil"}}`))).code).toBe('invalid_response')
  })

  it.each([
    ['HTML', '<html><body>Please log in</body></html>'],
    [
      'HTML with a link that looks like a form',
      '<a href="/in?next=1&access_token=at&token_type=bearer&x=1">Log in</a>',
    ],
    ['HTML with a link that looks like an error', '<a href="/in?next=1&error=login_required">Log in</a>'],
    ['half an answer with such a link', '{"uri":"/in?next=1&access_token=at&token_type=bearer&x='],
    ['nothing', ''],
    ['half an answer', '{"access_token":"a'],
    ['null', 'null'],
    ['an array', '[{"access_token":"at"}]'],
    ['a text', '"at"'],
    ['a number', '42'],
    ['no access token', '{"token_type":"Bearer"}'],
    ['an empty access token', '{"access_token":""}'],
    ['an access token that is no text', '{"access_token":{"v":1}}'],
    ['null for an access token', '{"access_token":null}'],
    ['a line break in the access token', '{"access_token":"a\\r\\nX-Evil: 1"}'],
    ['a NUL in the access token', '{"access_token":"a\\u0000"}'],
    ['a letter that no header can carry', '{"access_token":"é"}'],
  ])('is refused where it is %s', async (_, body) => {
    expect(await refusalOf(new Response(body))).toMatchObject({
      code: 'invalid_response',
      status: 200,
      delivery: 'ambiguous',
    })
  })

  it('is refused under an error status', async () => {
    expect(await refusalOf(json({ access_token: 'at' }, 400))).toMatchObject({
      code: 'invalid_response',
      status: 400,
      message: expect.stringContaining('a token comes with a 200'),
    })
  })
})

describe('an error response', () => {
  it.each([400, 401, 403, 404, 422, 500, 501, 599])('is read under a %i', async (status) => {
    const body = { error: 'invalid_grant', error_description: 'it is over', error_uri: 'https://as.test/e' }
    expect(await refusalOf(json(body, status))).toMatchObject({
      code: 'error_response',
      status,
      error: 'invalid_grant',
      errorDescription: 'it is over',
      errorUri: 'https://as.test/e',
      message: `the server answered ${status} invalid_grant: it is over`,
    })
  })

  it('is cut where it goes on and on', async () => {
    const error = await refusalOf(json({ error: 'invalid_grant', error_description: 'no '.repeat(100_000) }, 400))
    expect(error.message.length).toBeLessThan(600)
  })

  it('is read inside a 200', async () => {
    const error = await refusalOf(json({ error: 'bad_verification_code' }))
    expect(error).toMatchObject({ code: 'error_response', status: 200, error: 'bad_verification_code' })
    expect(error).not.toHaveProperty('delivery')
  })

  it.each(['application/problem+json', 'text/plain', 'text/html', 'application/json'])(
    'may come as %s',
    async (type) => {
      const answer = json({ error: 'invalid_client' }, 401, {
        'content-type': type,
        'www-authenticate': 'Basic realm="x"',
      })
      expect(await refusalOf(answer)).toMatchObject({ code: 'error_response', error: 'invalid_client' })
    },
  )

  it('may be a form', async () => {
    const answer = new Response('error=bad_code&error_description=too+late', { status: 200 })
    expect(await refusalOf(answer)).toMatchObject({ error: 'bad_code', errorDescription: 'too late' })
  })

  it('asks for no wait that is over already', async () => {
    const answer = json({ error: 'slow_down' }, 400, { 'retry-after': new Date(now - 60_000).toUTCString() })
    expect(await refusalOf(answer)).toMatchObject({ retryAfterMs: 0 })
  })

  it.each([
    [429, 'not_processed'],
    [500, 'ambiguous'],
    [400, undefined],
  ])('under a %i tells whether the request was processed: %s', async (status, delivery) => {
    const answers = [1, 2, 3].map(() => json({ error: 'server_error' }, status))
    const clock = fakeClock()
    const client = createClient({ server, clientId: 'id', fetch: scriptedServer(...answers).fetch, clock })
    const error = await failureOf(clock.run(client.refresh('rt')))
    expect((error as { delivery?: string }).delivery).toBe(delivery)
  })

  it.each([
    ['an HTML page', '<html><title>Bad Gateway</title></html>', 'text/html'],
    ['an object', '{"error":{"message":"no","code":190}}', 'application/json'],
    ['an empty text', '{"error":""}', 'application/json'],
    ['JSON without error', '{"message":"no"}', 'application/json'],
  ])('that is %s is no OAuth error, and says what came', async (_, body, type) => {
    const error = await refusalOf(new Response(body, { status: 400, headers: { 'content-type': type } }))
    expect(error).toMatchObject({ code: 'invalid_response', status: 400, contentType: type })
    expect((error as { excerpt?: string }).excerpt).toBeTruthy()
  })
})
