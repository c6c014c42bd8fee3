import { describe, expect, it } from 'vitest'
import { type AuthorizationServer, type ClientOptions, createClient, OAuthError } from '../../src/index.js'
import { idTokenValidator } from '../../src/jwt/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'
import { visible } from '../fixtures/visible.js'

const server: AuthorizationServer = {
  tokenEndpoint: 'https://as.test/token',
  deviceAuthorizationEndpoint: 'https://as.test/device_authorization',
}
const now = Date.UTC(2030, 0, 1)
const begun = {
  device_code: 'the-device-code',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://as.test/device',
  verification_uri_complete: 'https://as.test/device?user_code=WDJB-MJHT',
  expires_in: 60,
  interval: 3,
}
const granted = { access_token: 'at', refresh_token: 'rt', expires_in: 60 }
const refused = (error: string, status = 400, headers = {}) => json({ error }, status, headers)
const pending = () => refused('authorization_pending')
const lost = () => {
  throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })
}
const closed = () => {
  throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } })
}

type Script = Parameters<typeof scriptedServer>

const setUp = (options: Partial<ClientOptions>, ...script: Script) => {
  const clock = fakeClock(now)
  const wire = scriptedServer(...script)
  /** Seconds after the start at which each request was sent. */
  const sentAt: number[] = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    sentAt.push((clock.now() - now) / 1000)
    return wire.fetch(input, init)
  }
  return { client: createClient({ server, clientId: 'tv', clock, ...options, fetch }), clock, wire, sentAt }
}

const start = async (...script: Script) => {
  const parts = setUp({}, json(begun), ...script)
  return { ...parts, device: await parts.client.deviceAuthorization() }
}

describe('a device authorization request', () => {
  it('of a public client carries client_id and scope (RFC 8628 §3.1)', async () => {
    const { client, wire } = setUp({}, json(begun))
    await client.deviceAuthorization({ scope: ['read', 'write'] })
    expect(wire.only()).toMatchObject({
      url: 'https://as.test/device_authorization',
      method: 'POST',
      body: 'scope=read+write&client_id=tv',
    })
  })

  it('of a confidential client is authenticated', async () => {
    const { client, wire } = setUp({ clientSecret: 's3cret' }, json(begun))
    await client.deviceAuthorization()
    expect(wire.only().headers.get('authorization')).toBe(`Basic ${btoa('tv:s3cret')}`)
    expect(wire.only().body).toBe('')
  })

  it('carries resource, authorization_details and vendor extras, and parts scopes as the server wants it', async () => {
    const { client, wire } = setUp({ server: { ...server, scopeSeparator: ',' } }, json(begun))
    await client.deviceAuthorization({
      scope: 'a b',
      resource: 'https://api.test',
      authorizationDetails: [{ type: 'account' }],
      parameters: { audience: 'x' },
    })
    expect(Object.fromEntries(wire.only().form)).toEqual({
      audience: 'x',
      scope: 'a,b',
      resource: 'https://api.test',
      authorization_details: '[{"type":"account"}]',
      client_id: 'tv',
    })
  })

  it.each([
    [
      'to a server that has no such endpoint',
      { server: { tokenEndpoint: 'https://as.test/token' } },
      {},
      'unsupported',
    ],
    ['with a parameter that the SDK sets', {}, { parameters: { scope: 'x' } }, 'invalid_argument'],
    ['with a resource that is no URI', {}, { resource: 'api' }, 'invalid_argument'],
  ])('%s is not sent', async (_, options, asked, code) => {
    const { client, wire } = setUp(options)
    expect(await failureOf(client.deviceAuthorization(asked))).toMatchObject({ code })
    expect(wire.sent).toHaveLength(0)
  })
})

describe('a device authorization response', () => {
  const from = async (answer: object, status = 200) => setUp({}, json(answer, status)).client.deviceAuthorization()

  it('is what the user is shown, and shows no device code', async () => {
    const device = await from(begun)
    expect(device).toMatchObject({
      userCode: 'WDJB-MJHT',
      verificationUri: 'https://as.test/device',
      verificationUriComplete: 'https://as.test/device?user_code=WDJB-MJHT',
      expiresIn: 60,
      interval: 3,
    })
    expect(visible(device)).not.toContain('the-device-code')
  })

  it('without an interval is polled every 5 seconds (RFC 8628 §3.2)', async () => {
    const { interval, verification_uri_complete, ...rest } = begun
    const device = await from(rest)
    expect(device.interval).toBe(5)
    expect('verificationUriComplete' in device).toBe(false)
  })

  it.each([
    ['digits in strings', '30', '2', 30, 2],
    ['nothing', undefined, undefined, 900, 5],
    ['null', null, null, 900, 5],
    ['zero', 0, 0, 900, 5],
    ['less than zero', -1, -1, 900, 5],
    ['words', 'soon', 'often', 900, 5],
    ['more than a number can hold', '1e999', '1e999', 900, 5],
  ])('may have %s for its times', async (_, expires_in, interval, expiresIn, every) => {
    expect(await from({ ...begun, expires_in, interval })).toMatchObject({ expiresIn, interval: every })
  })

  it('may have verification_url, as Google sends it', async () => {
    const { verification_uri, ...rest } = begun
    const device = await from({ ...rest, verification_url: 'https://www.google.com/device' })
    expect(device.verificationUri).toBe('https://www.google.com/device')
  })

  it.each(['device_code', 'user_code', 'verification_uri'])('is refused without %s', async (name) => {
    const failure = await failureOf(from({ ...begun, [name]: undefined }))
    expect(failure).toMatchObject({ code: 'invalid_response', message: expect.stringContaining(name) })
    expect(visible(failure)).not.toContain('the-device-code')
  })

  it.each([[null], ['text'], [7], [[begun]]])('is refused where it is %j', async (body) => {
    expect(await failureOf(from(body as object))).toMatchObject({ code: 'invalid_response' })
  })

  it('may be an error', async () => {
    const failure = await failureOf(from({ error: 'unauthorized_client' }, 400))
    expect(failure).toMatchObject({ code: 'error_response', error: 'unauthorized_client', status: 400 })
  })
})

describe('polling', () => {
  it('waits for the interval, sends the device code, and gives a token (RFC 8628 §3.4)', async () => {
    const { clock, wire, sentAt, device } = await start(pending, pending, json(granted))
    const token = await clock.run(device.token())
    expect(token).toMatchObject({ accessToken: 'at', refreshToken: 'rt', expiresAt: now + 9000 + 60_000 })
    expect(sentAt).toEqual([0, 3, 6, 9])
    expect(wire.sent[1]).toMatchObject({
      url: 'https://as.test/token',
      body: 'grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=the-device-code&client_id=tv',
    })
  })

  it('knows the scope that was asked for', async () => {
    const { client, clock } = setUp({}, json(begun), json({ access_token: 'at', scope: 'a' }))
    const device = await client.deviceAuthorization({ scope: 'a b' })
    expect(await clock.run(device.token())).toMatchObject({ scope: 'a', requestedScope: 'a b' })
  })

  it('has what an ID token is judged by at hand before it asks, because the code works once', async () => {
    const order: string[] = []
    const idToken = {
      prepare: async () => {
        order.push('prepare')
        if (order.length === 1) throw new OAuthError('connection_lost', 'no keys', { delivery: 'ambiguous' })
      },
      validate: async () => {
        order.push('validate')
        return { iss: 'https://as.test', sub: 'ada', aud: 'tv', exp: 0, iat: 0 }
      },
    }
    const { client, clock, sentAt } = setUp({ idToken }, json(begun), json({ ...granted, id_token: 'a.b.c' }))
    const device = await client.deviceAuthorization({ scope: 'openid read' })
    expect((await clock.run(device.token())).idTokenClaims?.sub).toBe('ada')
    expect(order).toEqual(['prepare', 'prepare', 'validate'])
    expect(sentAt).toEqual([0, 9])
  })

  it.each<[string, Script[number], number[]]>([
    ['a lost connection', lost, [0, 3, 9, 9]],
    ['a 503', json({}, 503), [0, 3, 9, 9]],
    ['a 503 with an error in words of its own', refused('Service Unavailable', 503), [0, 3, 9, 9]],
    ['a 429 that says how long', json({}, 429, { 'retry-after': '20' }), [0, 3, 23, 23]],
  ])('waits out %s where the keys of the server are, too', async (_, trouble, sent) => {
    const known = { ...server, issuer: 'https://as.test', jwksUri: 'https://as.test/jwks' }
    const script: Script = [json(begun), trouble, json({ keys: [] }), json(granted)]
    const { client, clock, sentAt, wire } = setUp({ server: known, idToken: idTokenValidator() }, ...script)
    const device = await client.deviceAuthorization({ scope: 'openid' })
    expect(await clock.run(device.token())).toMatchObject({ accessToken: 'at' })
    expect(sentAt).toEqual(sent)
    expect(wire.sent.map(({ url }) => new URL(url).pathname)).toEqual([
      '/device_authorization',
      '/jwks',
      '/jwks',
      '/token',
    ])
  })

  it('fails at once where the keys of the server are not to be had at all', async () => {
    const known = { ...server, issuer: 'https://as.test', jwksUri: 'https://as.test/jwks' }
    const { client, clock, sentAt } = setUp({ server: known, idToken: idTokenValidator() }, json(begun), json({}, 404))
    const device = await client.deviceAuthorization({ scope: 'openid' })
    expect(await failureOf(clock.run(device.token()))).toMatchObject({ code: 'invalid_id_token' })
    expect(sentAt).toEqual([0, 3])
  })

  it('expects no ID token for a scope that has openid inside of a word', async () => {
    const known = { ...server, issuer: 'https://as.test', jwksUri: 'https://as.test/jwks' }
    const { client, clock } = setUp({ server: known, idToken: idTokenValidator() }, json(begun), json(granted))
    const device = await client.deviceAuthorization({ scope: 'https://api.test/openid-things' })
    expect((await clock.run(device.token())).accessToken).toBe('at')
  })

  it('counts the interval from the answer, so that a slow server is not asked too soon', async () => {
    const late = () => {
      clock.set(clock.now() + 2000)
      return pending()
    }
    const { clock, sentAt, device } = await start(late, json(granted))
    await clock.run(device.token())
    expect(sentAt).toEqual([0, 3, 8])
  })

  it('waits 5 seconds more after slow_down, for good (RFC 8628 §3.5)', async () => {
    const slow = () => refused('slow_down')
    const { clock, sentAt, device } = await start(slow, pending, slow, pending, json(granted))
    await clock.run(device.token())
    expect(sentAt).toEqual([0, 3, 11, 19, 32, 45])
  })

  it('waits longer still where the server goes on saying it, until it says something else', async () => {
    const slow = () => refused('slow_down')
    const { clock, sentAt, device } = await start(slow, slow, pending, json(granted))
    await clock.run(device.token())
    expect(sentAt).toEqual([0, 3, 11, 29, 42])
  })

  it.each([200, 403, 428])('reads the errors of the RFC under a %i', async (status) => {
    const { clock, sentAt, device } = await start(() => refused('authorization_pending', status), json(granted))
    await clock.run(device.token())
    expect(sentAt).toEqual([0, 3, 6])
  })

  it.each([
    ['a connection that is lost', lost],
    ['one that is refused', closed],
    ['a 503 with a page', () => new Response('<p>down</p>', { status: 503 })],
    ['temporarily_unavailable', () => refused('temporarily_unavailable', 503)],
    ['500 with an error that no RFC knows', () => refused('unknown_error', 500)],
    ['502 with an error that only sounds like one', () => refused('upstream_invalid_response', 502)],
    ['503 with an error in words of its own', () => json({ status: 503, error: 'Service Unavailable' }, 503)],
  ])('doubles the wait with each %s, and takes it back when there is an answer', async (_, trouble) => {
    const { clock, sentAt, device } = await start(trouble, trouble, pending, json(granted))
    await clock.run(device.token())
    expect(sentAt).toEqual([0, 3, 9, 21, 24])
  })

  it('doubles the wait with each time-out, but to no more than a minute (RFC 8628 §3.5)', async () => {
    const hang = () => new Promise<Response>(() => {})
    const patient = json({ ...begun, expires_in: 900, interval: 20 })
    const { client, clock, sentAt } = setUp({ timeoutMs: 1000 }, patient, hang, hang, hang, json(granted))
    const device = await client.deviceAuthorization()
    await clock.run(device.token())
    expect(sentAt).toEqual([0, 20, 61, 122, 183])
  })

  it('waits as long as Retry-After says', async () => {
    const busy = () => new Response(null, { status: 429, headers: { 'retry-after': '20' } })
    const slow = () => refused('slow_down', 429, { 'retry-after': '1' })
    const { clock, sentAt, device } = await start(busy, slow, json(granted))
    await clock.run(device.token())
    expect(sentAt).toEqual([0, 3, 23, 31])
  })

  it.each([429, 503])(
    'ends at once with a %i whose Retry-After outlasts the codes: the user need not wait for it',
    async (status) => {
      const { clock, sentAt, device } = await start(
        () => new Response(null, { status, headers: { 'retry-after': '3600' } }),
      )
      const failure = await failureOf(clock.run(device.token()))
      expect(failure).toMatchObject({ code: 'invalid_response', status, retryAfterMs: 3_600_000 })
      expect(sentAt).toEqual([0, 3])
      expect(clock.now()).toBe(now + 3000)
    },
  )

  it.each(['access_denied', 'expired_token', 'invalid_grant', 'invalid_client'])('ends with %s', async (error) => {
    const { clock, wire, device } = await start(pending, refused(error))
    expect(await failureOf(clock.run(device.token()))).toMatchObject({ code: 'error_response', error, status: 400 })
    expect(wire.sent).toHaveLength(3)
    // Nobody is asked again.
    expect(await failureOf(device.token())).toMatchObject({ code: 'error_response', error })
    expect(wire.sent).toHaveLength(3)
  })

  it.each([
    ['a page under a 200', () => new Response('<p>hello</p>')],
    ['a 404', () => new Response('nothing', { status: 404 })],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.test' } })],
    ['server_error under a 400', () => refused('server_error')],
    ['invalid_client under a 500', () => refused('invalid_client', 500)],
    ['unauthorized_client under a 500', () => refused('unauthorized_client', 500)],
    ['access_denied under a 500', () => refused('access_denied', 500)],
  ])('ends with %s', async (_, answer) => {
    const { clock, wire, device } = await start(answer)
    await failureOf(clock.run(device.token()))
    expect(wire.sent).toHaveLength(2)
  })

  it('shows no device code in a failure that echoes it', async () => {
    const { clock, device } = await start(({ body }) => json({ error: 'invalid_grant', error_description: body }, 400))
    expect(visible(await failureOf(clock.run(device.token())))).not.toContain('the-device-code')
  })
})

describe('the end of the time that the user has', () => {
  const expired = { code: 'error_response', error: 'expired_token', status: 0 }

  it('is told by the own clock, counted from the moment the request was sent', async () => {
    const { client, clock, sentAt } = setUp(
      {},
      () => {
        clock.set(now + 2000)
        return json({ ...begun, expires_in: 10 })
      },
      pending,
      pending,
    )
    const device = await client.deviceAuthorization()
    expect(await failureOf(clock.run(device.token()))).toMatchObject(expired)
    expect(sentAt).toEqual([0, 5, 8])
    expect(clock.now()).toBe(now + 10_000)
    expect(await failureOf(device.token())).toMatchObject(expired)
  })

  it('is noticed by a machine that slept through it', async () => {
    const { clock, sentAt, device } = await start()
    const waiting = failureOf(device.token())
    clock.set(now + 3_600_000)
    expect(await clock.run(waiting)).toMatchObject(expired)
    expect(sentAt).toEqual([0])
  })

  it('comes without a request where nobody asked until then', async () => {
    const { clock, sentAt, device } = await start()
    clock.set(now + 60_000)
    expect(await failureOf(clock.run(device.token()))).toMatchObject(expired)
    expect(sentAt).toEqual([0])
  })
})

describe('those who wait', () => {
  it('share one polling, and get one token', async () => {
    const { clock, sentAt, device } = await start(pending, json(granted))
    const [first, second] = await clock.run(Promise.all([device.token(), device.token()]))
    expect(second).toBe(first)
    expect(sentAt).toEqual([0, 3, 6])
    expect(await device.token()).toBe(first)
  })

  it('each get a failure with a stack of its own', async () => {
    const { clock, device } = await start(refused('access_denied'))
    const failures = Promise.all([failureOf(device.token()), failureOf(device.token())])
    const [first, second] = (await clock.run(failures)) as [OAuthError, OAuthError]
    expect(second).not.toBe(first)
    expect(second.message).toBe(first.message)
  })

  it('leave at once when they abort, and the others go on', async () => {
    const { clock, sentAt, device } = await start(pending, json(granted))
    const leaving = new AbortController()
    const left = device.token({ signal: leaving.signal })
    const stays = device.token()
    leaving.abort(new Error('enough'))
    await expect(left).rejects.toThrow('enough')
    expect(await clock.run(stays)).toMatchObject({ accessToken: 'at' })
    expect(sentAt).toEqual([0, 3, 6])
  })

  it('stop the polling with the last of them; a later one goes on after the interval', async () => {
    const { clock, sentAt, device } = await start(json(granted))
    const leaving = new AbortController()
    const left = device.token({ signal: leaving.signal })
    await clock.pass(1000)
    leaving.abort(new Error('enough'))
    await expect(left).rejects.toThrow('enough')
    await clock.pass(10_000)
    expect(clock.sleeping()).toBe(0)
    expect(sentAt).toEqual([0])
    expect(await clock.run(device.token())).toMatchObject({ accessToken: 'at' })
    expect(sentAt).toEqual([0, 14])
  })

  it.each<[string, () => Response, number, number[]]>([
    ['the interval that slow_down has made longer', () => refused('slow_down'), 25, [0, 3, 11, 39]],
    ['what is left of Retry-After', () => json({}, 429, { 'retry-after': '18' }), 25, [0, 3, 21, 39]],
    ['what is left of a backoff', () => json({}, 503), 15, [0, 3, 9, 21]],
  ])('leave %s to a later one', async (_, answer, leftAt, sent) => {
    const { clock, sentAt, device } = await start(answer, answer, json(granted))
    const leaving = new AbortController()
    const left = device.token({ signal: leaving.signal })
    await clock.pass(leftAt * 1000)
    leaving.abort(new Error('enough'))
    await expect(left).rejects.toThrow('enough')
    await clock.pass(1000)
    expect(await clock.run(device.token())).toMatchObject({ accessToken: 'at' })
    expect(sentAt).toEqual(sent)
  })

  it('lose no token that is there when one of them aborts', async () => {
    const { clock, sentAt, device } = await start(json(granted))
    const first = await clock.run(device.token())
    const leaving = new AbortController()
    const left = device.token({ signal: leaving.signal })
    leaving.abort(new Error('enough'))
    await expect(left).rejects.toThrow('enough')
    expect(await device.token()).toBe(first)
    expect(sentAt).toEqual([0, 3])
  })

  it('abort a request that is on its way', async () => {
    let gone: AbortSignal | undefined
    const { clock, device } = await start((_, signal) => {
      gone = signal
      return new Promise(() => {})
    })
    const leaving = new AbortController()
    const left = device.token({ signal: leaving.signal })
    await clock.next()
    expect(gone?.aborted).toBe(false)
    leaving.abort(new Error('enough'))
    await expect(left).rejects.toThrow('enough')
    expect(gone?.aborted).toBe(true)
  })

  it('send nothing where they have aborted before', async () => {
    const { clock, sentAt, device } = await start()
    await expect(device.token({ signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow('never')
    expect(clock.sleeping()).toBe(0)
    expect(sentAt).toEqual([0])
  })
})
