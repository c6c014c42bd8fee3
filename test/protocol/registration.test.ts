import { describe, expect, it } from 'vitest'
import { type ClientMetadata, createClient, type RegisterClientOptions, registerClient } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { inspected } from '../fixtures/inspected.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'
import { visible } from '../fixtures/visible.js'

const server = {
  issuer: 'https://as.test',
  tokenEndpoint: 'https://as.test/token',
  registrationEndpoint: 'https://as.test/register',
}
const metadata: ClientMetadata = { redirectUris: ['https://app.test/cb'], clientName: 'App' }
const answer = {
  client_id: 's6BhdRkqt3',
  client_secret: 'hush-secret',
  client_secret_expires_at: 1_893_456_000,
  client_id_issued_at: 1_577_858_400,
  registration_access_token: 'hush-management',
  registration_client_uri: 'https://as.test/register/s6BhdRkqt3',
  token_endpoint_auth_method: 'client_secret_post',
  redirect_uris: ['https://app.test/cb'],
}

const register = (
  script: Parameters<typeof scriptedServer>,
  wanted: ClientMetadata = metadata,
  options: RegisterClientOptions = {},
) => {
  const wire = scriptedServer(...script)
  const clock = fakeClock()
  return { wire, made: clock.run(registerClient(server, wanted, { fetch: wire.fetch, clock, ...options })) }
}

describe('dynamic registration', () => {
  it('posts the metadata as JSON, under the names of RFC 7591', async () => {
    const { wire, made } = register([json(answer, 201)], {
      redirectUris: ['https://app.test/cb', 'com.example.app:/cb', 'http://127.0.0.1/cb'],
      grantTypes: ['authorization_code', 'refresh_token'],
      tokenEndpointAuthMethod: 'none',
      applicationType: 'native',
      clientName: 'App',
      scope: ['read', 'write'],
      jwks: { keys: [{ kty: 'EC', someThing: 1 }] },
      parameters: { 'client_name#ja-Jpan': 'アプリ', dpop_bound_access_tokens: true },
    })
    await made
    const { method, url, headers, body } = wire.only()
    expect([method, url]).toEqual(['POST', 'https://as.test/register'])
    expect(Object.fromEntries(headers)).toEqual({ accept: 'application/json', 'content-type': 'application/json' })
    expect(JSON.parse(body)).toEqual({
      redirect_uris: ['https://app.test/cb', 'com.example.app:/cb', 'http://127.0.0.1/cb'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      client_name: 'App',
      scope: 'read write',
      jwks: { keys: [{ kty: 'EC', someThing: 1 }] },
      'client_name#ja-Jpan': 'アプリ',
      dpop_bound_access_tokens: true,
    })
  })

  it('gives the client and all that the server said of it', async () => {
    expect({ ...(await register([json(answer, 201)]).made) }).toStrictEqual({
      clientId: 's6BhdRkqt3',
      clientSecret: 'hush-secret',
      clientAuthentication: 'client_secret_post',
      clientSecretExpiresAt: 1_893_456_000_000,
      clientIdIssuedAt: 1_577_858_400_000,
      registrationAccessToken: 'hush-management',
      registrationClientUri: 'https://as.test/register/s6BhdRkqt3',
      issuer: 'https://as.test',
      raw: answer,
    })
  })

  it('gives what createClient takes as it is, after a walk through JSON too', async () => {
    const made = JSON.parse(JSON.stringify(await register([json(answer, 200)]).made))
    const wire = scriptedServer(json({ access_token: 'at' }))
    await createClient({ server, ...made, fetch: wire.fetch }).clientCredentials()
    expect(Object.fromEntries(wire.only().form)).toEqual({
      grant_type: 'client_credentials',
      client_id: 's6BhdRkqt3',
      client_secret: 'hush-secret',
    })
  })

  it.each([
    ['never expires, where the server says 0', { client_secret_expires_at: 0 }],
    ['has no known end, where the server says nothing', { client_secret_expires_at: undefined }],
  ])('the secret %s (RFC 7591 §3.2.1)', async (_, odd) => {
    expect(await register([json({ ...answer, ...odd }, 201)]).made).not.toHaveProperty('clientSecretExpiresAt')
  })

  it('of a public client gives no secret, though the server issue one', async () => {
    const issued = json({ client_id: 'a', client_secret: 'of no use', token_endpoint_auth_method: 'none' }, 201)
    const made = await register([issued]).made
    expect({ ...made, raw: {} }).toStrictEqual({
      clientId: 'a',
      clientAuthentication: 'none',
      issuer: server.issuer,
      raw: {},
    })
    const wire = scriptedServer(json({ access_token: 'at' }))
    await createClient({ server, ...made, fetch: wire.fetch }).refresh('rt')
    expect(wire.only().form.get('client_id')).toBe('a')
  })

  it('leaves a client authentication by key to the caller', async () => {
    const made = await register([json({ ...answer, token_endpoint_auth_method: 'private_key_jwt' }, 201)]).made
    expect(made).not.toHaveProperty('clientAuthentication')
  })

  it('keeps what was asked for where the server names no client authentication', async () => {
    const silent = json({ client_id: 'a', client_secret: 'b' }, 201)
    const { made } = register([silent], { ...metadata, tokenEndpointAuthMethod: 'client_secret_post' })
    expect((await made).clientAuthentication).toBe('client_secret_post')
  })

  it('shows no secret when it is printed', async () => {
    const made = await register([json(answer, 201)]).made
    expect(inspected(made, { depth: null, showHidden: true })).not.toContain('hush')
    expect(inspected(made)).toContain('s6BhdRkqt3')
  })

  it('shows an initial access token to the endpoint, and in no error', async () => {
    const token = 'hush-initial'
    const echo = ({ headers }: { headers: Headers }) =>
      json({ error: 'invalid_token', error_description: `no: ${headers.get('authorization')}` }, 401)
    const { wire, made } = register([echo], metadata, { initialAccessToken: token })
    const failure = await failureOf(made)
    expect(failure).toMatchObject({ code: 'error_response', error: 'invalid_token', status: 401 })
    expect(visible(failure)).not.toContain('hush')
    expect(wire.only().headers.get('authorization')).toBe(`Bearer ${token}`)
  })

  it.each(['invalid_redirect_uri', 'invalid_client_metadata', 'invalid_software_statement'])(
    'tells of %s as the server does (RFC 7591 §3.2.2)',
    async (error) => {
      const { made } = register([json({ error, error_description: 'not so' }, 400)])
      expect(await failureOf(made)).toMatchObject({
        code: 'error_response',
        error,
        errorDescription: 'not so',
        status: 400,
      })
    },
  )

  it.each([
    ['no client_id', json({ client_secret: 'x' }, 201)],
    ['HTML', new Response('<html>', { status: 200 })],
    ['another success', json(answer, 202)],
  ])('takes %s for no registration', async (_, odd) => {
    expect((await failureOf(register([odd]).made)).code).toBe('invalid_response')
  })

  it('is not sent again where the first may have made a client', async () => {
    for (const lost of [
      Object.assign(new TypeError(), { cause: { code: 'ECONNRESET' } }),
      new Response('', { status: 503 }),
    ]) {
      const { wire, made } = register([lost, json(answer, 201)])
      expect(await failureOf(made)).toMatchObject({ delivery: 'ambiguous' })
      expect(wire.sent).toHaveLength(1)
    }
  })

  it('never follows a redirect', async () => {
    const away = new Response(null, { status: 307, headers: { location: '/elsewhere' } })
    const { wire, made } = register([away], metadata, { initialAccessToken: 'hush' })
    expect((await failureOf(made)).code).toBe('redirect_refused')
    expect(wire.sent).toHaveLength(1)
  })

  it.each<[string, ClientMetadata, RegisterClientOptions]>([
    ['a redirect URI that is no URL', { redirectUris: ['/cb'] }, {}],
    ['a redirect URI with a fragment', { redirectUris: ['https://app.test/#'] }, {}],
    ['keys twice', { ...metadata, jwks: { keys: [] }, jwksUri: 'https://app.test/keys' }, {}],
    ['a parameter that has an option', { ...metadata, parameters: { client_name: 'x' } }, {}],
    ['an initial access token that no header can carry', metadata, { initialAccessToken: 'a\nb' }],
    ['an empty initial access token', metadata, { initialAccessToken: '' }],
  ])('is not sent with %s', async (_, wanted, options) => {
    const { wire, made } = register([], wanted, options)
    expect((await failureOf(made)).code).toBe('invalid_argument')
    expect(wire.sent).toHaveLength(0)
  })

  it('needs an endpoint, over https', async () => {
    expect((await failureOf(registerClient({}, metadata))).code).toBe('unsupported')
    const plain = { registrationEndpoint: 'http://as.test/register' }
    expect((await failureOf(registerClient(plain, metadata))).code).toBe('insecure_url')
  })

  it.each<ClientMetadata>([
    { jwks: { keys: [{ kty: 'EC', d: 'hush' }] } },
    { parameters: { jwks: { keys: [{ kty: 'RSA', d: 'hush' }] } } },
    { parameters: { redirect_uris: ['cb'] } },
    { parameters: { number: 5n } },
  ])('sends neither a private key nor what is no metadata: %o', async (odd) => {
    const { wire, made } = register([json(answer, 201)], odd)
    const failure = await failureOf(made)
    expect([failure.code, failure.message.includes('hush')]).toEqual(['invalid_argument', false])
    expect(wire.sent).toHaveLength(0)
  })

  it('has typed errors for what is no server, no metadata and no token', async () => {
    const call = (...given: unknown[]) => failureOf(Reflect.apply(registerClient, undefined, given))
    for (const odd of [undefined, null, 5]) {
      expect((await call(odd, metadata)).code).toBe('unsupported')
      expect((await call(server, odd)).code).toBe('invalid_argument')
    }
    for (const initialAccessToken of [null, 5]) {
      expect((await call(server, metadata, { initialAccessToken })).code).toBe('invalid_argument')
    }
  })

  it('knows the end of a secret as a date, however far off the server says it is', async () => {
    const far = new Response('{"client_id":"c","client_secret":"s","client_secret_expires_at":1e400}', { status: 201 })
    const { clientSecretExpiresAt = 0 } = await register([far]).made
    expect(Number.isNaN(new Date(clientSecretExpiresAt).getTime())).toBe(false)
  })
})
