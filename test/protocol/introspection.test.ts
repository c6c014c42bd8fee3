import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'

const server = { tokenEndpoint: 'https://as.test/token', introspectionEndpoint: 'https://as.test/introspect' }

const setUp = (answer: Response = json({ active: false })) => {
  const wire = scriptedServer(answer)
  return { wire, client: createClient({ server, clientId: 'id', clientSecret: 'the-secret', fetch: wire.fetch }) }
}

const asked = async (answer: Response) => setUp(answer).client.introspect('the-access-token')

describe('introspection', () => {
  it('posts the token with the client authentication, and nothing else', async () => {
    const { client, wire } = setUp()
    await client.introspect('the-access-token')
    expect(wire.only()).toMatchObject({
      url: 'https://as.test/introspect',
      method: 'POST',
      body: 'token=the-access-token',
    })
    expect(wire.only().headers.get('authorization')).toBe(`Basic ${btoa('id:the-secret')}`)
    expect(wire.only().headers.get('accept')).toBe('application/json')
  })

  it('passes a hint and vendor parameters on', async () => {
    const { client, wire } = setUp()
    await client.introspect('rt', { hint: 'refresh_token', parameters: { realm: 'a' } })
    expect(Object.fromEntries(wire.only().form)).toEqual({
      token: 'rt',
      token_type_hint: 'refresh_token',
      realm: 'a',
    })
  })

  it('takes the access token of a whole token, or the refresh token if the hint says so', async () => {
    const whole = { accessToken: 'at', refreshToken: 'rt' }
    const access = setUp()
    await access.client.introspect(whole)
    expect(access.wire.only().body).toBe('token=at&token_type_hint=access_token')
    const refresh = setUp()
    await refresh.client.introspect(whole, { hint: 'refresh_token' })
    expect(refresh.wire.only().body).toBe('token=rt&token_type_hint=refresh_token')
  })

  it('reads all that RFC 7662 §2.2 names, with moments in milliseconds', async () => {
    const said = {
      active: true,
      scope: 'a b',
      client_id: 'web',
      username: 'ada',
      token_type: 'Bearer',
      exp: 1893456000,
      iat: 1893452400,
      nbf: 1893452401,
      sub: 'user-1',
      aud: ['https://api.test', 'https://other.test'],
      iss: 'https://as.test',
      jti: 'j1',
      tenant: 7,
    }
    expect(await asked(json(said))).toEqual({
      active: true,
      scope: 'a b',
      clientId: 'web',
      username: 'ada',
      tokenType: 'Bearer',
      expiresAt: 1893456000_000,
      issuedAt: 1893452400_000,
      notBefore: 1893452401_000,
      subject: 'user-1',
      audience: ['https://api.test', 'https://other.test'],
      issuer: 'https://as.test',
      jwtId: 'j1',
      raw: said,
    })
  })

  it('takes an audience that is null, or no text, for none', async () => {
    for (const aud of [null, 7, '', {}]) {
      expect(await asked(json({ active: true, aud }))).not.toHaveProperty('audience')
    }
  })

  it('makes a list of the one audience that there is', async () => {
    expect((await asked(json({ active: true, aud: 'https://api.test' }))).audience).toEqual(['https://api.test'])
  })

  it('says nothing of a token that is not active but that it is not', async () => {
    expect(await asked(json({ active: false }))).toEqual({ active: false, raw: { active: false } })
  })

  it.each([
    ['no active', {}],
    ['a text for active', { active: 'true' }],
    ['null for active', { active: null }],
    ['a list', []],
  ])('takes an answer with %s for no answer', async (_, body) => {
    expect(await failureOf(asked(json(body)))).toMatchObject({ code: 'invalid_response', status: 200 })
  })

  it('does not take a success under another status for one', async () => {
    expect(await failureOf(asked(json({ active: true }, 404)))).toMatchObject({ code: 'invalid_response', status: 404 })
  })

  it.each([
    [401, 'invalid_client'],
    [403, 'access_denied'],
    [200, 'invalid_request'],
  ])('is told the error of the server under a %i', async (status, error) => {
    expect(await failureOf(asked(json({ error }, status)))).toMatchObject({ code: 'error_response', status, error })
  })

  it('says that a signed answer (RFC 9701) is not supported, and shows none of it', async () => {
    const contentType = 'application/token-introspection+jwt'
    const jwt = `${btoa('{"alg":"RS256"}')}.${btoa('{"token_introspection":{"active":true}}')}.signature-of-the-server`
    const failure = await failureOf(asked(new Response(jwt, { headers: { 'content-type': contentType } })))
    expect(failure).toMatchObject({ code: 'invalid_response', contentType })
    expect(failure.message).toContain('RFC 9701')
    expect(JSON.stringify(failure)).not.toContain(jwt.slice(0, 20))
  })

  it('makes a moment of a number that is beyond all dates', async () => {
    const body = '{"active":true,"exp":1e999,"iat":-1e999}'
    expect(await asked(new Response(body))).toMatchObject({ expiresAt: 8.64e15, issuedAt: -8.64e15 })
  })

  it('sends nothing where there is no token, or no endpoint', async () => {
    const { client, wire } = setUp()
    for (const nothing of ['', {}, { accessToken: '' }]) {
      expect((await failureOf(client.introspect(nothing))).code).toBe('invalid_argument')
    }
    const bare = createClient({ server: { tokenEndpoint: server.tokenEndpoint }, clientId: 'id', fetch: wire.fetch })
    expect((await failureOf(bare.introspect('at'))).code).toBe('unsupported')
    expect(wire.sent).toHaveLength(0)
  })
})
