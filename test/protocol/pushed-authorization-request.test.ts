import { describe, expect, it } from 'vitest'
import { type AuthorizationServer, type ClientOptions, createClient } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { inspected } from '../fixtures/inspected.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'

const server: AuthorizationServer = {
  authorizationEndpoint: 'https://as.test/authorize?tenant=a%20b',
  tokenEndpoint: 'https://as.test/token',
  pushedAuthorizationRequestEndpoint: 'https://as.test/par',
}
const now = Date.UTC(2030, 0, 1)
const redirectUri = 'https://app.test/callback?from=as'
const requestUri = 'urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c'

const setUp = (
  answer: Response = json({ request_uri: requestUri, expires_in: 60 }, 201),
  facts: Partial<AuthorizationServer> = {},
  options: Partial<ClientOptions> = { clientSecret: 's' },
) => {
  const wire = scriptedServer(answer)
  const client = createClient({
    server: { ...server, ...facts },
    clientId: 'web app',
    fetch: wire.fetch,
    clock: fakeClock(now),
    ...options,
  })
  return { wire, client }
}

describe('a pushed authorization request', () => {
  it('sends every parameter straight to the server, as a client that authenticates (RFC 9126 §2.1)', async () => {
    const { client, wire } = setUp()
    const request = await client.authorizationRequest({
      redirectUri,
      scope: 'openid read',
      resource: ['https://a.test', 'https://b.test'],
      authorizationDetails: [{ type: 'payment' }],
      parameters: { login_hint: 'ann+x@app.test' },
      pushed: true,
    })
    const { url, method, headers, form } = wire.only()
    expect([url, method, headers.get('authorization')]).toEqual([
      'https://as.test/par',
      'POST',
      `Basic ${btoa('web%20app:s')}`,
    ])
    expect([...form].sort()).toEqual(
      [
        ['response_type', 'code'],
        ['client_id', 'web app'],
        ['redirect_uri', redirectUri],
        ['scope', 'openid read'],
        ['state', request.state],
        ['nonce', request.nonce],
        ['code_challenge', form.get('code_challenge')],
        ['code_challenge_method', 'S256'],
        ['resource', 'https://a.test'],
        ['resource', 'https://b.test'],
        ['authorization_details', '[{"type":"payment"}]'],
        ['login_hint', 'ann+x@app.test'],
      ].sort(),
    )
  })

  it('leaves nothing in the URL but the client and a reference (RFC 9126 §4)', async () => {
    const { url } = await setUp().client.authorizationRequest({ redirectUri, scope: 'read', pushed: true })
    const { origin, pathname, searchParams } = new URL(url)
    expect(`${origin}${pathname}`).toBe('https://as.test/authorize')
    expect([...searchParams]).toEqual([
      ['tenant', 'a b'],
      ['client_id', 'web app'],
      ['request_uri', requestUri],
    ])
  })

  it('knows until when its URL works, and is plain JSON that prints no secret', async () => {
    const request = await setUp().client.authorizationRequest({ redirectUri, pushed: true })
    expect(request.expiresAt).toBe(now + 60_000)
    expect(JSON.parse(JSON.stringify(request))).toStrictEqual({ ...request })
    const printed = inspected(request, { showHidden: true })
    for (const secret of [request.state, `${request.codeVerifier}`]) expect(printed).not.toContain(secret)
  })

  it('ends in a code exchange as any other does', async () => {
    const { client, wire } = setUp()
    const request = await client.authorizationRequest({ redirectUri, pushed: true })
    const next = scriptedServer(json({ access_token: 'at' }))
    const later = createClient({ server, clientId: 'web app', clientSecret: 's', fetch: next.fetch })
    await later.exchangeCode(`?code=c&state=${request.state}`, JSON.parse(JSON.stringify(request)))
    expect(next.only().form.get('code_verifier')).toBe(request.codeVerifier)
    expect(wire.only().body).not.toContain(`${request.codeVerifier}`)
  })

  it('of a public client says who it is', async () => {
    const { client, wire } = setUp(undefined, {}, {})
    await client.authorizationRequest({ redirectUri, pushed: true })
    expect(wire.only().headers.has('authorization')).toBe(false)
    expect(wire.only().form.getAll('client_id')).toEqual(['web app'])
  })

  it('carries no secret beside it in the form but where the method wants it there', async () => {
    const { client, wire } = setUp(undefined, {}, { clientSecret: 's', clientAuthentication: 'client_secret_post' })
    const { url } = await client.authorizationRequest({ redirectUri, pushed: true })
    expect(wire.only().form.getAll('client_secret')).toEqual(['s'])
    expect(new URL(url).searchParams.has('client_secret')).toBe(false)
  })

  it.each([['request_uri'], ['client_secret'], ['client_assertion'], ['client_assertion_type']])(
    'refuses a parameter %s, before anything is sent (RFC 9126 §2.1)',
    async (name) => {
      const { client, wire } = setUp()
      const asked = client.authorizationRequest({ redirectUri, pushed: true, parameters: { [name]: 'x' } })
      expect(await failureOf(asked)).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining(name) })
      expect(wire.sent).toHaveLength(0)
    },
  )
})

describe('whether a request is pushed', () => {
  const isPushed = async (facts: Partial<AuthorizationServer>, pushed?: boolean) => {
    const { client, wire } = setUp(undefined, facts)
    await client.authorizationRequest({ redirectUri, ...(pushed !== undefined && { pushed }) })
    return wire.sent.length === 1
  }

  it('is not unless it is asked for', async () => {
    expect(await isPushed({})).toBe(false)
    expect(await isPushed({}, true)).toBe(true)
  })

  it('is where the server requires it (RFC 9126 §5), unless it is told not to', async () => {
    expect(await isPushed({ requirePushedAuthorizationRequests: true })).toBe(true)
    expect(await isPushed({ requirePushedAuthorizationRequests: true }, false)).toBe(false)
  })

  it('is unsupported where the server has no endpoint for it', async () => {
    const { pushedAuthorizationRequestEndpoint, ...without } = server
    const client = createClient({ server: without, clientId: 'web' })
    const asked = client.authorizationRequest({ redirectUri, pushed: true })
    expect(await failureOf(asked)).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('pushedAuthorizationRequestEndpoint'),
    })
  })
})

describe('a push that fails', () => {
  const failed = (answer: Response) =>
    failureOf(setUp(answer).client.authorizationRequest({ redirectUri, scope: 'x', pushed: true }))

  it('says what the server said (RFC 9126 §2.3)', async () => {
    const body = { error: 'invalid_request', error_description: 'The redirect_uri is not valid' }
    expect(await failed(json(body, 400))).toMatchObject({
      code: 'error_response',
      status: 400,
      ...{ error: body.error },
    })
  })

  it('says so of one that is too large', async () => {
    expect(await failed(json({}, 413))).toMatchObject({ code: 'invalid_response', status: 413 })
  })

  it('says when to come again, of a server that has had too many', async () => {
    const answer = json({ error: 'slow_down' }, 429, { 'retry-after': '120' })
    expect(await failed(answer)).toMatchObject({ status: 429, retryAfterMs: 120_000, delivery: 'not_processed' })
  })

  it.each([
    ['a status that is not 201', json({ request_uri: requestUri, expires_in: 60 }, 200)],
    ['no request_uri', json({ expires_in: 60 }, 201)],
    ['an empty request_uri', json({ request_uri: '', expires_in: 60 }, 201)],
    ['a page', new Response('<p>hello', { status: 201 })],
  ])('finds %s no answer', async (_, answer) => {
    expect((await failed(answer)).code).toBe('invalid_response')
  })

  it('shows nothing of what was sent', async () => {
    const wire = scriptedServer(({ form }) =>
      json({ error: 'invalid_request', error_description: `${form.get('state')} ${form.get('code_challenge')}` }, 400),
    )
    const client = createClient({ server, clientId: 'web', clientSecret: 's', fetch: wire.fetch })
    const error = await failureOf(client.authorizationRequest({ redirectUri, pushed: true }))
    expect(error).toMatchObject({ errorDescription: '*** ***' })
  })

  it('is left with the reason of an aborted signal', async () => {
    const signal = AbortSignal.abort(new Error('gone'))
    const { client, wire } = setUp()
    await expect(client.authorizationRequest({ redirectUri, pushed: true, signal })).rejects.toThrow('gone')
    expect(wire.sent).toHaveLength(0)
  })
})

it('an answer that says no lifetime leaves it unknown', async () => {
  const { client } = setUp(json({ request_uri: requestUri }, 201))
  expect(await client.authorizationRequest({ redirectUri, pushed: true })).not.toHaveProperty('expiresAt')
})
