import { importJWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { type AuthorizationServer, createClient } from '../../src/index.js'
import { type IdTokenValidatorOptions, idTokenValidator } from '../../src/jwt/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'
import { keyOf } from './keys.js'

const server: AuthorizationServer = {
  issuer: 'https://as.test',
  authorizationEndpoint: 'https://as.test/authorize',
  tokenEndpoint: 'https://as.test/token',
  jwksUri: 'https://as.test/jwks',
}
const clientSecret = 'a client secret of 32 characters'
const redirectUri = 'https://app.test/cb'

interface Case {
  readonly server?: AuthorizationServer
  readonly options?: IdTokenValidatorOptions
  /** What the server's key set holds. @default nothing is asked for */
  readonly keys?: readonly object[]
  readonly header?: Partial<JWTHeaderParameters>
  readonly claims?: JWTPayload
  readonly key?: CryptoKey | Uint8Array
  readonly accessToken?: string
}

/** The claims of a login whose ID token is signed with this key. */
const loginWith = async ({ options = {}, keys, header = {}, claims = {}, key, accessToken = 'at', ...given }: Case) => {
  let nonce = ''
  const answer = async () => {
    const seconds = Math.floor(Date.now() / 1000)
    const all = { iss: 'https://as.test', sub: 'ada', aud: 'web', iat: seconds, exp: seconds + 60, nonce, ...claims }
    const signer = new SignJWT(all).setProtectedHeader({ alg: 'ES256', ...header })
    return json({
      access_token: accessToken,
      id_token: await signer.sign(key ?? (await importJWK(keyOf('P-256').jwk, 'ES256'))),
    })
  }
  const { fetch } = scriptedServer(...(keys ? [json({ keys })] : []), answer)
  const idToken = idTokenValidator(options)
  const client = createClient({ server, clientId: 'web', clientSecret, fetch, idToken, ...given })
  const request = await client.authorizationRequest({ redirectUri, scope: 'openid' })
  nonce = `${request.nonce}`
  return (await client.exchangeCode(`?code=c&state=${request.state}`, request)).idTokenClaims
}

const modern = { ...server, idTokenSigningAlgValuesSupported: ['ES256'] }

describe('the algorithms', () => {
  const hmac = { header: { alg: 'HS256' }, key: new TextEncoder().encode(clientSecret) }

  it("take the client's secret for a key where that is asked for, and then no key set", async () => {
    expect(await loginWith({ ...hmac, options: { algs: ['HS256'] } })).toMatchObject({ sub: 'ada' })
    const { jwksUri: _, ...withoutKeys } = server
    expect(await loginWith({ ...hmac, server: withoutKeys, options: { algs: ['HS256'] } })).toMatchObject({
      sub: 'ada',
    })
  })

  it('do not take it where the server alone says so', async () => {
    const symmetric = { ...server, idTokenSigningAlgValuesSupported: ['HS256', 'none'] }
    expect((await failureOf(loginWith({ ...hmac, server: symmetric, keys: [] }))).code).toBe('invalid_id_token')
  })

  it('never take a public key for a secret', async () => {
    const { publicJwk } = keyOf('P-256')
    const confused = { header: { alg: 'HS256' }, key: new TextEncoder().encode(JSON.stringify(publicJwk)) }
    expect((await failureOf(loginWith({ ...confused, server: modern, keys: [publicJwk] }))).code).toBe(
      'invalid_id_token',
    )
  })

  it('are RS256 and what the server says: another one is refused', async () => {
    const keys = [keyOf('P-256').publicJwk]
    expect((await failureOf(loginWith({ keys }))).code).toBe('invalid_id_token')
    expect(await loginWith({ keys, server: modern })).toMatchObject({ sub: 'ada' })
    expect(await loginWith({ keys, options: { algs: ['ES256'] } })).toMatchObject({ sub: 'ada' })
  })
})

it('at_hash is that of the example of OpenID Connect Core, Appendix A.4', async () => {
  const example = {
    header: { alg: 'RS256' },
    key: (await importJWK(keyOf('rsa').jwk, 'RS256')) as CryptoKey,
    keys: [keyOf('rsa').publicJwk],
    claims: { at_hash: '77QmUPtjPfzWtF2AnpK9RQ' },
  }
  const accessToken = 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y'
  expect(await loginWith({ ...example, accessToken })).toMatchObject({ sub: 'ada' })
  const failure = await failureOf(loginWith({ ...example, accessToken: 'another' }))
  expect(failure).toMatchObject({ code: 'invalid_id_token', claim: 'at_hash' })
})

describe('the key set', () => {
  const { publicJwk } = keyOf('P-256')
  const another = async () => {
    const pair = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
    ])) as CryptoKeyPair
    return { ...(await crypto.subtle.exportKey('jwk', pair.publicKey)), key_ops: ['verify'] }
  }

  it('may hold several keys without names: one of them has signed', async () => {
    expect(await loginWith({ server: modern, keys: [await another(), publicJwk] })).toMatchObject({ sub: 'ada' })
    const strangers = [await another(), await another()]
    expect((await failureOf(loginWith({ server: modern, keys: strangers }))).code).toBe('invalid_id_token')
  })

  it('may hold keys of kinds that nobody knows', async () => {
    const keys = [{ kty: 'future' }, { kty: 'EC', crv: 'P-999', x: 'x', y: 'y' }, publicJwk]
    expect(await loginWith({ server: modern, keys })).toMatchObject({ sub: 'ada' })
  })

  it.each([
    ['for encryption', { use: 'enc' }],
    ['for another algorithm', { alg: 'ES384' }],
    ['that may not verify', { key_ops: ['deriveBits'] }],
  ])('holds keys %s, which sign nothing', async (_, marked) => {
    const keys = [{ ...publicJwk, ...marked }]
    expect((await failureOf(loginWith({ server: modern, keys }))).code).toBe('invalid_id_token')
  })
})

describe('an issuer that stands for many, as Entra has it', () => {
  const common = { ...modern, issuer: 'https://login.test/{tenantid}/v2.0' }
  const tid = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490'
  const ofTenant = { iss: `https://login.test/${tid}/v2.0`, tid }
  const keys = [{ ...keyOf('P-256').publicJwk, kid: 'k' }]
  const login = { server: common, keys, header: { kid: 'k' } }

  it('is filled in with the tenant, if users of that may log in', async () => {
    expect(await loginWith({ ...login, claims: ofTenant, options: { tenants: [tid] } })).toMatchObject({ tid })
    expect(await loginWith({ ...login, claims: ofTenant, options: { tenants: 'any' } })).toMatchObject({ tid })
  })

  it.each<[string, JWTPayload, NonNullable<IdTokenValidatorOptions['tenants']>, string]>([
    ['of a tenant that is not listed', ofTenant, ['9188040d-6c67-4c5b-b112-36a304b66dad'], 'tid'],
    ['without a tenant', { iss: ofTenant.iss }, 'any', 'tid'],
    ['of a tenant that is a path', { iss: 'https://login.test/a/b/v2.0', tid: 'a/b' }, 'any', 'tid'],
    ['of one tenant in the name of another', { iss: 'https://login.test/other/v2.0', tid }, 'any', 'iss'],
    ['of the template itself', { iss: common.issuer, tid }, 'any', 'iss'],
  ])('refuses the user %s', async (_, claims, tenants, claim) => {
    const failure = await failureOf(loginWith({ ...login, claims, options: { tenants } }))
    expect(failure).toMatchObject({ code: 'invalid_id_token', claim })
  })

  it('believes a key only for the issuer that it is of', async () => {
    const options = { tenants: 'any' } as const
    const [key] = keys
    const any = [{ ...key, issuer: 'https://login.test/{tenantid}/v2.0' }]
    expect(await loginWith({ ...login, keys: any, claims: ofTenant, options })).toMatchObject({ tid })
    const other = [{ ...key, issuer: 'https://login.test/other/v2.0' }]
    const failure = await failureOf(loginWith({ ...login, keys: other, claims: ofTenant, options }))
    expect(failure).toMatchObject({ code: 'invalid_id_token', claim: 'iss' })
    // Nor one whose name was left out.
    const nameless = await failureOf(loginWith({ ...login, keys: other, header: {}, claims: ofTenant, options }))
    expect(nameless).toMatchObject({ code: 'invalid_id_token', claim: 'iss' })
  })
})
