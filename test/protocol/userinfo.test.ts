import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'
import { visible } from '../fixtures/visible.js'

const server = { tokenEndpoint: 'https://as.test/token', userinfoEndpoint: 'https://as.test/userinfo' }

const setUp = (answer: Response = json({ sub: 'ada' })) => {
  const wire = scriptedServer(answer)
  return { wire, client: createClient({ server, clientId: 'id', clientSecret: 's', fetch: wire.fetch }) }
}

const asked = (answer: Response, options?: { readonly subject?: string }) =>
  setUp(answer).client.userinfo('the-access-token', options)

describe('userinfo', () => {
  it.each([
    ['a text', 'at'],
    ['a whole token', { accessToken: 'at', tokenType: 'Bearer', refreshToken: 'rt', raw: {} }],
  ])('is a GET with the token of %s in the header, and no client authentication', async (_, token) => {
    const { client, wire } = setUp()
    await client.userinfo(token)
    expect(wire.only()).toMatchObject({ url: 'https://as.test/userinfo', method: 'GET', body: '' })
    expect(Object.fromEntries(wire.only().headers)).toEqual({ accept: 'application/json', authorization: 'Bearer at' })
  })

  it('reads the standard claims (OpenID Connect Core §5.1), and keeps all the others', async () => {
    const said = {
      sub: 'ada',
      name: 'Ada Lovelace',
      given_name: 'Ada',
      family_name: 'Lovelace',
      middle_name: 'Augusta',
      nickname: 'A',
      preferred_username: 'ada1815',
      profile: 'https://a.test',
      picture: 'https://a.test/p',
      website: 'https://a.test/w',
      email: 'ada@a.test',
      email_verified: true,
      gender: 'female',
      birthdate: '1815-12-10',
      zoneinfo: 'Europe/London',
      locale: 'en-GB',
      phone_number: '+44 1',
      phone_number_verified: false,
      address: {
        formatted: '12 St James',
        street_address: 'St James 12',
        locality: 'London',
        region: 'L',
        postal_code: 'SW1',
        country: 'GB',
      },
      updated_at: 1893456000,
      'https://a.test/roles': ['admin'],
    }
    expect(await asked(json(said))).toEqual({
      subject: 'ada',
      name: 'Ada Lovelace',
      givenName: 'Ada',
      familyName: 'Lovelace',
      middleName: 'Augusta',
      nickname: 'A',
      preferredUsername: 'ada1815',
      profile: 'https://a.test',
      picture: 'https://a.test/p',
      website: 'https://a.test/w',
      email: 'ada@a.test',
      emailVerified: true,
      gender: 'female',
      birthdate: '1815-12-10',
      zoneinfo: 'Europe/London',
      locale: 'en-GB',
      phoneNumber: '+44 1',
      phoneNumberVerified: false,
      address: {
        formatted: '12 St James',
        streetAddress: 'St James 12',
        locality: 'London',
        region: 'L',
        postalCode: 'SW1',
        country: 'GB',
      },
      updatedAt: 1893456000_000,
      raw: said,
    })
  })

  it('reads flags that come as texts (Cognito), and a date in words (Auth0)', async () => {
    const said = {
      sub: 'a',
      email_verified: 'true',
      phone_number_verified: 'false',
      updated_at: '2030-01-01T00:00:00Z',
    }
    expect(await asked(json(said))).toMatchObject({
      emailVerified: true,
      phoneNumberVerified: false,
      updatedAt: 1893456000_000,
    })
  })

  it('leaves out what is of another type than the specification says', async () => {
    const phone = { phone_number_verified: 'constructor' }
    const said = {
      sub: 'a',
      name: 7,
      ...phone,
      email_verified: { toString: 1 },
      address: 'London',
      updated_at: 'soon',
      email: null,
    }
    expect(await asked(json(said))).toEqual({ subject: 'a', raw: said })
  })

  it('takes the claims of the subject of the ID token', async () => {
    expect((await asked(json({ sub: 'ada' }), { subject: 'ada' })).subject).toBe('ada')
  })

  it('refuses the claims of anybody else (OpenID Connect Core §5.3.2)', async () => {
    const failure = await failureOf(asked(json({ sub: 'eve', email: 'eve@evil.test' }), { subject: 'ada' }))
    expect(failure).toMatchObject({ code: 'invalid_response', status: 200 })
    expect(failure.message).toContain('sub is not the subject')
    expect(visible(failure)).not.toContain('eve')
  })

  it.each([
    ['no sub', {}],
    ['an empty sub', { sub: '' }],
    ['a number for sub', { sub: 1 }],
    ['a list', [{ sub: 'ada' }]],
  ])('takes an answer with %s for no answer', async (_, body) => {
    expect(await failureOf(asked(json(body)))).toMatchObject({ code: 'invalid_response', status: 200 })
  })

  it('says that a signed answer is not supported, and shows none of it', async () => {
    const jwt = `${btoa('{"alg":"RS256"}')}.${btoa('{"sub":"ada"}')}.signature-of-the-server`
    const headers = { 'content-type': 'application/jwt; charset=utf-8' }
    const failure = await failureOf(asked(new Response(jwt, { headers })))
    expect(failure).toMatchObject({ code: 'invalid_response', contentType: headers['content-type'] })
    expect(failure.message).toContain('signed or encrypted')
    expect(visible(failure)).not.toContain(jwt.slice(0, 20))
  })

  it('has the error of the challenge where the body says nothing (RFC 6750 §3)', async () => {
    const challenge = 'Bearer realm="as", error="invalid_token", error_description="the-access-token has expired"'
    const refused = new Response('', { status: 401, headers: { 'www-authenticate': challenge } })
    expect(await failureOf(asked(refused))).toMatchObject({
      code: 'error_response',
      status: 401,
      error: 'invalid_token',
      errorDescription: '*** has expired',
    })
  })

  it('has the error of the body where there is one', async () => {
    const refused = json({ error: 'insufficient_scope' }, 403, { 'www-authenticate': 'Bearer error="invalid_token"' })
    expect(await failureOf(asked(refused))).toMatchObject({ code: 'error_response', error: 'insufficient_scope' })
  })

  it('does not go where a redirect leads, with its token', async () => {
    const wire = scriptedServer(new Response(null, { status: 302, headers: { location: 'https://evil.test/' } }))
    const client = createClient({ server, clientId: 'id', fetch: wire.fetch })
    expect(await failureOf(client.userinfo('at'))).toMatchObject({ code: 'redirect_refused', status: 302 })
    expect(wire.sent).toHaveLength(1)
  })

  it('is tried again after a 503, since it changes nothing', async () => {
    const wire = scriptedServer(
      new Response('', { status: 503, headers: { 'retry-after': '0' } }),
      json({ sub: 'ada' }),
    )
    const clock = { now: () => 0, sleep: (ms: number) => new Promise<void>((done) => ms < 5000 && done()) }
    const client = createClient({ server, clientId: 'id', fetch: wire.fetch, clock })
    expect((await client.userinfo('at')).subject).toBe('ada')
    expect(wire.sent).toHaveLength(2)
  })

  it('is left by a caller who wants no more of it', async () => {
    let stopped: AbortSignal | null | undefined
    const fetch: typeof globalThis.fetch = (_, init) => {
      stopped = init?.signal
      return new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)))
    }
    const leave = new AbortController()
    const client = createClient({ server, clientId: 'id', fetch })
    const left = expect(client.userinfo('at', { signal: leave.signal })).rejects.toThrow('enough')
    await expect.poll(() => stopped).toBeDefined()
    leave.abort(new Error('enough'))
    await left
    expect(stopped?.aborted).toBe(true)
  })

  it('sends nothing without a token that can be sent, or to no endpoint, or in the clear', async () => {
    const { client, wire } = setUp()
    for (const unusable of [
      '',
      'a\nb',
      { accessToken: '', tokenType: 'Bearer' },
      { accessToken: 'at', tokenType: 'N_A' },
      { accessToken: 'at', tokenType: 'no bearer' },
      { accessToken: 'at', tokenType: 'bearer of news' },
      undefined,
      null,
    ]) {
      expect((await failureOf(client.userinfo(unusable as string))).code).toBe('invalid_argument')
    }
    expect((await failureOf(client.userinfo('at', { subject: '' }))).code).toBe('invalid_argument')
    const at = (facts: object) =>
      createClient({ server: { tokenEndpoint: server.tokenEndpoint, ...facts }, clientId: 'id', fetch: wire.fetch })
    expect((await failureOf(at({}).userinfo('at'))).code).toBe('unsupported')
    expect((await failureOf(at({ userinfoEndpoint: 'http://as.test/u' }).userinfo('at'))).code).toBe('insecure_url')
    expect(wire.sent).toHaveLength(0)
  })
})
