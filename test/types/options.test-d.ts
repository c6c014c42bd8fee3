import { describe, expectTypeOf, it } from 'vitest'
import { createDPoP, type DPoP, storedKey } from '../../src/dpop/index.js'
import {
  type AuthorizationServer,
  bearerFetch,
  type Client,
  type ClientAuthentication,
  createClient,
  discover,
  encrypted,
  memoryStore,
  type Session,
  type Token,
  type TokenSource,
  type TokenStore,
} from '../../src/index.js'
import { clientSecretJwt, idTokenValidator, privateKeyJwt } from '../../src/jwt/index.js'

declare const client: Client
declare const cryptoKey: CryptoKey
const server: AuthorizationServer = { tokenEndpoint: 'https://as.example.com/token' }

describe('createDPoP', () => {
  it('takes a pair of keys, or where one lives', async () => {
    const algorithm = { name: 'Ed25519' }
    const pair = (await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])) as CryptoKeyPair
    expectTypeOf(createDPoP()).toEqualTypeOf<DPoP>()
    createDPoP({ key: pair, clock: { now: () => 0, sleep: async () => {} } })
    createClient({ server, clientId: 'web', dpop: createDPoP({ key: storedKey(memoryStore(), 'key') }) })
    const source: TokenSource = { token: client.clientCredentials, prove: createDPoP().prove }
    bearerFetch(source, { anyOrigin: true })
  })

  it('refuses what is wrong', () => {
    // @ts-expect-error a MAC proves nothing to anybody else
    createDPoP({ alg: 'HS256' })
    // @ts-expect-error half a pair
    createDPoP({ key: { publicKey: 'key' } })
    // @ts-expect-error an option of a client is made by createDPoP
    createClient({ server, clientId: 'web', dpop: true })
  })
})

describe('createClient', () => {
  it('takes what is documented', () => {
    const mine: ClientAuthentication = ({ headers }) => headers.set('x-proof', 'mine')
    createClient({ server, clientId: 'web' })
    createClient({ server, clientId: 'web', clientSecret: 's', clientAuthentication: 'client_secret_post' })
    createClient({ server, clientId: 'web', clientAuthentication: mine, timeoutMs: 5000, fetch: globalThis.fetch })
  })

  it('refuses what is wrong', () => {
    // @ts-expect-error misspelt
    createClient({ server, clientId: 'web', clientSecert: 's' })
    // @ts-expect-error an unset variable must not make a public client
    createClient({ server, clientId: 'web', clientSecret: undefined })
    // @ts-expect-error an environment variable may be unset
    createClient({ server, clientId: 'web', clientSecret: process.env['SECRET'] })
    // @ts-expect-error no such method
    createClient({ server, clientId: 'web', clientAuthentication: 'basic' })
    // @ts-expect-error milliseconds are a number
    createClient({ server, clientId: 'web', timeoutMs: '5s' })
    // @ts-expect-error no client without an id
    createClient({ server })
    // @ts-expect-error no server without a token endpoint
    createClient({ server: { issuer: 'https://as.example.com' }, clientId: 'web' })
    // @ts-expect-error snake_case stays at the wire
    createClient({ server: { token_endpoint: 'https://as.example.com/token' }, clientId: 'web' })
    // @ts-expect-error no such encoding
    createClient({ server: { ...server, basicEncoding: 'url' }, clientId: 'web' })
  })
})

describe('the options of a grant', () => {
  it('take a scope as one string or as an array', () => {
    client.clientCredentials({ scope: 'read write' })
    client.clientCredentials({ scope: ['read', 'write'] as const })
    client.refresh('token', { scope: 'read', signal: AbortSignal.timeout(1000) })
  })

  it('refuse what is wrong', () => {
    // @ts-expect-error a scope is no number
    client.clientCredentials({ scope: 1 })
    // @ts-expect-error the plural is not the option
    client.clientCredentials({ scopes: 'read' })
    // @ts-expect-error a parameter is a text
    client.clientCredentials({ parameters: { max_age: 1 } })
    // @ts-expect-error the user has to come back somewhere
    client.authorizationRequest({ scope: 'read' })
    // @ts-expect-error no such weakening
    client.authorizationRequest({ redirectUri: 'https://app.example.com', insecurePkce: 'S256' })
    // @ts-expect-error a code goes with the request it belongs to
    client.exchangeCode('https://app.example.com/callback?code=c')
    // @ts-expect-error no such kind of token
    client.revoke('token', { hint: 'id_token' })
    // @ts-expect-error misspelt
    discover('https://as.example.com', { allowInsecureRequest: true })
  })
})

describe('sources', () => {
  const client = createClient({ server: { tokenEndpoint: 'https://as.test/token' }, clientId: 'id' })

  it('are token sources with a synchronous reading', () => {
    expectTypeOf(client.clientCredentialsSource().token).returns.resolves.toEqualTypeOf<Token>()
    expectTypeOf(client.sessionSource({ token: { refreshToken: 'rt' } }).current()).toEqualTypeOf<Token | undefined>()
    expectTypeOf(client.sessions().get('ada')).toEqualTypeOf<Session>()
  })

  it('start from something', () => {
    // @ts-expect-error neither an access token nor a refresh token
    client.sessionSource({ token: { scope: 'a' } })
    // @ts-expect-error a source has no signal of its own
    client.clientCredentialsSource({ signal: AbortSignal.abort() })
  })
})

describe('bearerFetch', () => {
  const source: TokenSource = { token: async () => ({ accessToken: 'at', tokenType: 'Bearer', raw: {} }) }

  it('is a fetch', () => {
    expectTypeOf(bearerFetch(source, { origins: ['https://api.test'] })).toEqualTypeOf<typeof fetch>()
  })

  it('must be told where the token may go', () => {
    // @ts-expect-error no origins
    bearerFetch(source, {})
    // @ts-expect-error either, or
    bearerFetch(source, { origins: ['https://api.test'], anyOrigin: true })
    // @ts-expect-error no such choice
    bearerFetch(source, { origins: ['https://api.test'], otherOrigins: 'follow' })
  })
})

describe('encrypted', () => {
  const store = memoryStore()

  it('takes a key in each of its forms', async () => {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
    const { subtle } = await import('node:crypto')
    const ofNode = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
    const bytes = crypto.getRandomValues(new Uint8Array(32))
    expectTypeOf(
      encrypted(store, { keys: [key, ofNode, bytes, Buffer.from(bytes), 'base64'] }),
    ).toEqualTypeOf<TokenStore>()
    const asConst = ['new', 'old'] as const
    encrypted(store, { keys: asConst })
  })

  it('refuses what is wrong', () => {
    // @ts-expect-error no keys
    encrypted(store, {})
    // @ts-expect-error one key is no list of keys
    encrypted(store, { keys: 'base64' })
    // @ts-expect-error an environment variable may be unset
    encrypted(store, { keys: [process.env['TOKEN_KEY']] })
    // @ts-expect-error no passphrases
    encrypted(store, { keys: ['a'], passphrase: 'b' })
  })
})

describe('bearward/jwt', () => {
  it('makes client authentications of keys and secrets', () => {
    expectTypeOf(privateKeyJwt({ key: 'pem' })).toEqualTypeOf<ClientAuthentication>()
    expectTypeOf(clientSecretJwt({ clientSecret: 'secret' })).toEqualTypeOf<ClientAuthentication>()
    const jwk: JsonWebKey = { kty: 'EC' }
    privateKeyJwt({ key: jwk, kid: 'k', alg: 'ES256', audience: 'https://as.example.com', header: { x5t: 'x' } })
    privateKeyJwt({ key: cryptoKey })
    // @ts-expect-error several audiences
    privateKeyJwt({ key: 'pem', audience: ['a', 'b'] })
    // @ts-expect-error no key
    privateKeyJwt({})
  })

  it('gives claims their type', () => {
    const idToken = idTokenValidator<{ readonly email?: string }>({ tenants: 'any', algs: ['ES256'] })
    createClient({ server, clientId: 'web', idToken })
    const token: Token = { accessToken: 'a', tokenType: 'Bearer', raw: {} }
    expectTypeOf(idToken.claims(token)?.email).toEqualTypeOf<string | undefined>()
    expectTypeOf(idToken.claims(token)?.sub).toEqualTypeOf<string | undefined>()
    expectTypeOf(token.idTokenClaims?.['email']).toEqualTypeOf<unknown>()
    // @ts-expect-error not a number of minutes in words
    idTokenValidator({ clockTolerance: '1m' })
  })
})
