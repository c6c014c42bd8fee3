import { importJWK, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createManualClock, createMockAuthorizationServer, type MockClient } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { keyOf } from '../jwt/keys.js'
import { askRevocation, askToken } from './wire.js'

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

describe('the mock refuses as invalid_client an assertion', () => {
  const now = start / 1000
  it.each<[string, Made]>([
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
