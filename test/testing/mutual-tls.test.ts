import { X509Certificate } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  type AuthorizationServer,
  bearerFetch,
  type Client,
  type ClientOptions,
  createClient,
  discover,
  registerClient,
} from '../../src/index.js'
import {
  createMockAuthorizationServer,
  createMockCertificate,
  type ListeningMock,
  type MockAuthorizationServer,
  type MockCertificate,
  type MockClient,
} from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fetchOverTls } from '../fixtures/fetch-over-tls.js'

const subject = 'CN=orders,O=Example'
const redirectUri = 'https://app.test/callback'
const names = { dns: ['orders.test'], uri: ['https://orders.test/'], ip: ['2001:db8::1'], email: ['a@orders.test'] }
const byName = { tokenEndpointAuthMethod: 'tls_client_auth' } as const
const bound = { tlsClientCertificateBoundAccessTokens: true }

let authority: MockCertificate
let orders: MockCertificate
let stock: MockCertificate
let alone: MockCertificate
let impostor: MockCertificate
let mock: MockAuthorizationServer
let there: ListeningMock

beforeAll(async () => {
  authority = await createMockCertificate({ subject: 'CN=authority', isAuthority: true })
  orders = await createMockCertificate({ subject, names, signedBy: authority })
  stock = await createMockCertificate({ subject: 'CN=stock,O=Example', signedBy: authority })
  alone = await createMockCertificate({ subject: 'CN=alone' })
  impostor = await createMockCertificate({ subject, names })
  const x5c = [new X509Certificate(alone.cert).raw.toString('base64')]
  const selfSigned = { tokenEndpointAuthMethod: 'self_signed_tls_client_auth' } as const
  const clients: MockClient[] = [
    { clientId: 'by-subject', ...byName, ...bound, tlsClientAuthSubjectDn: subject },
    { clientId: 'by-dns', ...byName, tlsClientAuthSanDns: 'Orders.test' },
    { clientId: 'by-uri', ...byName, tlsClientAuthSanUri: 'https://orders.test/' },
    { clientId: 'by-ip', ...byName, tlsClientAuthSanIp: '2001:0db8:0::1' },
    { clientId: 'by-no-ip', ...byName, tlsClientAuthSanIp: 'zz:1' },
    { clientId: 'by-no-name', ...byName, tlsClientAuthSubjectDn: 'orders' },
    { clientId: 'by-email', ...byName, tlsClientAuthSanEmail: 'a@orders.test' },
    { clientId: 'by-x5t', ...selfSigned, jwks: { keys: [{ kty: 'EC', 'x5t#S256': alone.thumbprint }] } },
    { clientId: 'by-x5c', ...selfSigned, ...bound, jwks: { keys: [{ kty: 'EC', x5c }] } },
    { clientId: 'by-secret', clientSecret: 's3cret', ...bound },
    { clientId: 'public', redirectUris: [redirectUri], ...bound },
  ]
  mock = createMockAuthorizationServer({ clients, certificateAuthorities: [authority.cert] })
  there = await mock.listen({ https: true })
})

afterAll(() => there.close())

const fetchOf = (certificate?: MockCertificate, at: ListeningMock = there) =>
  fetchOverTls(`${at.certificate}`, certificate)

const clientOf = (clientId: string, certificate?: MockCertificate, options: Partial<ClientOptions> = {}): Client =>
  createClient({ server: there.server, clientId, fetch: fetchOf(certificate), ...options })

const certified = { clientAuthentication: 'tls_client_auth' } as const

describe('a client that shows a certificate (RFC 8705 §2)', () => {
  it('is told that it may', async () => {
    const server = await discover(there.origin, { fetch: fetchOf() })
    expect(server.tokenEndpointAuthMethodsSupported).toEqual(
      expect.arrayContaining(['tls_client_auth', 'self_signed_tls_client_auth']),
    )
    expect(server.tlsClientCertificateBoundAccessTokens).toBe(true)
  })

  it.each(['by-subject', 'by-dns', 'by-uri', 'by-ip', 'by-email'])('is known %s', async (clientId) => {
    const token = await clientOf(clientId, orders, certified).clientCredentials({ scope: 'read' })
    expect(token.scope).toBe('read')
    expect(mock.requests.at(-1)?.form).toEqual({ client_id: clientId, grant_type: 'client_credentials', scope: 'read' })
  })

  it.each(['by-x5t', 'by-x5c'])('that it signed itself is known %s', async (clientId) => {
    const options = { clientAuthentication: 'self_signed_tls_client_auth' } as const
    expect((await clientOf(clientId, alone, options).clientCredentials()).accessToken).toBeTruthy()
  })

  it.each([
    [
      'by-subject',
      'nothing',
      (): MockCertificate | undefined => undefined,
      'the connection shows no client certificate',
    ],
    ['by-subject', 'the certificate of another', () => stock, 'another subject'],
    ['by-dns', 'the certificate of another', () => stock, 'another subject'],
    ['by-no-ip', 'one whose name it has not', () => orders, 'another subject'],
    ['by-no-name', 'one whose name it has not', () => orders, 'another subject'],
    ['by-subject', 'one that nobody vouches for', () => impostor, 'no authority that is trusted here vouches for'],
    ['by-x5t', 'the certificate of another', () => orders, 'not the one that is registered'],
    ['by-x5c', 'nothing', (): MockCertificate | undefined => undefined, 'the connection shows no client certificate'],
  ] as const)('%s is refused where it shows %s', async (clientId, _, certificateOf, why) => {
    const error = await failureOf(clientOf(clientId, certificateOf(), certified).clientCredentials())
    expect(error).toMatchObject({ code: 'error_response', error: 'invalid_client', status: 401 })
    expect(error).toMatchObject({ errorDescription: expect.stringContaining(why) })
  })

  it('has no other way in', async () => {
    const fetch = fetchOf(orders)
    const refused = await fetch(there.server.tokenEndpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('by-subject:s3cret')}` },
      body: `${new URLSearchParams({ grant_type: 'client_credentials' })}`,
    })
    expect(refused.status).toBe(400)
    const inProcess = clientOf('by-subject', undefined, { ...certified, server: mock.server, fetch: mock.fetch })
    expect(await failureOf(inProcess.clientCredentials())).toMatchObject({ error: 'invalid_client' })
  })

  it('registers itself (RFC 8705 §2.1.2, §3.4)', async () => {
    const { clientId, raw } = await registerClient(
      there.server,
      {
        ...{ grantTypes: ['client_credentials'], responseTypes: [], tokenEndpointAuthMethod: 'tls_client_auth' },
        ...{ tls_client_auth_subject_dn: 'CN=stock,O=Example', tls_client_certificate_bound_access_tokens: true },
      },
      { fetch: fetchOf() },
    )
    expect(raw['client_secret']).toBeUndefined()
    const client = clientOf(clientId, stock, certified)
    const { raw: seen } = await client.introspect(await client.clientCredentials())
    expect(seen['cnf']).toEqual({ 'x5t#S256': stock.thumbprint })
    expect(await failureOf(clientOf(clientId, orders, certified).clientCredentials())).toMatchObject({
      error: 'invalid_client',
    })
  })
})

describe('a token that is bound to a certificate (RFC 8705 §3)', () => {
  it.each([
    ['by-subject', () => orders, certified],
    ['by-x5c', () => alone, certified],
    ['by-secret', () => stock, { clientSecret: 's3cret' }],
  ] as const)(
    'of %s opens the resource over a connection with it, and over no other',
    async (clientId, own, options) => {
      const client = clientOf(clientId, own(), options)
      const token = await client.clientCredentials()
      expect((await client.introspect(token)).raw['cnf']).toEqual({ 'x5t#S256': own().thumbprint })
      const answerTo = (certificate?: MockCertificate) =>
        bearerFetch(
          { token: async () => token },
          { origins: [there.origin], fetch: fetchOf(certificate) },
        )(there.resource)
      expect((await answerTo(own())).status).toBe(200)
      const none = await answerTo()
      expect(none.status).toBe(401)
      expect(none.headers.get('www-authenticate')).toContain('the connection shows none')
      const other = await answerTo(impostor)
      expect(other.headers.get('www-authenticate')).toMatch(/invalid_token.*another certificate/)
    },
  )

  it('is none where its client has no such wish', async () => {
    const client = clientOf('by-dns', orders, certified)
    const token = await client.clientCredentials()
    expect((await client.introspect(token)).raw['cnf']).toBeUndefined()
    const api = bearerFetch({ token: async () => token }, { origins: [there.origin], fetch: fetchOf() })
    expect((await api(there.resource)).status).toBe(200)
  })

  it('is not given to a client that shows no certificate, whose secret is good', async () => {
    const error = await failureOf(clientOf('by-secret', undefined, { clientSecret: 's3cret' }).clientCredentials())
    expect(error).toMatchObject({ code: 'error_response', error: 'invalid_request' })
  })

  it('keeps userinfo shut to others', async () => {
    const client = clientOf('public', alone)
    const login = await client.authorizationRequest({ redirectUri, scope: 'openid' })
    const token = await client.exchangeCode(await mock.authorize(login.url), login)
    expect((await client.userinfo(token)).subject).toBe('user')
    const error = await failureOf(clientOf('public', stock).userinfo(token))
    expect(error).toMatchObject({ status: 401 })
  })

  it('of a public client comes with a refresh token that is bound too, and stays so when it rotates (§7.1)', async () => {
    const client = clientOf('public', alone)
    const login = await client.authorizationRequest({ redirectUri })
    const first = await client.exchangeCode(await mock.authorize(login.url), login)
    const refused = await failureOf(clientOf('public', orders).refresh(first))
    expect(refused).toMatchObject({ error: 'invalid_grant', errorDescription: expect.stringContaining('certificate') })
    // What is missing may be put right: it is nothing against the session.
    expect(await failureOf(clientOf('public').refresh(first))).toMatchObject({ error: 'invalid_request' })
    const second = await client.refresh(first)
    expect(await failureOf(clientOf('public', orders).refresh(second))).toMatchObject({ error: 'invalid_grant' })
    const session = client.sessionSource({ token: second })
    const renewed = await session.token({ rejected: second })
    const api = bearerFetch(session, { origins: [there.origin], fetch: fetchOf(alone) })
    expect((await api(there.resource)).status).toBe(200)
    expect(renewed.accessToken).not.toBe(second.accessToken)
  })

  it('is minted for a test to start from', async () => {
    const token = mock.issue({ clientId: 'public', certificateThumbprint: alone.thumbprint })
    const api = (certificate?: MockCertificate) =>
      bearerFetch(
        { token: async () => token },
        { origins: [there.origin], fetch: fetchOf(certificate) },
      )(there.resource)
    expect((await api(alone)).status).toBe(200)
    expect((await api()).status).toBe(401)
    expect((await clientOf('public', alone).refresh(token)).refreshToken).toBeTruthy()
  })
})

describe('a server with aliases for mutual TLS (RFC 8705 §5)', () => {
  const open: ListeningMock[] = []
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close()
  })

  it('asks for a certificate at these alone, and tells where they are', async () => {
    const server: AuthorizationServer = {
      issuer: 'https://as.test',
      tokenEndpoint: 'https://as.test/token',
      introspectionEndpoint: 'https://as.test/introspect',
      mtlsEndpointAliases: { tokenEndpoint: 'https://mtls.as.test/token/certified' },
    }
    const clients: MockClient[] = [{ clientId: 'orders', ...byName, tlsClientAuthSubjectDn: subject }]
    const split = createMockAuthorizationServer({ server, clients, certificateAuthorities: [authority.cert] })
    const at = await split.listen({ https: true })
    open.push(at)
    const fetch = fetchOf(orders, at)
    const found = await discover(at.origin, { fetch })
    expect(found).toEqual(at.server)
    const alias = `${found.mtlsEndpointAliases?.tokenEndpoint}`
    expect(alias).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/token\/certified$/)
    expect(new URL(alias).port).not.toBe(new URL(at.origin).port)
    const client = createClient({ server: found, clientId: 'orders', ...certified, fetch })
    await client.clientCredentials()
    expect(split.requests.at(-1)).toMatchObject({ url: alias, endpoint: 'token', status: 200 })
    const { mtlsEndpointAliases: _, ...plain } = found
    const wrong = createClient({ server: plain, clientId: 'orders', ...certified, fetch })
    expect(await failureOf(wrong.clientCredentials())).toMatchObject({ error: 'invalid_client' })
  })
})

describe('what cannot be', () => {
  it.each([
    ['no name', { ...byName }],
    ['two names', { ...byName, tlsClientAuthSubjectDn: subject, tlsClientAuthSanDns: 'orders.test' }],
    ['a name and another method', { clientSecret: 's', tlsClientAuthSanDns: 'orders.test' }],
    ['a secret beside', { ...byName, tlsClientAuthSubjectDn: subject, clientSecret: 's' }],
    ['a key without a certificate', { tokenEndpointAuthMethod: 'self_signed_tls_client_auth', jwks: { keys: [{}] } }],
  ] as const)('%s is refused when the mock is made', async (_, facts) => {
    const make = async () => createMockAuthorizationServer({ clients: [{ clientId: 'odd', ...facts }] })
    expect((await failureOf(make())).code).toBe('invalid_argument')
  })

  it('nobody is asked for a certificate who has none to show', async () => {
    const plain = createMockAuthorizationServer({ clients: [{ clientId: 'web', clientSecret: 's3cret' }] })
    expect(plain.server.tokenEndpointAuthMethodsSupported).not.toContain('tls_client_auth')
    expect(plain.server).not.toHaveProperty('tlsClientCertificateBoundAccessTokens')
  })
})
