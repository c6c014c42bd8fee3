import { importJWK, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  createManualClock,
  createMockAuthorizationServer,
  type MockClient,
  type MockJwk,
} from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { keyOf } from '../jwt/keys.js'
import { askRevocation, askToken, basic } from './wire.js'

const clientSecret = 'x'.repeat(64)
const jwks = {
  keys: [
    { ...keyOf('P-256').publicJwk, kid: 'ec' },
    { ...keyOf('rsa').publicJwk, kid: 'rsa' },
    { ...keyOf('ed25519').publicJwk, kid: 'ed' },
  ],
}
const clients: readonly MockClient[] = [
  { clientId: 'key', jwks },
  { clientId: 'key-only', jwks, clientSecret, tokenEndpointAuthMethod: 'private_key_jwt' },
  { clientId: 'secret', clientSecret },
  { clientId: 'secret-only', clientSecret, jwks, tokenEndpointAuthMethod: 'client_secret_jwt' },
  { clientId: 'post-only', clientSecret, tokenEndpointAuthMethod: 'client_secret_post' },
  { clientId: 'public' },
]
const start = Date.UTC(2030, 0, 1)
const mockWith = (options: Partial<Parameters<typeof createMockAuthorizationServer>[0]> = {}) => {
  const clock = createManualClock(start)
  return { mock: createMockAuthorizationServer({ clients, clock, ...options }), clock }
}
const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

interface Made {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly alg?: string
  readonly kid?: string
  readonly secret?: boolean
}

/** An assertion as it should be, but for what is told. */
const assertion = async ({ claims = {}, alg = 'ES256', kid = 'ec', secret = false }: Made = {}): Promise<string> => {
  const now = start / 1000
  const good = { iss: 'key', sub: 'key', aud: 'https://as.test', jti: crypto.randomUUID(), iat: now, exp: now + 60 }
  const kind = { ec: 'P-256', rsa: 'rsa', ed: 'ed25519' } as const
  const key = secret
    ? new TextEncoder().encode(clientSecret)
    : await importJWK(keyOf(kind[kid as 'ec'] ?? 'P-256').jwk, alg)
  return new SignJWT(JSON.parse(JSON.stringify({ ...good, ...claims })))
    .setProtectedHeader({ alg, ...(kid && !secret && { kid }) })
    .sign(key)
}

const formWith = (client_assertion: string) => ({
  grant_type: 'client_credentials',
  client_assertion_type: type,
  client_assertion,
})

describe('the mock takes an assertion', () => {
  it('for the endpoint of pushed requests there, and nowhere else (RFC 9126 §2)', async () => {
    const { mock } = mockWith({ clients: [{ clientId: 'key', jwks, redirectUris: ['https://app.test/cb'] }] })
    const endpoint = `${mock.server.pushedAuthorizationRequestEndpoint}`
    const proof = async () => ({
      client_assertion_type: type,
      client_assertion: await assertion({ claims: { aud: endpoint } }),
    })
    const request = { client_id: 'key', response_type: 'code', redirect_uri: 'https://app.test/cb', state: 'x' }
    const body = new URLSearchParams({ ...request, ...(await proof()) })
    expect((await mock.fetch(endpoint, { method: 'POST', body })).status).toBe(201)
    expect((await askToken(mock, { grant_type: 'client_credentials', ...(await proof()) })).status).toBe(401)
  })

  it.each<[string, Made]>([
    ['by ES256', {}],
    ['by RS256', { alg: 'RS256', kid: 'rsa' }],
    ['by PS512', { alg: 'PS512', kid: 'rsa' }],
    ['by EdDSA', { alg: 'EdDSA', kid: 'ed' }],
    ['by Ed25519, as RFC 9864 calls it', { alg: 'Ed25519', kid: 'ed' }],
    ['without kid', { kid: '' }],
    ['for the token endpoint', { claims: { aud: 'https://as.test/token' } }],
    ['without iat', { claims: { iat: undefined } }],
    ['of a client that must use it', { claims: { iss: 'key-only', sub: 'key-only' } }],
    ['by HS256', { alg: 'HS256', secret: true, claims: { iss: 'secret', sub: 'secret' } }],
    ['by HS512', { alg: 'HS512', secret: true, claims: { iss: 'secret-only', sub: 'secret-only' } }],
  ])('%s', async (_, made) => {
    expect((await askToken(mockWith().mock, formWith(await assertion(made)))).status).toBe(200)
  })

  it.each<readonly [string, MockJwk, Made]>([
    ['ES256', { alg: 'ES256', use: 'sig' }, {}],
    ['RS256', { alg: 'RS256', use: 'sig' }, { alg: 'RS256', kid: 'rsa' }],
    ['EdDSA, which is Ed25519', { alg: 'EdDSA' }, { alg: 'Ed25519', kid: 'ed' }],
    ['Ed25519, which is EdDSA', { alg: 'Ed25519' }, { alg: 'EdDSA', kid: 'ed' }],
  ])('by a key that is registered for %s', async (_, said, made) => {
    const { mock } = mockWith({
      clients: [{ clientId: 'key', jwks: { keys: jwks.keys.map((key) => ({ ...key, ...said })) } }],
    })
    expect((await askToken(mock, formWith(await assertion(made)))).status).toBe(200)
  })

  it('at the revocation endpoint', async () => {
    const form = { ...formWith(await assertion()), token: 'any' }
    expect((await askRevocation(mockWith().mock, form)).status).toBe(200)
  })

  it('that RFC 7515 Appendix A.3 was signed by, and no byte beside it', async () => {
    const { isSignedBy, readJws, verifyingKey } = await import('../../src/testing/crypto/jws.js')
    const text =
      'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ' +
      '.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q'
    const key = await verifyingKey('ES256', {
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    })
    const verdictOn = async (jws: string) => {
      const read = readJws(jws)
      return read && isSignedBy(read, key)
    }
    expect(await verdictOn(text)).toBe(true)
    expect(await verdictOn(text.replace('Dt', 'Du'))).toBe(false)
  })
})

it.each<readonly [string, Made]>([
  ['aud must be https://as.test or https://as.test/token, as one text', { claims: { aud: 'https://evil.test' } }],
  ['iss and sub must both be the client_id', { claims: { iss: 'secret' } }],
  ['exp is missing, or no number', { claims: { exp: undefined } }],
  ['it has expired: exp is past', { claims: { exp: start / 1000 } }],
  ['it lives longer than 600 seconds: exp is too far ahead', { claims: { exp: start / 1000 + 601 } }],
  ['nbf is yet to come', { claims: { nbf: start / 1000 + 11 } }],
  ['iat is yet to come', { claims: { iat: start / 1000 + 11 } }],
  ['jti is missing', { claims: { jti: '' } }],
  ['no key with that kid is registered for the client', { kid: 'other' }],
  [
    'its alg is for private_key_jwt, which the client may not use',
    { claims: { iss: 'secret-only', sub: 'secret-only' } },
  ],
])('the journal says why an assertion is refused, the answer does not: %s', async (why, made) => {
  const { mock } = mockWith()
  const answer = await askToken(mock, formWith(await assertion(made)))
  expect(answer.json['error_description']).toBe('the client assertion is refused')
  expect(mock.requests.at(-1)?.refused).toBe(`the client assertion is refused: ${why}`)
})

it('the journal says that an assertion was used, badly signed, or by an algorithm that the server does not take', async () => {
  const { mock } = mockWith()
  const why = () => mock.requests.at(-1)?.refused
  const form = formWith(await assertion())
  await askToken(mock, form)
  expect(why()).toBeUndefined()
  await askToken(mock, form)
  expect(why()).toContain('it was used before: its jti is known')
  await askToken(mock, formWith((await assertion()).replace(/.{4}$/, 'AAAA')))
  expect(why()).toContain('its signature is not of a key of the client')
  const { server } = mock
  const picky = mockWith({ server: { ...server, tokenEndpointAuthSigningAlgValuesSupported: ['PS256'] } }).mock
  const answer = await askToken(picky, formWith(await assertion()))
  expect([answer.status, picky.requests.at(-1)?.refused]).toEqual([
    401,
    'the client assertion is refused: its alg is not one of PS256',
  ])
})

it('the mock refuses a client_assertion_type without an assertion, and a secret that has expired', async () => {
  const clientSecretExpiresAt = start + 1000
  const expiring: MockClient = { clientId: 'secret', clientSecret, clientSecretExpiresAt }
  const { mock, clock } = mockWith({ clients: [expiring] })
  const form = { grant_type: 'client_credentials' }
  const alone = await askToken(mock, { ...form, client_assertion_type: type }, basic('secret', clientSecret))
  expect(alone).toMatchObject({ status: 400, json: { error: 'invalid_request' } })
  expect(mock.requests.at(-1)?.refused).toBe('client_assertion_type came without a client_assertion')
  expect((await askToken(mock, form, basic('secret', clientSecret))).status).toBe(200)
  await clock.advance(1000)
  const signed = { alg: 'HS256', secret: true, claims: { iss: 'secret', sub: 'secret', exp: start / 1000 + 60 } }
  for (const answer of [
    await askToken(mock, form, basic('secret', clientSecret)),
    await askToken(mock, formWith(await assertion(signed))),
  ]) {
    expect(answer).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
    expect(mock.requests.at(-1)?.refused).toContain('the client secret has expired')
  }
})

describe('the mock refuses as invalid_client an assertion', () => {
  const now = start / 1000
  it.each<readonly [string, Made]>([
    ['of another audience', { claims: { aud: 'https://evil.test' } }],
    ['of several audiences', { claims: { aud: ['https://as.test'] } }],
    ['without audience', { claims: { aud: undefined } }],
    ['of another issuer', { claims: { iss: 'secret' } }],
    ['of an unknown client', { claims: { iss: 'nobody', sub: 'nobody' } }],
    ['without subject', { claims: { sub: undefined } }],
    ['that has expired', { claims: { exp: now } }],
    ['without exp', { claims: { exp: undefined } }],
    ['that lives too long', { claims: { exp: now + 601 } }],
    ['from the future', { claims: { iat: now + 11 } }],
    ['without jti', { claims: { jti: undefined } }],
    ['of a key that is not registered', { kid: 'other' }],
    ['of a key with another algorithm', { kid: 'rsa', alg: 'RS256', claims: { iss: 'public', sub: 'public' } }],
    [
      'by the secret of a client with keys alone',
      { alg: 'HS256', secret: true, claims: { iss: 'key-only', sub: 'key-only' } },
    ],
    ['by a key of a client that signs with its secret', { claims: { iss: 'secret-only', sub: 'secret-only' } }],
    [
      'of a client that must send its secret',
      { alg: 'HS256', secret: true, claims: { iss: 'post-only', sub: 'post-only' } },
    ],
  ])('%s', async (_, made) => {
    const answer = await askToken(mockWith().mock, formWith(await assertion(made)))
    expect(answer).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
  })

  it.each([undefined, false, null])('of the audience %j, where the server has no issuer', async (aud) => {
    const server = {
      tokenEndpoint: 'https://as.test/token',
      tokenEndpointAuthMethodsSupported: ['private_key_jwt'],
    }
    const { mock } = mockWith({ server })
    expect((await askToken(mock, formWith(await assertion({ claims: { aud } })))).status).toBe(401)
    expect(mock.requests.at(-1)?.refused).toContain('aud must be https://as.test/token, as one text')
    const good = await assertion({ claims: { aud: 'https://as.test/token' } })
    expect((await askToken(mock, formWith(good))).status).toBe(200)
  })

  it.each<readonly [string, MockJwk, Made]>([
    ['for another algorithm', { alg: 'PS256' }, { alg: 'RS256', kid: 'rsa' }],
    ['for ECDH', { alg: 'ECDH-ES' }, {}],
    ['for encryption', { use: 'enc' }, {}],
  ])('by a key that is registered %s (RFC 7517 §4.2, §4.4, RFC 8725 §3.1)', async (_, said, made) => {
    const { mock } = mockWith({
      clients: [{ clientId: 'key', jwks: { keys: jwks.keys.map((key) => ({ ...key, ...said })) } }],
    })
    const answer = await askToken(mock, formWith(await assertion(made)))
    expect(answer).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
    expect(mock.requests.at(-1)?.refused).toContain('its signature is not of a key of the client for that alg')
  })

  it.each([
    ['no JWT', 'nonsense'],
    ['an unsecured JWT', `${btoa('{"alg":"none"}').replace(/=+$/, '')}.${btoa('{"sub":"key"}').replace(/=+$/, '')}.`],
  ])('that is %s', async (_, text) => {
    expect((await askToken(mockWith().mock, formWith(text))).json).toMatchObject({ error: 'invalid_client' })
  })

  it('of another type', async () => {
    const form = { ...formWith(await assertion()), client_assertion_type: 'urn:other' }
    expect((await askToken(mockWith().mock, form)).json).toMatchObject({ error: 'invalid_client' })
  })

  it('whose signature was changed', async () => {
    const changed = (await assertion()).replace(/.{4}$/, 'AAAA')
    expect((await askToken(mockWith().mock, formWith(changed))).json).toMatchObject({ error: 'invalid_client' })
  })

  it('that comes a second time, as long as it lives and after', async () => {
    const { mock, clock } = mockWith()
    const form = formWith(await assertion())
    expect((await askToken(mock, form)).status).toBe(200)
    expect((await askToken(mock, form)).json).toMatchObject({ error: 'invalid_client' })
    await clock.advance(61_000)
    expect((await askToken(mock, form)).json).toMatchObject({ error: 'invalid_client' })
  })

  it('of the audience that it was told not to take', async () => {
    const issuer = await assertion()
    const endpoint = await assertion({ claims: { aud: 'https://as.test/token' } })
    const strict = mockWith({ clientAssertionAudience: 'issuer' }).mock
    expect((await askToken(strict, formWith(issuer))).status).toBe(200)
    expect((await askToken(strict, formWith(endpoint))).status).toBe(401)
    const old = mockWith({ clientAssertionAudience: 'token_endpoint' }).mock
    expect((await askToken(old, formWith(await assertion()))).status).toBe(401)
    const again = await assertion({ claims: { aud: 'https://as.test/token' } })
    expect((await askToken(old, formWith(again))).status).toBe(200)
  })
})

it('the mock refuses another client_id beside an assertion, and a client with keys that sends none', async () => {
  const { mock } = mockWith()
  const beside = { ...formWith(await assertion()), client_id: 'secret' }
  expect((await askToken(mock, beside)).json).toMatchObject({ error: 'invalid_request' })
  const bare = { grant_type: 'client_credentials', client_id: 'key' }
  expect(await askToken(mock, bare)).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
})

it.each<[string, MockClient]>([
  ['private_key_jwt without keys', { clientId: 'a', clientSecret, tokenEndpointAuthMethod: 'private_key_jwt' }],
  ['client_secret_jwt without a secret', { clientId: 'a', jwks, tokenEndpointAuthMethod: 'client_secret_jwt' }],
  ['none with keys', { clientId: 'a', jwks, tokenEndpointAuthMethod: 'none' }],
])('a client of the mock cannot have %s', async (_, client) => {
  const failure = await failureOf(() => createMockAuthorizationServer({ clients: [client] }))
  expect(failure.code).toBe('invalid_argument')
})
