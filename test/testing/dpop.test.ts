import {
  base64url,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMockAuthorizationServer, type MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { type FakeClock, fakeClock } from '../fixtures/fake-clock.js'
import {
  askIntrospection,
  askRevocation,
  askToken,
  basic,
  codeOf,
  codeVerifier,
  get,
  s256,
  type WireAnswer,
} from './wire.js'

const redirectUri = 'https://app.test/callback'
const clients = [
  { clientId: 'page', redirectUris: [redirectUri] },
  { clientId: 'web', clientSecret: 's3cret', redirectUris: [redirectUri] },
]
const credentials = basic('web', 's3cret')
const tokenUrl = 'https://as.test/token'
const resourceUrl = 'https://as.test/resource'

interface Holder {
  readonly jwk: JWK
  readonly jkt: string
  readonly privateKey: CryptoKey
}

interface Wanted {
  readonly header?: Record<string, unknown>
  readonly claims?: Record<string, unknown>
  /** Whose key signs, where that is not the one that is shown. */
  readonly signer?: Holder
}

const holderOf = async (alg = 'ES256'): Promise<Holder> => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  return { jwk, privateKey, jkt: await calculateJwkThumbprint(jwk) }
}

let clock: FakeClock
let holder: Holder
let other: Holder
beforeAll(async () => {
  holder = await holderOf()
  other = await holderOf()
})
beforeEach(() => {
  clock = fakeClock()
})

const mockOf = (options: Partial<MockAuthorizationServerOptions> = {}) =>
  createMockAuthorizationServer({ clients, clock, ...options })

const proofOf = ({ jwk, privateKey }: Holder, { header, claims, signer }: Wanted = {}) =>
  new SignJWT({
    jti: crypto.randomUUID(),
    htm: 'POST',
    htu: tokenUrl,
    iat: Math.floor(clock.now() / 1000),
    ...claims,
  })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk, ...header } as JWTHeaderParameters)
    .sign(signer?.privateKey ?? privateKey)

const hashOf = async (text: string): Promise<string> =>
  base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))

type Mock = ReturnType<typeof mockOf>

const askWith = (mock: Mock, dpop: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  askToken(mock, { grant_type: 'client_credentials', ...form }, { ...credentials, ...headers, dpop })

const callWith = async (mock: Mock, token: string, wanted: Wanted = {}, by = holder): Promise<WireAnswer> => {
  const claims = { htm: 'GET', htu: resourceUrl, ath: await hashOf(token), ...wanted.claims }
  const dpop = await proofOf(by, { ...wanted, claims })
  return get(mock, resourceUrl, { authorization: `DPoP ${token}`, dpop })
}

const challengeOf = ({ headers }: WireAnswer) => headers.get('www-authenticate') ?? ''

describe('the token endpoint of the mock', () => {
  it('binds a token to the key of a good proof', async () => {
    const mock = mockOf()
    const { status, json } = await askWith(mock, await proofOf(holder))
    expect([status, json['token_type']]).toEqual([200, 'DPoP'])
    expect((await callWith(mock, `${json['access_token']}`)).status).toBe(200)
  })

  it('gives a bearer token where no proof comes, unless it wants one', async () => {
    const form = { grant_type: 'client_credentials' }
    expect((await askToken(mockOf(), form, credentials)).json['token_type']).toBe('Bearer')
    const refused = await askToken(mockOf({ dpop: { required: true } }), form, credentials)
    expect([refused.status, refused.json['error']]).toEqual([400, 'invalid_dpop_proof'])
  })

  it.each<[string, () => Wanted]>([
    ['another typ', () => ({ header: { typ: 'jwt' } })],
    ['no typ', () => ({ header: { typ: undefined } })],
    ['a private key in it', () => ({ header: { jwk: { ...holder.jwk, d: 'AA' } } })],
    ['no key', () => ({ header: { jwk: undefined } })],
    ['a key that is no object', () => ({ header: { jwk: 'key' } })],
    ['half a key', () => ({ header: { jwk: { ...holder.jwk, y: undefined } } })],
    ['the key of somebody else', () => ({ signer: other })],
    ['another method', () => ({ claims: { htm: 'GET' } })],
    ['the method in lower case', () => ({ claims: { htm: 'post' } })],
    ['another URL', () => ({ claims: { htu: 'https://as.test/other' } })],
    ['a query in the URL', () => ({ claims: { htu: `${tokenUrl}?a=b` } })],
    ['no URL', () => ({ claims: { htu: undefined } })],
    ['no jti', () => ({ claims: { jti: undefined } })],
    ['no iat', () => ({ claims: { iat: undefined } })],
    ['an iat in milliseconds', () => ({ claims: { iat: clock.now() } })],
    ['an iat of two minutes ago', () => ({ claims: { iat: Math.floor(clock.now() / 1000) - 120 } })],
    ['an iat in two minutes', () => ({ claims: { iat: Math.floor(clock.now() / 1000) + 120 } })],
    ['the hash of a token', () => ({ claims: { ath: 'a' } })],
    ['a nonce that nobody gave', () => ({ claims: { nonce: 'a' } })],
  ])('refuses a proof with %s', async (_, wanted) => {
    const { status, json } = await askWith(mockOf(), await proofOf(holder, wanted()))
    expect([status, json['error']]).toEqual([400, 'invalid_dpop_proof'])
  })

  it.each(['', 'a', 'a.b', 'a.b.c', 'a.b.c.d', 'e30.e30.AA', '!.!.!'])('refuses the proof %j', async (proof) => {
    expect((await askWith(mockOf(), proof)).json['error']).toBe('invalid_dpop_proof')
  })

  it.each(['none', 'HS256', 'ES384', 'toString'])('refuses a proof of the algorithm %s', async (alg) => {
    const [, ...rest] = (await proofOf(holder)).split('.')
    const header = base64url.encode(JSON.stringify({ typ: 'dpop+jwt', alg, jwk: holder.jwk }))
    expect((await askWith(mockOf(), [header, ...rest].join('.'))).json['error']).toBe('invalid_dpop_proof')
  })

  it('refuses two proofs, and one that comes again', async () => {
    const mock = mockOf()
    const proof = await proofOf(holder)
    expect((await askWith(mock, `${proof}, ${proof}`)).json['error']).toBe('invalid_dpop_proof')
    expect((await askWith(mock, proof)).status).toBe(200)
    expect((await askWith(mock, proof)).json['error_description']).toBe('the proof was used before')
  })

  it('takes a proof that is a minute off', async () => {
    for (const seconds of [-60, 60]) {
      const claims = { iat: Math.floor(clock.now() / 1000) + seconds }
      expect((await askWith(mockOf(), await proofOf(holder, { claims }))).status).toBe(200)
    }
  })

  it('wants its nonce, takes the last one too, and no older one', async () => {
    const mock = mockOf({ dpop: { nonce: 'authorization-server', nonceLifetime: 10 } })
    const refused = await askWith(mock, await proofOf(holder))
    expect([refused.status, refused.json['error']]).toEqual([400, 'use_dpop_nonce'])
    const nonce = refused.headers.get('dpop-nonce')
    const outcomes: unknown[] = []
    for (let round = 0; round < 3; round++) {
      const { status, headers } = await askWith(mock, await proofOf(holder, { claims: { nonce } }))
      outcomes.push([status, headers.get('dpop-nonce') === nonce])
      await clock.pass(10_000)
    }
    expect(outcomes).toEqual([
      [200, true],
      [200, false],
      [400, false],
    ])
    const foreign = mockOf({ dpop: { nonce: 'authorization-server', nonceLifetime: 10 } })
    const current = (await askWith(mock, await proofOf(holder))).headers.get('dpop-nonce')
    expect((await askWith(foreign, await proofOf(holder, { claims: { nonce: current } }))).json['error']).toBe(
      'use_dpop_nonce',
    )
  })

  it('gives a code that is bound to a key to nobody else, and to nobody without a proof', async () => {
    const codeFor = (mock: Mock) =>
      codeOf(mock, { client_id: 'page', redirect_uri: redirectUri, dpop_jkt: holder.jkt, ...s256 })
    const exchange = async (by: Holder | undefined) => {
      const mock = mockOf()
      const form = {
        grant_type: 'authorization_code',
        client_id: 'page',
        code: await codeFor(mock),
        redirect_uri: redirectUri,
        code_verifier: codeVerifier,
      }
      return askToken(mock, form, by ? { dpop: await proofOf(by) } : {})
    }
    expect((await exchange(holder)).json).toMatchObject({ token_type: 'DPoP' })
    expect((await exchange(other)).json['error']).toBe('invalid_grant')
    expect((await exchange(undefined)).json['error']).toBe('invalid_grant')
  })

  it('binds the refresh token of a public client, through every rotation, and of no other', async () => {
    const mock = mockOf()
    const refresh = async (token: unknown, by: Holder, client: Record<string, string>, headers = {}) =>
      askToken(
        mock,
        { grant_type: 'refresh_token', refresh_token: `${token}`, ...client },
        {
          ...headers,
          dpop: await proofOf(by),
        },
      )
    const issued = mock.issue({ clientId: 'page', keyThumbprint: holder.jkt })
    expect(issued).toMatchObject({ tokenType: 'DPoP', keyThumbprint: holder.jkt })
    const page = { client_id: 'page' }
    expect((await refresh(issued.refreshToken, other, page)).json['error']).toBe('invalid_grant')
    const next = (await refresh(issued.refreshToken, holder, page)).json['refresh_token']
    expect((await refresh(next, other, page)).json['error']).toBe('invalid_grant')
    expect((await refresh(next, holder, page)).status).toBe(200)
    const web = mock.issue({ clientId: 'web', keyThumbprint: holder.jkt })
    expect((await refresh(web.refreshToken, other, {}, credentials)).status).toBe(200)
  })

  it('gives a client whose tokens are bound nothing without a proof (RFC 9449 §5.2)', async () => {
    const bound = clients.map((client) => ({ ...client, dpopBoundAccessTokens: true }))
    const mock = mockOf({ clients: bound })
    const refused = await askToken(mock, { grant_type: 'client_credentials' }, credentials)
    expect([refused.status, refused.json]).toEqual([
      400,
      {
        error: 'invalid_dpop_proof',
        error_description: 'tokens of this client are bound to a key: it needs a DPoP proof',
      },
    ])
    expect((await askWith(mock, await proofOf(holder))).json['token_type']).toBe('DPoP')
    const { dpopSigningAlgValuesSupported: _, ...server } = mock.server
    expect((await failureOf(() => mockOf({ clients: bound, server }))).code).toBe('invalid_argument')
  })

  it('binds a code to the key whose proof was pushed (RFC 9449 §10.1)', async () => {
    const mock = mockOf()
    const push = async (wanted: Wanted = {}, more: Record<string, string> = {}) => {
      const form = { client_id: 'page', response_type: 'code', redirect_uri: redirectUri, ...s256, ...more }
      const claims = { htu: 'https://as.test/par', ...wanted.claims }
      const headers = { dpop: await proofOf(holder, { ...wanted, claims }) }
      const answer = await mock.fetch('https://as.test/par', {
        method: 'POST',
        body: new URLSearchParams(form),
        headers,
      })
      return answer.json()
    }
    const { request_uri } = await push()
    const code = await codeOf(mock, { client_id: 'page', request_uri })
    const form = { grant_type: 'authorization_code', client_id: 'page', code, redirect_uri: redirectUri }
    const stolen = await askToken(mock, { ...form, code_verifier: codeVerifier }, { dpop: await proofOf(other) })
    expect(stolen.json['error_description']).toBe('the code is bound to another key')
    expect(await push({}, { dpop_jkt: holder.jkt })).toHaveProperty('request_uri')
    expect(await push({}, { dpop_jkt: other.jkt })).toEqual({
      error: 'invalid_request',
      error_description: 'dpop_jkt is not the thumbprint of the key that the proof shows',
    })
    expect((await push({ claims: { htu: tokenUrl } })).error).toBe('invalid_dpop_proof')
  })

  it.each<[string, () => Wanted]>([
    ['htm is not the method of the request', () => ({ claims: { htm: 'GET' } })],
    ['htu is not the URL of the request', () => ({ claims: { htu: 'https://as.test/other' } })],
    ['iat is too far from now', () => ({ claims: { iat: Math.floor(clock.now() / 1000) - 61 } })],
    ['jti is missing', () => ({ claims: { jti: '' } })],
    ['the signature is not good', () => ({ signer: other })],
    ['ath is for requests with an access token', () => ({ claims: { ath: 'a' } })],
  ])('says why in the journal: %s', async (why, wanted) => {
    const mock = mockOf()
    await askWith(mock, await proofOf(holder, wanted()))
    expect(mock.requests.at(-1)?.refused).toBe(why)
  })

  it('looks at no proof where none is wanted: at revocation', async () => {
    const mock = mockOf({ dpop: { required: true } })
    const { refreshToken } = mock.issue({ clientId: 'page', keyThumbprint: holder.jkt })
    expect((await askRevocation(mock, { token: `${refreshToken}`, client_id: 'page' })).status).toBe(200)
  })

  it('says at introspection which key a token is bound to (RFC 9449 §6.2)', async () => {
    const mock = mockOf()
    const { accessToken } = mock.issue({ clientId: 'page', keyThumbprint: holder.jkt })
    const { json } = await askIntrospection(mock, { token: accessToken }, credentials)
    expect(json).toMatchObject({ active: true, token_type: 'DPoP', cnf: { jkt: holder.jkt } })
    const bearer = await askIntrospection(mock, { token: mock.issue({ clientId: 'page' }).accessToken }, credentials)
    expect(bearer.json['token_type']).toBe('Bearer')
    expect(bearer.json).not.toHaveProperty('cnf')
  })

  it('of a service does not know DPoP', async () => {
    expect((await failureOf(() => mockOf({ profile: 'smokeball', dpop: {} }))).code).toBe('invalid_argument')
  })
})

describe('the resource of the mock', () => {
  const bound = (mock: Mock) => mock.issue({ clientId: 'page', keyThumbprint: holder.jkt }).accessToken

  it('takes a token that is bound with a proof of its key', async () => {
    const mock = mockOf()
    expect((await callWith(mock, bound(mock))).status).toBe(200)
  })

  it('refuses it without a proof, as a bearer token, and from the holder of another key', async () => {
    const mock = mockOf()
    const token = bound(mock)
    const bare = await get(mock, resourceUrl, { authorization: `DPoP ${token}` })
    expect([bare.status, challengeOf(bare)]).toEqual([401, expect.stringMatching(/^DPoP .*error="invalid_dpop_proof"/)])
    const bearer = await get(mock, resourceUrl, { authorization: `Bearer ${token}` })
    expect([bearer.status, challengeOf(bearer)]).toEqual([
      401,
      expect.stringMatching(/^Bearer .*error="invalid_token"/),
    ])
    const stolen = await callWith(mock, token, {}, other)
    expect([stolen.status, challengeOf(stolen)]).toEqual([401, expect.stringMatching(/^DPoP .*error="invalid_token"/)])
    expect(challengeOf(stolen)).toContain('algs="ES256 EdDSA Ed25519 PS256 RS256"')
  })

  it.each<[string, Wanted]>([
    ['the hash of another token', { claims: { ath: 'another' } }],
    ['no hash', { claims: { ath: undefined } }],
    ['another method', { claims: { htm: 'POST' } }],
    ['the URL of the token endpoint', { claims: { htu: tokenUrl } }],
  ])('refuses a proof with %s', async (_, wanted) => {
    const mock = mockOf()
    const answer = await callWith(mock, bound(mock), wanted)
    expect([answer.status, challengeOf(answer)]).toEqual([401, expect.stringContaining('error="invalid_dpop_proof"')])
  })

  it.each<[string, Wanted]>([
    ['ath is missing: the hash of the access token', { claims: { ath: undefined } }],
    ['ath is not the hash of the access token', { claims: { ath: 'a' } }],
    ['htu is not the URL of the request', { claims: { htu: tokenUrl } }],
  ])('says why: %s', async (why, wanted) => {
    const mock = mockOf()
    expect(challengeOf(await callWith(mock, bound(mock), wanted))).toContain(`error_description="${why}"`)
    expect(mock.requests.at(-1)?.refused).toBe(why)
  })

  it('has nonces of its own', async () => {
    const mock = mockOf({ dpop: { nonce: 'both' } })
    const token = bound(mock)
    const refused = await callWith(mock, token)
    expect([refused.status, challengeOf(refused)]).toEqual([401, expect.stringContaining('error="use_dpop_nonce"')])
    const nonce = refused.headers.get('dpop-nonce')
    const taken = await callWith(mock, token, { claims: { nonce } })
    expect([taken.status, taken.headers.get('dpop-nonce')]).toEqual([200, nonce])
    expect((await askWith(mock, await proofOf(holder, { claims: { nonce } }))).json['error']).toBe('use_dpop_nonce')
  })

  it('refuses in the scheme that the token came with', async () => {
    const mock = mockOf()
    const token = bound(mock)
    mock.fault('resource', { type: 'token_refused' })
    expect(challengeOf(await callWith(mock, token))).toMatch(/^DPoP .*error="invalid_token"/)
    mock.revoke(token)
    expect(challengeOf(await callWith(mock, token))).toMatch(/^DPoP .*error="invalid_token"/)
  })
})
