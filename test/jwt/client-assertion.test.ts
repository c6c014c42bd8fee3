import { generateKeyPairSync } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  type AuthorizationServer,
  type ClientAuthentication,
  type ClientOptions,
  createClient,
} from '../../src/index.js'
import { clientSecretJwt, type PrivateKeyJwtOptions, privateKeyJwt, type SigningKey } from '../../src/jwt/index.js'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'
import { visible } from '../fixtures/visible.js'
import { keyOf } from './keys.js'

const now = Date.UTC(2030, 0, 1)
const server: AuthorizationServer = { issuer: 'https://as.test', tokenEndpoint: 'https://as.test/token' }
const secret = 'a-secret-of-exactly-32-characters'.slice(0, 32)

/** What goes out when a client with this authentication asks for a token. */
const sentBy = async (clientAuthentication: ClientAuthentication, options: Partial<ClientOptions> = {}) => {
  const wire = scriptedServer(json({ access_token: 'at' }))
  const given = { server, clientId: 'id', clock: fakeClock(now), fetch: wire.fetch, clientAuthentication, ...options }
  await createClient(given).clientCredentials()
  return wire.only()
}

const assertionOf = async (...given: Parameters<typeof sentBy>): Promise<string> =>
  `${(await sentBy(...given)).form.get('client_assertion')}`

/** How a client that cannot sign fails, and that it sent nothing. */
const refusalOf = async (make: () => ClientAuthentication, options: Partial<ClientOptions> = {}) => {
  const wire = scriptedServer()
  const failure = await failureOf(async () =>
    createClient({
      server,
      clientId: 'id',
      fetch: wire.fetch,
      ...options,
      clientAuthentication: make(),
    }).clientCredentials(),
  )
  expect(wire.sent).toEqual([])
  return failure
}

const cryptoKeyOf = (alg: string, usages: KeyUsage[] = ['sign', 'verify']) =>
  crypto.subtle.generateKey(
    alg.startsWith('ES')
      ? { name: 'ECDSA', namedCurve: 'P-256' }
      : {
          name: alg.startsWith('PS') ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5',
          hash: `SHA-${alg.slice(2)}`,
          modulusLength: 2048,
          publicExponent: new Uint8Array([1, 0, 1]),
        },
    true,
    usages,
  ) as Promise<CryptoKeyPair>

describe('private_key_jwt', () => {
  it('sends the assertion of RFC 7523 §2.2 and nothing else that would prove the client', async () => {
    const { headers, form } = await sentBy(privateKeyJwt({ key: keyOf('P-256').pem }))
    expect(headers.has('authorization')).toBe(false)
    expect([...form.keys()]).toEqual(['grant_type', 'client_id', 'client_assertion_type', 'client_assertion'])
    expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    expect(form.get('client_id')).toBe('id')
  })

  it('claims who it is, for whom, from now for a minute, under a jti (RFC 7523 §3)', async () => {
    const claims = decodeJwt(await assertionOf(privateKeyJwt({ key: keyOf('P-256').pem })))
    expect(claims).toEqual({
      iss: 'id',
      sub: 'id',
      aud: 'https://as.test',
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      iat: now / 1000,
      exp: now / 1000 + 60,
    })
  })

  it('is signed with the key: the public one verifies it', async () => {
    const { pem, publicJwk } = keyOf('P-256')
    const assertion = await assertionOf(privateKeyJwt({ key: pem }))
    const key = await importJWK(publicJwk, 'ES256')
    const { protectedHeader } = await jwtVerify(assertion, key, { currentDate: new Date(now) })
    expect(protectedHeader).toEqual({ alg: 'ES256' })
  })

  it.each([
    ['RS256', 'rsa'],
    ['ES256', 'P-256'],
    ['ES384', 'P-384'],
    ['ES512', 'P-521'],
    ['EdDSA', 'ed25519'],
  ] as const)('takes %s from the key, as PEM and as JWK', async (alg, kind) => {
    const { pem, jwk, publicJwk } = keyOf(kind)
    for (const key of [pem, pem.replaceAll('\n', '\\n'), jwk]) {
      const assertion = await assertionOf(privateKeyJwt({ key }))
      expect(decodeProtectedHeader(assertion)).toEqual({ alg })
      await jwtVerify(assertion, await importJWK(publicJwk, alg), { currentDate: new Date(now) })
    }
  })

  it.each(['RS256', 'RS384', 'PS256', 'PS512', 'ES256'])('takes %s from a CryptoKey', async (alg) => {
    const { privateKey, publicKey } = await cryptoKeyOf(alg)
    const assertion = await assertionOf(privateKeyJwt({ key: privateKey }))
    expect(decodeProtectedHeader(assertion)).toEqual({ alg })
    await jwtVerify(assertion, publicKey, { currentDate: new Date(now) })
  })

  it('takes the algorithm that a JWK names', async () => {
    const key = { ...keyOf('rsa').jwk, alg: 'PS384' }
    expect(decodeProtectedHeader(await assertionOf(privateKeyJwt({ key })))).toEqual({ alg: 'PS384' })
  })

  it.each([
    [['PS256', 'ES256'], 'PS256'],
    [['PS256', 'RS256'], 'RS256'],
    [['HS256', 'RS512'], 'RS512'],
  ])('of an RSA key takes what the server takes: of %s %s', async (supported, alg) => {
    const picky = { ...server, tokenEndpointAuthSigningAlgValuesSupported: supported }
    const assertion = await assertionOf(privateKeyJwt({ key: keyOf('rsa').pem }), { server: picky })
    expect(decodeProtectedHeader(assertion)['alg']).toBe(alg)
  })

  it('names an Ed25519 key as the server does (RFC 9864)', async () => {
    const modern = { ...server, tokenEndpointAuthSigningAlgValuesSupported: ['Ed25519'] }
    const assertion = await assertionOf(privateKeyJwt({ key: keyOf('ed25519').pem }), { server: modern })
    expect(decodeProtectedHeader(assertion)['alg']).toBe('Ed25519')
  })

  it('takes the algorithm that it is told, whatever the server says', async () => {
    const picky = { ...server, tokenEndpointAuthSigningAlgValuesSupported: ['RS256'] }
    const assertion = await assertionOf(privateKeyJwt({ key: keyOf('rsa').pem, alg: 'PS256' }), { server: picky })
    expect(decodeProtectedHeader(assertion)['alg']).toBe('PS256')
  })

  it('names the key by kid: as told, else as the JWK does', async () => {
    const key = { ...keyOf('P-256').jwk, kid: 'from-jwk' }
    expect(decodeProtectedHeader(await assertionOf(privateKeyJwt({ key })))['kid']).toBe('from-jwk')
    expect(decodeProtectedHeader(await assertionOf(privateKeyJwt({ key, kid: 'told' })))['kid']).toBe('told')
  })

  it('carries further parameters of the header, such as the thumbprint of a certificate', async () => {
    const header = { 'x5t#S256': 'A1bC2dE3', alg: 'none' }
    const assertion = await assertionOf(privateKeyJwt({ key: keyOf('rsa').pem, header }))
    expect(decodeProtectedHeader(assertion)).toEqual({ 'x5t#S256': 'A1bC2dE3', alg: 'RS256' })
  })

  it('is for the issuer, else for the token endpoint, or for whom it is told', async () => {
    const { pem: key } = keyOf('P-256')
    const unnamed = { tokenEndpoint: server.tokenEndpoint }
    const audience = 'https://as.test/oauth2/token'
    expect(decodeJwt(await assertionOf(privateKeyJwt({ key }))).aud).toBe('https://as.test')
    expect(decodeJwt(await assertionOf(privateKeyJwt({ key }), { server: unnamed })).aud).toBe('https://as.test/token')
    expect(decodeJwt(await assertionOf(privateKeyJwt({ key, audience }))).aud).toBe(audience)
  })

  it('is made anew for each try: no jti goes out twice', async () => {
    // Only the deadline takes time: what signs does not wait for a clock.
    const sleep = (ms: number) => (ms === 10_000 ? new Promise<void>(() => {}) : Promise.resolve())
    const clock = { now: () => now, sleep }
    const wire = scriptedServer(new Response(null, { status: 503 }), json({ access_token: 'at' }))
    const clientAuthentication = privateKeyJwt({ key: keyOf('P-256').pem })
    const client = createClient({ server, clientId: 'id', clock, fetch: wire.fetch, clientAuthentication })
    await client.clientCredentials()
    const ids = wire.sent.map(({ form }) => decodeJwt(`${form.get('client_assertion')}`).jti)
    expect(new Set(ids).size).toBe(2)
  })

  it('proves the client at the revocation endpoint too, for the same audience', async () => {
    const wire = scriptedServer(new Response(null, { status: 200 }))
    const clientAuthentication = privateKeyJwt({ key: keyOf('P-256').pem })
    const revocable = { ...server, revocationEndpoint: 'https://as.test/revoke' }
    await createClient({ server: revocable, clientId: 'id', fetch: wire.fetch, clientAuthentication }).revoke('at')
    expect(decodeJwt(`${wire.only().form.get('client_assertion')}`).aud).toBe('https://as.test')
  })

  it('keeps a source of client-credentials tokens fresh without a secret', async () => {
    const { pem, publicJwk } = keyOf('P-256')
    const jwks = { keys: [publicJwk] }
    const mock = createMockAuthorizationServer({ clients: [{ clientId: 'service', jwks }] })
    const clientAuthentication = privateKeyJwt({ key: pem })
    const client = createClient({ server: mock.server, clientId: 'service', fetch: mock.fetch, clientAuthentication })
    const { accessToken } = await client.clientCredentialsSource().token()
    const answer = await mock.fetch(mock.resource, { headers: { authorization: `Bearer ${accessToken}` } })
    expect(answer.status).toBe(200)
  })

  it('is masked where a server echoes it', async () => {
    const wire = scriptedServer(({ body }) => json({ error: 'invalid_client', error_description: body }, 401))
    const clientAuthentication = privateKeyJwt({ key: keyOf('P-256').pem })
    const client = createClient({ server, clientId: 'id', fetch: wire.fetch, clientAuthentication })
    const failure = await failureOf(client.clientCredentials())
    expect(failure).toMatchObject({ code: 'error_response', error: 'invalid_client' })
    expect(visible(failure)).not.toContain(`${wire.only().form.get('client_assertion')}`)
  })
})

describe('a key that cannot sign is refused before anything is sent', () => {
  const rsa1024 = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const x25519 = generateKeyPairSync('x25519').privateKey
  const { pem, jwk, publicJwk } = keyOf('P-256')
  const damaged = pem.replace(/(\n[^\n]{40})[^\n]+\n/, '$1\n')

  it.each<[string, Partial<PrivateKeyJwtOptions> & { readonly key: SigningKey }]>([
    ['a public PEM', { key: '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQ==\n-----END PUBLIC KEY-----' }],
    ['a PEM of PKCS#1', { key: '-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJBAK==\n-----END RSA PRIVATE KEY-----' }],
    ['an encrypted PEM', { key: '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB==\n-----END ENCRYPTED PRIVATE KEY-----' }],
    ['no PEM', { key: 'secret-key-material' }],
    ['an empty text', { key: '' }],
    ['a damaged PEM', { key: damaged }],
    ['a PEM that is no base64', { key: '-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----' }],
    ['a PEM of a kind that does not sign', { key: `${x25519.export({ type: 'pkcs8', format: 'pem' })}` }],
    ['a short RSA key', { key: `${rsa1024.export({ type: 'pkcs8', format: 'pem' })}` }],
    ['a public JWK', { key: publicJwk }],
    ['a symmetric JWK', { key: { kty: 'oct', k: 'c2VjcmV0' } as SigningKey }],
    ['a JWK of an unknown curve', { key: { ...jwk, crv: 'secp256k1' } }],
    ['a JWK whose alg is another kind', { key: { ...jwk, alg: 'RS256' } }],
    ['a damaged JWK', { key: { ...jwk, x: 'AAAA' } }],
    ["an algorithm that is not the key's", { key: pem, alg: 'RS256' }],
    ['none', { key: pem, alg: 'none' }],
    ['a symmetric algorithm', { key: pem, alg: 'HS256' }],
    ['several audiences', { key: pem, audience: ['a', 'b'] as unknown as string }],
    ['an empty audience', { key: pem, audience: '' }],
    ['nothing', { key: undefined as unknown as string }],
  ])('%s', async (_, options) => {
    const failure = await refusalOf(() => privateKeyJwt(options))
    expect(failure.code).toBe('invalid_argument')
    expect(visible(failure)).not.toContain('secret-key-material')
    expect(visible(failure)).not.toContain(`${jwk.d}`)
  })

  it.each([
    ['a public CryptoKey', async () => (await cryptoKeyOf('ES256')).publicKey],
    [
      'a CryptoKey that only derives',
      async () =>
        (await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])).privateKey,
    ],
    [
      'a CryptoKey that only encrypts',
      () => crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt']),
    ],
  ])('%s', async (_, make) => {
    const key = await make()
    expect((await refusalOf(() => privateKeyJwt({ key }))).code).toBe('invalid_argument')
  })

  it('a key for which the server has no algorithm', async () => {
    const picky = { ...server, tokenEndpointAuthSigningAlgValuesSupported: ['RS256', 'PS256'] }
    expect(await refusalOf(() => privateKeyJwt({ key: pem }), { server: picky })).toMatchObject({
      code: 'unsupported',
      message: 'the key is for ES256, the server takes RS256, PS256',
    })
  })
})

it.each([
  ['privateKeyJwt', privateKeyJwt],
  ['clientSecretJwt', clientSecretJwt],
])('%s without options is refused', async (_, make) => {
  expect((await failureOf(() => Reflect.apply(make, undefined, []))).code).toBe('invalid_argument')
})

describe('client_secret_jwt', () => {
  it('signs with the secret, and does not send it', async () => {
    const { form, headers, body } = await sentBy(clientSecretJwt({ clientSecret: secret }))
    const assertion = `${form.get('client_assertion')}`
    const { payload, protectedHeader } = await jwtVerify(assertion, new TextEncoder().encode(secret), {
      currentDate: new Date(now),
    })
    expect(protectedHeader).toEqual({ alg: 'HS256' })
    expect(payload).toMatchObject({ iss: 'id', sub: 'id', aud: 'https://as.test', exp: now / 1000 + 60 })
    expect(headers.has('authorization')).toBe(false)
    expect(body).not.toContain(secret)
  })

  it('goes with the clientSecret of the client, too', async () => {
    const sent = await sentBy(clientSecretJwt({ clientSecret: secret }), { clientSecret: secret })
    expect(sent.body).not.toContain(secret)
    expect(sent.form.has('client_assertion')).toBe(true)
  })

  it('takes what the server takes, as far as the secret is long enough', async () => {
    const picky = { ...server, tokenEndpointAuthSigningAlgValuesSupported: ['HS512', 'HS384'] }
    const long = 'x'.repeat(48)
    const assertion = await assertionOf(clientSecretJwt({ clientSecret: long }), { server: picky })
    expect(decodeProtectedHeader(assertion)['alg']).toBe('HS384')
    const refused = await refusalOf(() => clientSecretJwt({ clientSecret: secret }), { server: picky })
    expect(refused.code).toBe('unsupported')
  })

  it.each([
    ['shorter than the hash (RFC 7518 §3.2)', { clientSecret: secret.slice(1) }],
    ['too short for the algorithm that was named', { clientSecret: secret, alg: 'HS512' }],
    ['no text', { clientSecret: undefined as unknown as string }],
  ])('refuses a secret that is %s', async (_, options) => {
    const failure = await refusalOf(() => clientSecretJwt(options))
    expect(failure.code).toBe('invalid_argument')
    expect(visible(failure)).not.toContain(secret.slice(1))
  })
})

describe('a client without an assertion is told where to get one', () => {
  it.each<[string, Partial<ClientOptions>]>([
    ['where the server takes nothing else', {}],
    ['with a secret that the server does not take', { clientSecret: secret }],
    ['by name', { clientAuthentication: 'private_key_jwt' as 'none', server }],
    ['by name, with a secret', { clientAuthentication: 'client_secret_jwt' as 'none', clientSecret: secret, server }],
  ])('%s', async (_, options) => {
    const picky = { ...server, tokenEndpointAuthMethodsSupported: ['private_key_jwt', 'client_secret_jwt'] }
    const failure = await failureOf(() => createClient({ server: picky, clientId: 'id', ...options }))
    expect(failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining('bearward/jwt') })
  })
})
